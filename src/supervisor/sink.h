#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "pm/log/buffer.h"
#include "pm/os/output.h"

namespace pm::supervisor {

/// The way out: everything that goes to stdout is appended to one buffer and written from there, at once or,
/// in a flood, once per round of the loop. While the reader takes nothing the buffer fills up, and full()
/// asks the sources to pause: then the kernel holds up the children.
class Sink {
 public:
  /// Sources pause above it. The measured optimum is flat between 64 KiB and 1 MiB.
  static constexpr std::size_t kHighWater = 256 << 10;

  Sink(boost::asio::io_context& loop, int fd);
  Sink(const Sink&) = delete;
  ~Sink();

  log::Buffer& buffer() { return buffer_; }
  /// To be called after appending whole lines, with the time (microseconds since the epoch): writes them at
  /// once, or, in a flood, with what else this round of the loop brings.
  void appended(std::int64_t time_us);
  bool full() const { return buffer_.size() >= kHighWater; }
  bool terminal() const { return output_.terminal(); }
  /// Whether the reader has taken everything.
  bool idle() const { return buffer_.empty(); }
  /// Bytes taken so far; it tells a slow reader from a stuck one.
  std::uint64_t taken() const { return taken_; }

  /// Called when the buffer has room again, after it was full.
  void on_room(std::function<void()> callback) { on_room_ = std::move(callback); }
  /// Called each time the buffer has become empty.
  void on_idle(std::function<void()> callback) { on_idle_ = std::move(callback); }
  /// Called once when the reader has gone away; what comes after is dropped.
  void on_reader_gone(std::function<void()> callback) { on_reader_gone_ = std::move(callback); }

  /// Goes on in whatever file has that name now: stdout is a log file that was moved away (logrotate(8)).
  void reopen(const std::string& path);

  /// No more is to come; empty, or a descriptor whose end of file says that the last byte is out.
  os::UniqueFd finish() { return output_.finish(); }

 private:
  void flush();
  void wait_writable();
  void fail(int error);
  void recover();

  boost::asio::io_context& loop_;
  os::Output output_;
  std::optional<boost::asio::posix::stream_descriptor> writable_;  // only once the reader has made us wait
  log::Buffer buffer_;
  bool scheduled_ = false, waiting_ = false, gone_ = false;
  std::int64_t appended_at_ = 0;
  std::uint64_t taken_ = 0, lost_ = 0;
  std::function<void()> on_room_, on_idle_, on_reader_gone_;
};

}  // namespace pm::supervisor
