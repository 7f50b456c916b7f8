#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <thread>

#include "pm/core/error.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

/// A descriptor of ours, usually stdout, written to without ever being held up by its reader for long, and
/// without touching the flags that others who share it see:
///   pipes and terminals are opened anew through /proc/self/fd with O_NONBLOCK, which makes an open file
///   description of our own; sockets are written to with MSG_DONTWAIT; files are written to as they are; and
///   where opening anew is refused (the terminal of another user, no /proc), a thread of its own takes the
///   bytes through a pipe, the bound of whose queue is what the kernel's pipe holds.
class Output {
 public:
  explicit Output(int fd);
  Output(const Output&) = delete;
  /// Does not wait for a thread that is held up by its reader.
  ~Output();

  struct Written {
    std::size_t size = 0;  ///< bytes taken
    int error = 0;  ///< 0, EAGAIN: wait until fd() is writable, EPIPE: the reader is gone, or another errno
  };
  Written write(std::string_view bytes);

  /// What becomes readable once more can be written, after EAGAIN; stays ours. Waiting on the descriptor
  /// itself would be simpler, but event loops make it non-blocking, for everybody who shares a socket too.
  int readiness();

  /// No more bytes are to come. Where a thread writes, waits until it has taken them all, at most until `fd`
  /// of the returned descriptor is readable at its end (EOF); empty where there is nothing to wait for.
  UniqueFd finish();

  /// Goes on at the end of the file at `path`, made if it is not there, and so do stdout and stderr of this
  /// process. Errors: failed, if it cannot be opened; then all stays as it was.
  core::Result<void> redirect(const std::string& path);

  bool terminal() const { return terminal_; }

 private:
  void start_thread(int target);

  UniqueFd fd_;
  UniqueFd readiness_;  // an epoll instance, once it was asked for
  UniqueFd done_;       // end of file here: the thread has ended
  bool socket_ = false, terminal_ = false;
  std::thread thread_;
};

/// Opens /dev/null, or something that cannot be read or written, for whichever of the descriptors 0, 1 and 2
/// is closed, so that no file of ours becomes one of them.
void ensure_standard_descriptors();

/// One line to stderr, at once, whatever became of it; never held up.
void complain(std::string_view text);

}  // namespace pm::os
