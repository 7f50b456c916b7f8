#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <optional>

#include "pm/core/time.h"

namespace pm::supervisor {

class Lives;
class Sink;

/// What is left to do once every instance is at rest for good: kill whatever escaped from all of them, and
/// let the reader of stdout take the last output.
class Farewell {
 public:
  /// `patience`: how long a reader may take nothing at all before the rest of the output is given up.
  Farewell(boost::asio::io_context& loop, Lives& lives, Sink& sink, core::Duration patience);

  /// Calls `done` when all is over. Safe to call again, to no effect.
  void begin(std::function<void()> done);
  bool begun() const { return step_ != Step::none; }
  /// After SIGCHLD.
  void on_child();
  /// Gives up what the reader has not taken yet.
  void insist();

 private:
  enum class Step { none, leftovers, output, thread, done };
  void kill_leftovers();
  void flush();
  void watch_reader();
  void wait_for_thread();
  void end();

  boost::asio::io_context& loop_;
  Lives& lives_;
  Sink& sink_;
  core::Duration patience_;
  boost::asio::steady_timer timer_;
  std::optional<boost::asio::posix::stream_descriptor> thread_end_;
  std::function<void()> done_;
  std::uint64_t taken_ = 0;
  Step step_ = Step::none;
};

}  // namespace pm::supervisor
