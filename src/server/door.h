#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "pm/os/pipe.h"
#include "pm/os/socket.h"
#include "pm/os/unique_fd.h"
#include "rules.h"

namespace pm::server {

/// Lets clients in, and sees to it that the socket stays where they look for it.
class Door {
 public:
  struct Callbacks {
    std::function<void(os::UniqueFd)> admit;
    std::function<bool()> make_room;  ///< sends somebody away; false if nobody can be
    std::function<void(const core::Error&)> warn;
    std::function<void(const os::UnixListener&)> listens;  ///< at the file, from now on
  };

  Door(boost::asio::io_context& loop, os::UnixListener listener, const Rules& rules, Callbacks callbacks);
  ~Door() { close(); }

  /// Begins to accept.
  void open();
  /// Nobody else is let in, and the file is gone. Safe to call twice.
  void close();

 private:
  using Descriptor = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

  void attach();
  void detach();
  void accept();
  void on_clients();
  bool let_in();
  bool endure_shortage();
  void watch();
  void on_file_changed();
  void listen_again_after(core::Duration pause);
  void listen_again();
  void on_file_back();
  void take_spare();

  boost::asio::io_context& loop_;
  std::optional<os::UnixListener> listener_;
  const Rules& rules_;
  Callbacks callbacks_;
  std::optional<Descriptor> clients_, file_;  // what the listener owns
  boost::asio::steady_timer pause_, relisten_;
  bool warned_ = false;            // that the file was taken away
  std::optional<os::Pipe> spare_;  // when descriptors run out, these are left to turn somebody away with
};

}  // namespace pm::server
