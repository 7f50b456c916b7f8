#include "outer.h"

#include <array>
#include <cerrno>
#include <chrono>

#include "pm/os/pipe.h"
#include "pm/os/wait.h"

namespace pm::panes {

namespace asio = boost::asio;

Outer::Outer(asio::io_context& loop, os::UniqueFd readiness, Hooks hooks)
    : hooks_{std::move(hooks)},
      input_{loop, readiness.release()},
      output_{kStdout},
      writable_{loop},
      rest_{loop} {}

Outer::~Outer() {
  if (writable_.is_open()) writable_.release();  // it is the output's
}

void Outer::read() {
  input_.async_wait(Descriptor::wait_read, [this](const auto& error) {
    if (!error) on_readable();
  });
}

// One bite a turn, so that a paste as long as a book holds nobody up.
void Outer::on_readable() {
  std::array<char, 4096> room;
  const auto size = os::read_some(kStdin, room);
  if (size && *size == 0) return hooks_.on_gone();
  if (size) {
    const auto inputs = decoder_.push({room.data(), *size});
    await_rest();
    hooks_.on_input(inputs);
  }
  read();
}

void Outer::await_rest() {
  rest_.cancel();
  if (!decoder_.pending()) return;
  rest_.expires_after(std::chrono::milliseconds{term::KeyDecoder::kEscapeTimeoutMs});
  rest_.async_wait([this](const auto& error) {
    if (!error) hooks_.on_input(decoder_.flush());
  });
}

void Outer::write(std::string_view bytes) {
  outbox_ += bytes;
  if (!waiting_) flush();
}

void Outer::hold() {
  outbox_.clear();
  held_ = true;
}

void Outer::flush() {
  while (!outbox_.empty()) {
    const auto [size, error] = output_.write(outbox_);
    outbox_.erase(0, size);
    if (error == EAGAIN) break;
    if (error != 0) return hooks_.on_gone();
  }
  if (outbox_.empty()) return;
  if (!writable_.is_open()) writable_.assign(output_.readiness());
  waiting_ = true;
  writable_.async_wait(Descriptor::wait_read, [this](const auto& error) {
    if (error) return;
    waiting_ = false;
    flush();
    if (has_room()) hooks_.on_room();
  });
}

void Outer::finish(core::Duration most) {
  outbox_.clear();
  if (const auto done = output_.finish()) os::wait_readable(std::array{done.get()}, most);
}

}  // namespace pm::panes
