#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>

#include "pm/log/crlf.h"
#include "pm/log/line_splitter.h"
#include "pm/log/stream.h"
#include "pm/os/pipe.h"
#include "pm/os/unique_fd.h"
#include "screen.h"

namespace pm::supervisor {

class Channel;
class Sink;

/// Where every source reads to, one after the other: there is one for the whole program, for nothing stays in
/// it.
struct ReadBuffer {
  static constexpr std::size_t kRead = 64 << 10;  // what a pipe holds; larger reads gain nothing
  std::array<char, log::CrlfFilter::kRoom + kRead> bytes;
};

/// One descriptor that a child writes to: reads it as long as the sink has room, and gives whole lines to the
/// instance's channel; one that is a terminal gives all of it to the screen, too, and takes what is typed.
/// Shared by its owner and the wait in progress; close() ends it.
class Source : public Program, public std::enable_shared_from_this<Source> {
 public:
  struct Origin {
    log::Stream stream = log::Stream::stdout_;
    bool terminal = false;  ///< the master of a PTY
  };

  Source(boost::asio::io_context& loop, os::UniqueFd fd, Origin origin, Channel& channel, Sink& sink,
         ReadBuffer& buffer);

  /// Begins to read.
  void start();
  /// Goes on after the sink was full.
  void resume();
  /// Takes what is there right now, room or not: its writers have ended. True if it has come to its end.
  bool drain();
  /// Gives the unfinished last line to the channel and ends every wait. Safe to call twice.
  void close();

  bool terminal() const { return origin_.terminal; }
  int fd() { return descriptor_.native_handle(); }

  // Of the PTY behind it.
  /// What a program may leave unread before nothing more is wanted: as much as a pipe holds.
  static constexpr std::size_t kMostTyped = 64 << 10;
  bool type(std::string_view bytes) override;
  bool has_room() const override { return typed_.size() < kMostTyped; }
  void resize(os::TerminalSize size) override;

 private:
  enum class Read { some, nothing, end };
  Read read();
  Read read_terminal();
  void wait();
  void on_readable();
  void flush();

  using Descriptor = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;
  Descriptor descriptor_;
  Origin origin_;
  Channel& channel_;
  Sink& sink_;
  ReadBuffer& buffer_;
  log::CrlfFilter crlf_;
  log::LineSplitter splitter_;
  bool paused_ = false, ended_ = false;
  std::string typed_;  // and not taken yet
  bool flushing_ = false;
};

}  // namespace pm::supervisor
