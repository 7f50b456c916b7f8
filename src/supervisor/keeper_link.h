#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <string>

#include "pm/keeper/protocol.h"
#include "pm/os/socket.h"
#include "pm/os/unique_fd.h"

namespace pm::supervisor {

/// The supervisor's end of the link to its keeper, on the loop. What cannot be told because the keeper is
/// gone is not told: then on_orphaned says so.
class KeeperLink {
 public:
  struct Callbacks {
    std::function<void(int)> on_signal;  ///< one that was sent to the process that people know
    std::function<void()> on_orphaned;   ///< that process is gone; called once
  };
  KeeperLink(boost::asio::io_context& loop, os::UniqueFd link, Callbacks callbacks);

  void start() { wait(); }
  /// No more callbacks.
  void close();

  /// Where clients are listened for: their peer is the keeper from now on, and it clears the file away.
  void tell_socket(const os::UnixListener& listener);
  /// Where the cgroups of all lives are, to be killed and cleared away.
  void tell_cgroup(const std::string& directory);
  /// Where the keeper is to speak: to what `fd` is now.
  void tell_voice(int fd);

 private:
  void wait();
  void on_messages();
  void orphaned();

  boost::asio::posix::stream_descriptor link_;
  Callbacks callbacks_;
  keeper::Message message_;
};

}  // namespace pm::supervisor
