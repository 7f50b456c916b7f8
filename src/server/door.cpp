#include "door.h"

#include <filesystem>
#include <utility>

#include "pm/os/file.h"

namespace pm::server {

using ErrorCode = boost::system::error_code;

namespace {

// How many are let in before the loop does something else.
constexpr int kAtOnce = 16;

}  // namespace

Door::Door(boost::asio::io_context& loop, os::UnixListener listener, const Rules& rules, Callbacks callbacks)
    : loop_{loop},
      listener_{std::move(listener)},
      rules_{rules},
      callbacks_{std::move(callbacks)},
      pause_{loop},
      relisten_{loop} {
  take_spare();
}

void Door::open() { attach(); }

void Door::close() {
  pause_.cancel();
  relisten_.cancel();
  detach();
  listener_.reset();
}

void Door::attach() {
  clients_.emplace(loop_, listener_->fd());
  if (listener_->watch_fd() >= 0) file_.emplace(loop_, listener_->watch_fd());
  callbacks_.listens(*listener_);
  accept();
  watch();
}

void Door::detach() {
  if (clients_) (void)clients_->release();
  if (file_) (void)file_->release();
  clients_.reset();
  file_.reset();
}

// ---- Clients

void Door::accept() {
  clients_->async_wait(Descriptor::wait_read, [this](ErrorCode ec) {
    if (!ec) on_clients();
  });
}

void Door::on_clients() {
  if (!spare_) take_spare();
  for (int i = 0; i < kAtOnce; ++i)
    if (!let_in()) return;
  accept();
}

// False: it has been seen to how things go on.
bool Door::let_in() {
  auto accepted = listener_->accept();
  if (accepted.socket) {
    callbacks_.admit(std::move(accepted.socket));
    return true;
  }
  if (accepted.shortage) return endure_shortage();
  accept();
  return false;
}

// Whoever waits at the door would make the loop spin.
bool Door::endure_shortage() {
  if (callbacks_.make_room()) return true;
  if (std::exchange(spare_, std::nullopt)) {
    const bool taken = static_cast<bool>(listener_->accept().socket);  // and hung up on
    take_spare();
    if (taken) return true;
  }
  pause_.expires_after(rules_.accept_pause);
  pause_.async_wait([this](ErrorCode ec) {
    if (!ec && clients_) accept();
  });
  return false;
}

void Door::take_spare() {
  if (auto pipe = os::make_pipe()) spare_ = std::move(*pipe);
}

// ---- The file

void Door::watch() {
  if (!file_) return;
  file_->async_wait(Descriptor::wait_read, [this](ErrorCode ec) {
    if (!ec) on_file_changed();
  });
}

void Door::on_file_changed() {
  if (!listener_->lost()) return watch();
  (void)file_->release();
  file_.reset();
  listen_again_after(rules_.relisten_after);
}

void Door::listen_again_after(core::Duration pause) {
  relisten_.expires_after(pause);
  relisten_.async_wait([this](ErrorCode ec) {
    if (!ec && listener_) listen_again();
  });
}

void Door::listen_again() {
  if (!listener_->lost()) return on_file_back();
  const auto path = listener_->path();
  auto again = os::UnixListener::listen(path, core::Duration{0});
  if (!again) {
    if (!std::exchange(warned_, true))
      callbacks_.warn(std::move(again.error()).in(fmt::format("the socket '{}' was taken away", path)));
    if (os::is_directory(std::filesystem::path{path}.parent_path().string()))
      listen_again_after(rules_.relisten_pace);  // who removes what is in its place need not tell us
    return;
  }
  warned_ = false;
  pause_.cancel();
  detach();
  *listener_ = std::move(*again);
  try {
    attach();
  } catch (const boost::system::system_error&) {  // the event loop takes no more descriptors
    detach();
    listen_again_after(rules_.relisten_pace);
  }
}

// It was only moved away for a moment.
void Door::on_file_back() {
  warned_ = false;
  if (!clients_) return attach();
  if (listener_->watch_fd() >= 0) file_.emplace(loop_, listener_->watch_fd());
  watch();
}

}  // namespace pm::server
