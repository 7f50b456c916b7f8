#include "keeper_link.h"

#include <utility>

namespace pm::supervisor {

KeeperLink::KeeperLink(boost::asio::io_context& loop, os::UniqueFd link, Callbacks callbacks)
    : link_{loop, link.release()}, callbacks_{std::move(callbacks)} {}

void KeeperLink::close() {
  boost::system::error_code ignored;
  link_.close(ignored);
}

void KeeperLink::tell_socket(const os::UnixListener& listener) {
  keeper::send_socket(link_.native_handle(), listener.fd(), {listener.device(), listener.inode()},
                      listener.path());
}

void KeeperLink::tell_cgroup(const std::string& directory) {
  keeper::send(link_.native_handle(), keeper::Kind::cgroup, directory);
}

void KeeperLink::tell_voice(int fd) {
  keeper::send(link_.native_handle(), keeper::Kind::voice, {}, {&fd, 1});
}

void KeeperLink::wait() {
  link_.async_wait(boost::asio::posix::stream_descriptor::wait_read, [this](boost::system::error_code ec) {
    if (!ec) on_messages();
  });
}

void KeeperLink::on_messages() {
  while (link_.is_open()) switch (keeper::receive(link_.native_handle(), message_)) {
      case keeper::Received::message:
        if (const auto signal = keeper::signal_of(message_)) callbacks_.on_signal(*signal);
        if (message_.kind == keeper::Kind::orphaned) orphaned();
        break;
      case keeper::Received::nothing: return wait();
      case keeper::Received::ended: close(); return orphaned();
    }
}

void KeeperLink::orphaned() {
  if (const auto tell = std::exchange(callbacks_.on_orphaned, {})) tell();
}

}  // namespace pm::supervisor
