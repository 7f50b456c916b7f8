#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>
#include <vector>

#include "pm/core/error.h"
#include "pm/core/time.h"
#include "pm/os/output.h"
#include "pm/os/unique_fd.h"
#include "pm/term/keys.h"

namespace pm::panes {

inline constexpr int kStdin = 0, kStdout = 1;

/// The person's terminal on an event loop: what comes from it, and what goes there without ever waiting for
/// it.
class Outer {
 public:
  struct Hooks {
    std::function<void(const std::vector<term::Input>&)> on_input;
    std::function<void()> on_room;  ///< all that was written has been taken
    std::function<void()> on_gone;  ///< nobody is there any more
  };

  /// `readiness` is readable whenever stdin is.
  Outer(boost::asio::io_context& loop, os::UniqueFd readiness, Hooks hooks);
  Outer(const Outer&) = delete;
  ~Outer();

  void start() { read(); }
  void write(std::string_view bytes);
  /// Somebody else has the terminal: what has not been taken by now is dropped, and there is no room until
  /// go_on().
  void hold();
  void go_on() { held_ = false; }
  /// No more is written, and what has not been taken by now is dropped. Where a thread writes (os::Output),
  /// waits until it is done, at most that long: what is written to the terminal afterwards is the last.
  void finish(core::Duration most);
  /// Whether all that was written has been taken.
  bool has_room() const { return outbox_.empty() && !held_; }

 private:
  using Descriptor = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

  void read();
  void on_readable();
  void await_rest();
  void flush();

  Hooks hooks_;
  Descriptor input_;
  os::Output output_;
  Descriptor writable_;
  boost::asio::steady_timer rest_;  // of a sequence of keys
  term::KeyDecoder decoder_;
  std::string outbox_;
  bool waiting_ = false;  // for room in the terminal
  bool held_ = false;
};

}  // namespace pm::panes
