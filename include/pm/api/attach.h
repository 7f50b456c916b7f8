#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "pm/core/error.h"
#include "pm/core/terminal_size.h"

namespace pm::api {

// What is said in the text messages of an attachment (GET /v1/attach/{name}); its binary ones are the bytes
// of a terminal, both ways. All are JSON objects of one line.

/// A text message of a client's that is longer means nothing.
inline constexpr std::size_t kLongestAttachText = 4 << 10;

/// The first message of the server's: {"process":"web.1","terminal":true,"size":[80,24],"state":"running"}.
struct AttachBegin {
  std::string process;
  bool terminal = true;  ///< false: it has none; there is its output only, and nothing reads what is typed
  core::TerminalSize size;
  std::string state;  ///< of the process, as in its other answers
  friend bool operator==(const AttachBegin&, const AttachBegin&) = default;
};
/// {"size":[80,24]}: from here on the terminal is of that size.
struct AttachResized {
  core::TerminalSize size;
  friend bool operator==(const AttachResized&, const AttachResized&) = default;
};
/// {"end":"web.1 has left the formation"}: the last message.
struct AttachEnd {
  std::string reason;
  friend bool operator==(const AttachEnd&, const AttachEnd&) = default;
};
using AttachNews = std::variant<AttachBegin, AttachResized, AttachEnd>;

std::string to_json(const AttachNews& news);
/// The client's side. Errors: failed, if it is not what this version understands. nullopt is what a later
/// version may say beside it.
core::Result<std::optional<AttachNews>> parse_attach_news(std::string_view text);

/// {"resize":[80,24]}, a client's only text message.
std::string resize_message(core::TerminalSize size);
/// Errors: bad_input; short enough for the reason of a close frame.
core::Result<core::TerminalSize> parse_resize(std::string_view text);

}  // namespace pm::api
