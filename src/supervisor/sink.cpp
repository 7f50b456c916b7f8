#include "sink.h"

#include <fmt/format.h>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

namespace pm::supervisor {

namespace asio = boost::asio;

namespace {

// Lines that follow each other faster than this are a flood: about what it takes to wake a reader up.
constexpr std::int64_t kFloodUs = 100;

}  // namespace

Sink::Sink(asio::io_context& loop, int fd) : loop_{loop}, output_{fd} {}

Sink::~Sink() {
  if (writable_) writable_->release();  // the descriptor is the output's
}

// A line that comes after a pause goes out at once, for a person waits for it; in a flood, what all sources
// of a round bring goes out together at its end.
void Sink::appended(std::int64_t time_us) {
  const bool flood = time_us - std::exchange(appended_at_, time_us) < kFloodUs;
  if (!flood || buffer_.size() >= kHighWater / 2) return flush();
  if (std::exchange(scheduled_, true)) return;
  asio::post(loop_, [this] {  // behind the sources that are ready in this round
    scheduled_ = false;
    flush();
  });
}

void Sink::flush() {
  if (waiting_ || buffer_.empty()) return;
  const bool was_full = full();
  if (gone_) {
    buffer_.clear();
  } else {
    const auto written = output_.write(buffer_.view());
    buffer_.consume(written.size);
    taken_ += written.size;
    if (written.size > 0) recover();
    if (written.error == EAGAIN)
      wait_writable();
    else if (written.error != 0)
      fail(written.error);
  }
  if (was_full && !full() && on_room_)
    asio::post(loop_, on_room_);  // not now: a source may be in the midst of its lines
  if (buffer_.empty() && on_idle_) on_idle_();
}

void Sink::reopen(const std::string& path) {
  flush();
  if (auto redirected = output_.redirect(path); !redirected) {
    auto error = redirected.error();
    error.hint = "the output goes on into the file that was open until now";
    os::complain(core::render(error));
  }
}

void Sink::wait_writable() {
  if (!writable_) writable_.emplace(loop_, output_.readiness());
  waiting_ = true;
  writable_->async_wait(asio::posix::stream_descriptor::wait_read, [this](boost::system::error_code ec) {
    if (ec) return;
    waiting_ = false;
    flush();
  });
}

// A reader that is gone ends the run; any other failure (a full disk, an I/O error) costs the bytes in hand
// and nothing else.
void Sink::fail(int error) {
  if (error == EPIPE) {
    gone_ = true;
    if (on_reader_gone_) asio::post(loop_, on_reader_gone_);
  } else if (lost_ == 0) {
    os::complain(
        fmt::format("pm: error: cannot write to stdout: {}\n  hint: output is lost until this is mended; the "
                    "processes run on\n",
                    std::generic_category().message(error)));
  }
  lost_ += buffer_.size();
  buffer_.clear();
}

void Sink::recover() {
  if (lost_ == 0) return;
  os::complain(fmt::format("pm: warning: writing to stdout works again, {} bytes were lost\n", lost_));
  lost_ = 0;
}

}  // namespace pm::supervisor
