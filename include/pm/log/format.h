#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "pm/log/buffer.h"

namespace pm::log {

/// What stands before each line of an instance: "web.1    | ", with a time "12:00:00 web.1    | ", all of it
/// in the instance's colour and with a reset after it.
class Prefix {
 public:
  /// No prefix at all (--no-prefix).
  Prefix() = default;

  /// `name` is padded to `width` columns; empty: only times. `sgr` as of Select Graphic Rendition ("36",
  /// "38;5;208"); empty: no escape codes.
  Prefix(std::string_view name, std::size_t width, std::string_view sgr);

  /// The time of the lines to come, made once per read; empty: none. A text as long as the one before does
  /// not allocate.
  void set_time(std::string_view time);

  /// Valid until the next set_time().
  std::string_view text() const { return text_; }

 private:
  std::string text_;
  std::size_t time_at_ = 0, time_size_ = 0;  // where the time and the blank after it stand in text_
};

/// What happens at a CR that is not directly before the LF: on a terminal it moves to column 0, where a
/// progress bar would overwrite the prefix, so the prefix is written again; elsewhere bytes pass unchanged.
enum class LoneCr { pass, repeat_prefix };

/// Appends `lines` (whole lines, each ending in '\n') with `prefix` before each; an empty prefix means a
/// plain copy. Returns how many lines it was.
std::size_t append_text(Buffer& out, std::string_view prefix, std::string_view lines,
                        LoneCr lone_cr = LoneCr::pass);

/// Appends a line of pm's own: the prefix, `text` (one line without its newline), on a terminal dim.
void append_own(Buffer& out, std::string_view prefix, std::string_view text, bool dim);

}  // namespace pm::log
