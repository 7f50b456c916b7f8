#include "source.h"

#include <chrono>

#include "channel.h"
#include "pm/core/time.h"
#include "sink.h"

namespace pm::supervisor {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// More than any pipe holds: a process that escaped and floods what its instance left behind must not keep us
// here.
constexpr std::size_t kMostDrained = 16 << 20;

// Reads of a terminal in one round: it gives at most 4 KiB at a time, where a pipe gives 64. What it says may
// be work for its screen, so that none is begun after kRound; then it is the others' turn.
constexpr int kMoreOfATerminal = 15;
constexpr core::Duration kRound = 2ms;

}  // namespace

Source::Source(asio::io_context& loop, os::UniqueFd fd, Origin origin, Channel& channel, Sink& sink,
               ReadBuffer& buffer)
    : descriptor_{loop, fd.release()}, origin_{origin}, channel_{channel}, sink_{sink}, buffer_{buffer} {}

void Source::start() {
  if (terminal()) channel_.screen().begin(*this);
  wait();
}

void Source::resize(os::TerminalSize size) {
  if (descriptor_.is_open()) os::resize_pty(descriptor_.native_handle(), size);
}

bool Source::type(std::string_view bytes) {
  if (!descriptor_.is_open()) return true;
  typed_ += bytes;
  if (!flushing_) flush();
  return has_room();
}

void Source::flush() {
  const bool had_room = has_room();
  const auto size = os::write_some(descriptor_.native_handle(), typed_);
  typed_.erase(0, size.value_or(typed_.size()));
  flushing_ = !typed_.empty();
  if (!had_room && has_room()) channel_.screen().on_room();
  if (!flushing_) return;
  descriptor_.async_wait(Descriptor::wait_write, [self = shared_from_this()](boost::system::error_code ec) {
    if (!ec) self->flush();
  });
}

void Source::wait() {
  descriptor_.async_wait(Descriptor::wait_read, [self = shared_from_this()](boost::system::error_code ec) {
    if (!ec) self->on_readable();
  });
}

void Source::on_readable() {
  if (ended_ || !descriptor_.is_open()) return;
  if (sink_.full()) {
    paused_ = true;
    return;
  }
  const auto got = origin_.terminal ? read_terminal() : read();
  if (got != Read::end) wait();
}

Source::Read Source::read_terminal() {
  const auto begin = std::chrono::steady_clock::now();
  auto got = read();
  for (int more = kMoreOfATerminal; got == Read::some && more > 0 && !sink_.full(); --more) {
    if (std::chrono::steady_clock::now() - begin >= kRound) break;
    got = read();
  }
  return got;
}

void Source::resume() {
  if (!paused_) return;
  paused_ = false;
  on_readable();
}

bool Source::drain() {
  for (std::size_t drained = 0; !ended_ && drained < kMostDrained; drained += ReadBuffer::kRead)
    if (read() == Read::nothing) break;
  return ended_;
}

Source::Read Source::read() {
  auto* const room = buffer_.bytes.data() + log::CrlfFilter::kRoom;
  const auto size = os::read_some(descriptor_.native_handle(), {room, ReadBuffer::kRead});
  if (!size) return Read::nothing;
  if (*size == 0) {
    ended_ = true;
    return Read::end;
  }
  std::string_view chunk{room, *size};
  if (terminal()) channel_.screen().output(chunk);
  if (origin_.terminal) chunk = crlf_.push({buffer_.bytes.data(), log::CrlfFilter::kRoom + *size});
  channel_.write(origin_.stream, splitter_.push(chunk));
  return Read::some;
}

void Source::close() {
  if (!descriptor_.is_open()) return;
  paused_ = false;
  descriptor_.close();
  channel_.write(origin_.stream, splitter_.push(crlf_.flush()));
  channel_.write(origin_.stream, {.head = splitter_.finish()});
  if (terminal()) channel_.screen().end();
}

}  // namespace pm::supervisor
