#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "pm/log/buffer.h"
#include "pm/log/stream.h"

namespace pm::log {

/// "2026-01-02T03:04:05.000006Z"
class TimeText {
 public:
  static constexpr std::size_t kSize = 27;

  /// UTC after RFC 3339, with microseconds since the epoch; the years 0000 to 9999, others become the
  /// nearest.
  explicit TimeText(std::int64_t microseconds);
  operator std::string_view() const { return {text_.data(), text_.size()}; }

 private:
  std::array<char, kSize> text_;
};

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
