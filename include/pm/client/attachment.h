#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pm/api/attach.h"
#include "pm/api/request.h"
#include "pm/core/error.h"
#include "pm/core/terminal_size.h"

namespace boost::asio {
class io_context;
}

namespace pm::client {

/// A terminal of one process, over the control socket (GET /v1/attach/{name}). Its hooks are called from the
/// loop, never from within a call; destroying it ends it at once, and no hook is called any more. A hook may
/// do that too.
class Attachment {
 public:
  struct Hooks {
    /// First of all.
    std::function<void(const api::AttachBegin&)> on_begin = {};
    /// What a terminal is to be given: first what makes it look as it does there, then what comes. What has
    /// been missed by a slow reader is made good by the screen as it is by then; with request.scrollback also
    /// by the rows that went by, behind those that the terminal has.
    std::function<void(std::string_view)> on_bytes = {};
    /// Another size is in force, as on_begin told the first. A screen that is drawn anew follows; with
    /// request.scrollback none does: the terminal (term::Terminal) is to be given that size before the next
    /// bytes.
    std::function<void(core::TerminalSize)> on_size = {};
    /// Everything that was written has been sent.
    std::function<void()> on_sent = {};
    /// The last of all: the supervisor's reason, or an error, as client::Client has them (no_supervisor: it
    /// went away or was not there; not_found: the process was not).
    std::function<void(core::Result<std::string>)> on_end = {};
  };

  /// Bytes that write() keeps for a process that does not read.
  static constexpr std::size_t kMostUnsent = 4 << 20;

  /// Connects to the supervisor at `path`, which may be longer than a socket's address; `hooks` are called
  /// from `loop`.
  Attachment(boost::asio::io_context& loop, const std::string& path, api::Attach request, Hooks hooks);
  Attachment(const Attachment&) = delete;
  ~Attachment();

  /// What is typed; false if there is no room for all of it: then nothing of it is taken. May be called
  /// before on_begin.
  bool write(std::string_view bytes);
  /// Bytes of write() that are still here.
  std::size_t unsent() const;
  /// This viewer's terminal has another size or, without request.scrollback, lost what it showed: the screen
  /// is drawn anew. Of several before one could be sent only the last one counts.
  void resize(core::TerminalSize size);
  /// Says goodbye; what has not been sent is lost. on_end is not called any more.
  void close();

 private:
  class Connection;
  std::shared_ptr<Connection> connection_;
};

}  // namespace pm::client
