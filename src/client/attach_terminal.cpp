#include "pm/client/attach_terminal.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <optional>
#include <utility>

#include "pm/client/attachment.h"
#include "pm/os/pipe.h"
#include "pm/os/raw_terminal.h"
#include "pm/os/readiness.h"
#include "pm/os/wait.h"

namespace pm::client {

namespace asio = boost::asio;
using core::Error;
using core::Result;
using ErrorCode = boost::system::error_code;

namespace {

constexpr int kStdin = 0, kStdout = 1;

// What a program may have set in the terminal (xterm, ctlseqs): colours, links, character sets, margins,
// modes of the screen, the cursor and the keys, mouse and focus reports, bracketed paste, synchronised
// updates, tab stops, the alternate screen, the title. The cursor stays where it is, which setting the
// margins would not leave alone, and what comes next begins below.
constexpr std::string_view kLeave =
    "\x1b[m\x1b]8;;\x1b\\\x1b(B\x0f"
    "\x1b\x37\x1b[r\x1b\x38\x1b[4l\x1b[20l\x1b[?5l\x1b[?6l\x1b[?7h\x1b[?25h"
    "\x1b[0 q\x1b[?1l\x1b>\x1b[>4m\x1b[<u"
    "\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1005l\x1b[?1006l\x1b[?1015l"
    "\x1b[?2004l\x1b[?2026l\x1b[?5W\x1b[?1047l\x1b[23;2t\r\n\x1b[J";

constexpr std::string_view kBell = "\a";

// Where nobody reads what is typed, this key is as good as the detach keys.
constexpr char kInterrupt = 3;

/// This terminal on one side, the process's on the other.
class TerminalBridge {
 public:
  TerminalBridge(asio::io_context& loop, const std::string& socket, api::Attach request, DetachKeys keys);
  Result<TerminalEnd> result() && { return std::move(*result_); }

 private:
  void on_begin(const api::AttachBegin& begin);
  void make_room();
  void show(std::string_view bytes);
  void read_keys();
  void take_keys();
  void type(std::string_view bytes);
  void wait_for_signal();
  void on_signal(int signal);
  void follow_size();
  void end(Result<TerminalEnd> how);

  asio::io_context& loop_;
  DetachKeys keys_;
  bool heard_;  // what is typed gets to the process
  bool from_terminal_ = os::is_terminal(kStdin), on_terminal_ = os::is_terminal(kStdout);
  std::string process_;
  std::optional<os::RawTerminal> raw_;
  std::optional<os::LastWords> last_words_;
  asio::posix::stream_descriptor keyboard_;
  asio::signal_set signals_;
  std::optional<core::TerminalSize> size_;  // as the other side knows it
  bool full_ = false;                       // what is typed is lost
  std::optional<Result<TerminalEnd>> result_;
  Attachment attachment_;
};

TerminalBridge::TerminalBridge(asio::io_context& loop, const std::string& socket, api::Attach request,
                               DetachKeys keys)
    : loop_{loop},
      keys_{std::move(keys)},
      heard_{!request.watch},
      keyboard_{loop},
      signals_{loop},
      size_{request.size},
      attachment_{loop,
                  socket,
                  std::move(request),
                  {.on_begin = [this](const auto& begin) { on_begin(begin); },
                   .on_bytes = [this](std::string_view bytes) { show(bytes); },
                   .on_sent = [this] { full_ = false; },
                   .on_end =
                       [this](Result<std::string> how) {
                         if (how)
                           end(TerminalEnd{.process = process_, .reason = std::move(*how)});
                         else
                           end(std::move(how.error()));
                       }}} {}

// Until it is clear that there is something to attach to, the terminal is left alone.
void TerminalBridge::on_begin(const api::AttachBegin& begin) {
  process_ = begin.process;
  heard_ = heard_ && begin.terminal;
  if (on_terminal_ && from_terminal_) {
    auto raw = os::RawTerminal::enter(kStdout, std::string{kLeave});
    if (!raw) return end(std::move(raw.error()));
    raw_.emplace(std::move(*raw));
  } else if (on_terminal_) {
    last_words_.emplace(kStdout, kLeave);
  }
  if (on_terminal_) make_room();
  if (!begin.terminal && on_terminal_)
    show(
        fmt::format("\x1b[2m{} has no terminal: this is what it writes, and nobody reads what is typed; {} "
                    "or C-c leaves\x1b[m\r\n",
                    begin.process, keys_.text()));
  if (result_) return;
  if (from_terminal_) {
    auto readiness = os::readiness_of(kStdin);
    if (!readiness) return end(std::move(readiness.error()));
    keyboard_.assign(readiness->release());
    read_keys();
  }
  if (on_terminal_) signals_.add(SIGWINCH);
  if (raw_)
    for (const int signal : {SIGTSTP, SIGCONT}) signals_.add(signal);
  wait_for_signal();
  follow_size();  // since the request was made
}

// What is on the screen scrolls away instead of being erased; the title is kept for later.
void TerminalBridge::make_room() {
  const auto rows = os::terminal_size(kStdout).value_or(os::TerminalSize{}).rows;
  show(fmt::format("\x1b[22;2t\x1b[{};1H{}\x1b[H", rows, std::string(static_cast<std::size_t>(rows), '\n')));
}

void TerminalBridge::show(std::string_view bytes) {
  if (const auto written = os::write_all(kStdout, bytes); !written) end(written.error());
}

void TerminalBridge::read_keys() {
  keyboard_.async_wait(asio::posix::stream_descriptor::wait_read, [this](ErrorCode ec) {
    if (!ec && !result_) take_keys();
  });
}

void TerminalBridge::take_keys() {
  std::array<char, 4096> room;
  const auto size = os::read_some(kStdin, room);
  if (size == 0) return end(Error{.what = "the terminal went away"});
  const std::string_view input{room.data(), size.value_or(0)};
  const auto typed = keys_.push(input);
  const bool interrupted = !heard_ && input.find(kInterrupt) != input.npos;
  if (heard_) type(typed.bytes);
  if (typed.detach || interrupted) return end(TerminalEnd{.process = process_, .detached = true});
  read_keys();
}

// Behind a paste that nobody reads there may be the detach keys, so that it is read on. Once something is
// lost, all is, until the rest has been taken: the program shall not find something else than was typed in
// the middle of it.
void TerminalBridge::type(std::string_view bytes) {
  if (full_ || attachment_.write(bytes)) return;
  full_ = true;
  show(kBell);
}

void TerminalBridge::wait_for_signal() {
  signals_.async_wait([this](ErrorCode ec, int signal) {
    if (ec || result_) return;
    on_signal(signal);
    if (!result_) wait_for_signal();
  });
}

void TerminalBridge::on_signal(int signal) {
  if (signal == SIGTSTP) return raw_->stop();
  if (signal == SIGCONT) {
    raw_->take_again();
    make_room();
    size_.reset();  // told once more, which has the screen drawn anew
  }
  follow_size();
}

void TerminalBridge::follow_size() {
  const auto size = on_terminal_ ? os::terminal_size(kStdout) : std::nullopt;
  if (!size || size == std::exchange(size_, size)) return;
  attachment_.resize(*size);
}

void TerminalBridge::end(Result<TerminalEnd> how) {
  if (result_) return;
  result_ = std::move(how);
  attachment_.close();
  if (!raw_ && on_terminal_ && !process_.empty()) (void)os::write_all(kStdout, kLeave);
  raw_.reset();
  loop_.stop();
}

}  // namespace

Result<TerminalEnd> attach_terminal(const std::string& socket, api::Attach request, DetachKeys keys) {
  if (!request.watch && !(os::is_terminal(kStdin) && os::is_terminal(kStdout)))
    return core::bad_input("stdin and stdout are no terminal",
                           "run it in one; with --watch it only shows what is written, to anything");
  request.size = os::terminal_size(kStdout);
  asio::io_context loop{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};
  TerminalBridge bridge{loop, socket, std::move(request), std::move(keys)};
  loop.run();
  return std::move(bridge).result();
}

}  // namespace pm::client
