#include "find.h"

#include <algorithm>

namespace pm::panes {

using term::Cell;
using term::Terminal;

Rows rows_of(const Terminal& terminal) {
  const auto top = static_cast<std::int64_t>(terminal.scrolled());
  return {top - terminal.scrollback(), top + terminal.size().rows - 1};
}

int row_in(const Terminal& terminal, std::int64_t row) {
  return static_cast<int>(row - static_cast<std::int64_t>(terminal.scrolled()));
}

namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// One line of a program: the text of a row and of those that it goes on in, and where each byte stands.
struct Line {
  std::string text;
  std::vector<Place> places;
  std::int64_t next = 0;  // the first row behind it
};

void append_row(Line& line, const Terminal& terminal, std::int64_t row, int from, int to) {
  std::vector<Cell> cells(static_cast<std::size_t>(terminal.size().columns));
  terminal.read_row(row_in(terminal, row), cells);
  for (int column = from; column <= std::min(to, terminal.size().columns - 1); ++column) {
    const auto& cell = cells[static_cast<std::size_t>(column)];
    if (cell.width == 0) continue;
    const auto text = cell.glyph.empty() ? std::string_view{" "} : cell.glyph.text();
    line.text += text;
    line.places.insert(line.places.end(), text.size(), Place{row, column});
  }
}

void drop_blanks_at_end(Line& line) {
  const auto end = line.text.find_last_not_of(' ');
  line.text.resize(end == line.text.npos ? 0 : end + 1);
  line.places.resize(line.text.size());
}

// The line from `first` on, up to its end or `last`.
Line read_line(const Terminal& terminal, Place first, Place last) {
  Line line;
  auto row = first.row;
  for (bool goes_on = true; goes_on; ++row) {
    append_row(line, terminal, row, row == first.row ? first.column : 0,
               row == last.row ? last.column : terminal.size().columns);
    goes_on = row < last.row && terminal.wrapped(row_in(terminal, row));
  }
  drop_blanks_at_end(line);
  line.next = row;
  return line;
}

std::int64_t line_begin(const Terminal& terminal, std::int64_t row) {
  const auto oldest = rows_of(terminal).first;
  while (row > oldest && terminal.wrapped(row_in(terminal, row - 1))) --row;
  return row;
}

std::int64_t line_end(const Terminal& terminal, std::int64_t row) {
  const auto newest = rows_of(terminal).last;
  while (row < newest && terminal.wrapped(row_in(terminal, row))) ++row;
  return row;
}

void find_in(const Line& line, const std::string& query, bool any_case, std::vector<Range>& found) {
  auto text = line.text;
  if (any_case) std::transform(text.begin(), text.end(), text.begin(), lower);
  for (auto at = text.find(query); at != text.npos; at = text.find(query, at + query.size()))
    found.push_back({line.places[at], line.places[at + query.size() - 1]});
}

}  // namespace

std::string text_of(const Terminal& terminal, const Range& range) {
  const auto rows = rows_of(terminal);
  const auto last = std::min(range.last, Place{rows.last, terminal.size().columns - 1});
  std::string text;
  for (auto from = std::max(range.first, Place{rows.first, 0}); from <= last;) {
    const auto line = read_line(terminal, from, last);
    text += line.text;
    from = {line.next, 0};
    if (from <= last) text += '\n';
  }
  return text;
}

std::vector<Range> find_all(const Terminal& terminal, std::string_view query, std::int64_t first,
                            std::int64_t last) {
  std::vector<Range> found;
  if (query.empty()) return found;
  const bool any_case = std::none_of(query.begin(), query.end(), is_upper);
  const std::string wanted{query};
  const auto rows = rows_of(terminal);
  const auto end = line_end(terminal, std::min(last, rows.last));
  for (auto row = line_begin(terminal, std::max(first, rows.first)); row <= end;) {
    const auto line = read_line(terminal, {row, 0}, {end, terminal.size().columns - 1});
    find_in(line, wanted, any_case, found);
    row = line.next;
  }
  return found;
}

std::optional<Range> find_next(const Terminal& terminal, std::string_view query, Place from, bool backward) {
  const auto rows = rows_of(terminal);
  const auto found = find_all(terminal, query, rows.first, rows.last);
  if (found.empty()) return std::nullopt;
  const auto behind =
      std::find_if(found.begin(), found.end(), [&](const Range& range) { return range.first > from; });
  if (!backward) return behind == found.end() ? found.front() : *behind;
  const auto before =
      std::find_if(found.rbegin(), found.rend(), [&](const Range& range) { return range.first < from; });
  return before == found.rend() ? found.back() : *before;
}

}  // namespace pm::panes
