#pragma once

#include <optional>
#include <string>

#include "pm/core/error.h"
#include "pm/core/name.h"
#include "pm/core/time.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

/// The process at the other end of a Unix socket (SO_PEERCRED, unix(7)): its pid as seen from here (none:
/// another PID namespace) and effective user.
struct Peer {
  core::Pid pid = core::Pid::none;
  unsigned user = 0;
};
std::optional<Peer> peer_of(int socket);

/// Whether that user may command this process: root, and its own user.
bool may_command(const Peer& peer);

/// A connection to the Unix stream socket at `path`, which may be longer than sun_path holds (108 bytes); it
/// blocks, and closes on exec. Is itself held up as long as the listener's backlog is full. Errors:
/// no_supervisor if nobody listens there (no file, ECONNREFUSED), failed for everything else.
core::Result<UniqueFd> connect_unix(const std::string& path);

/// A Unix stream socket that listens at a path, with mode 0600; it does not block, and closes on exec.
/// Destroying it removes the file, if it is still ours.
class UnixListener {
 public:
  /// Creates the socket; one that nobody listens at any more is taken over, under a lock on the directory, so
  /// that of two who try at once only one succeeds. Clients see the file only once it can be connected to.
  /// Errors: conflict if somebody listens there (`what` names the pid), failed for everything else: something
  /// at `path` that is no socket is never touched. `patience`: how long it may wait for the lock, at most;
  /// then it goes on without.
  static core::Result<UnixListener> listen(std::string path,
                                           core::Duration patience = std::chrono::seconds{1});

  UnixListener(UnixListener&&) noexcept;
  UnixListener& operator=(UnixListener&&) noexcept;
  ~UnixListener();

  int fd() const { return fd_.get(); }
  const std::string& path() const { return path_; }
  /// Of the file, by which it is known as ours (stat(2)).
  unsigned long device() const { return device_; }
  unsigned long inode() const { return inode_; }

  struct Accepted {
    UniqueFd socket;        ///< does not block, closes on exec; empty: nobody waits, or
    bool shortage = false;  ///< descriptors or memory are used up: whoever waits goes on waiting
  };
  /// One client of those that wait.
  Accepted accept() const;

  /// Readable when something has happened to the file (inotify(7)): lost() tells what, and makes it wait for
  /// the next time. −1: cannot be told.
  int watch_fd() const { return watch_.get(); }
  /// Whether the file at the path is not ours any more: deleted, replaced, moved, or out of sight.
  bool lost();

 private:
  UnixListener() = default;
  void remove();

  std::string path_;
  UniqueFd fd_, watch_;
  unsigned long device_ = 0, inode_ = 0;
};

}  // namespace pm::os
