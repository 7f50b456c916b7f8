#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "pm/core/error.h"
#include "pm/core/name.h"
#include "pm/core/time.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

// For programs that wait, as the clients of a supervisor do: everything here blocks.

/// The place in `fds` of one that can be read, or has come to its end; nullopt: none of them within
/// `patience`, which is for ever if it is not said. Descriptors below 0 are passed over.
std::optional<std::size_t> wait_readable(std::span<const int> fds, std::optional<core::Duration> patience);

/// Whether nobody can read any more what is written to `fd`, a pipe or a socket.
bool reader_is_gone(int fd);

/// Writes all of `bytes`. Errors: failed; EPIPE too is one, for sockets without a SIGPIPE.
core::Result<void> write_all(int fd, std::string_view bytes);

/// A descriptor that can be read once the process has ended (pidfd_open(2)); empty: there is no such process,
/// or none that can be seen from here.
UniqueFd watch_end(core::Pid pid);

/// While it lives, a signal that ends this program (SIGINT, SIGTERM, SIGHUP, SIGQUIT) first writes `text`,
/// which must outlive it, to `fd`. There is at most one.
class LastWords {
 public:
  LastWords(int fd, std::string_view text);
  LastWords(const LastWords&) = delete;
  ~LastWords();
};

}  // namespace pm::os
