#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "pm/core/time.h"
#include "pm/log/buffer.h"
#include "pm/log/stream.h"

namespace pm::log {

using core::TimeText;

/// What stands before each line in --format json, up to the text of the line.
class JsonHead {
 public:
  JsonHead(std::string_view process, Stream stream);
  void set_time(const TimeText& time);
  /// Valid as long as the JsonHead is, and changed by set_time().
  std::string_view text() const { return text_; }

 private:
  std::string text_;
};

/// Appends each of `lines` (whole lines, each ending in '\n') as one JSON object on a line:
///   {"time":"2026-01-02T03:04:05.000006Z","process":"web.1","stream":"stdout","line":"…"}
/// The text is without its newline; each maximal subpart of invalid UTF-8 becomes U+FFFD. Returns how many
/// lines it was.
std::size_t append_json(Buffer& out, const JsonHead& head, std::string_view lines);

/// Appends `text` as it stands between the quotes of a JSON string.
void append_json_escaped(Buffer& out, std::string_view text);

}  // namespace pm::log
