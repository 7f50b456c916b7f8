#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pm/term/terminal.h"

namespace pm::panes {

/// A cell of all that a terminal has ever shown: rows count from the first one that it was given, so that a
/// place stays where it is while more comes in below.
struct Place {
  std::int64_t row = 0;
  int column = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

/// From one place to another in reading order, both included.
struct Range {
  Place first, last;
  bool contains(Place at) const { return first <= at && at <= last; }
  friend bool operator==(const Range&, const Range&) = default;
};

/// The rows that a terminal still knows.
struct Rows {
  std::int64_t first = 0, last = 0;
};
Rows rows_of(const term::Terminal& terminal);
/// The number that Terminal::read_row and the like know it by.
int row_in(const term::Terminal& terminal, std::int64_t row);

/// What stands there, as it would be pasted: rows that were too long are one line, blanks at ends are left
/// out.
std::string text_of(const term::Terminal& terminal, const Range& range);

/// Where `query` stands in the rows from `first` to `last` and in as many around them as a match may reach
/// into, which may begin and end within longer lines; letters match either case unless `query` has a capital.
/// In reading order; none overlap.
std::vector<Range> find_all(const term::Terminal& terminal, std::string_view query, std::int64_t first,
                            std::int64_t last);

/// Whether one of the `ranges`, as of find_all(), holds `at`; a few of them are looked at.
template <class Ranges>
bool any_contains(const Ranges& ranges, Place at) {
  const auto near =
      std::partition_point(ranges.begin(), ranges.end(), [&](const auto& range) { return range.last < at; });
  return near != ranges.end() && near->contains(at);
}

struct Search {
  std::optional<Range> found;
  std::int64_t rows = 0;  ///< that were read for it
};
/// The next one that begins behind `from`, or before it; from the other end if there is none. Reads line by
/// line, no further than that, and no line but that of `from` twice.
Search find_next(const term::Terminal& terminal, std::string_view query, Place from, bool backward);

}  // namespace pm::panes
