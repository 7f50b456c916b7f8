#include "find.h"

#include <algorithm>
#include <limits>

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

// The first row of a line, or of its last `most` rows up to `row`.
std::int64_t line_begin(const Terminal& terminal, std::int64_t row, std::int64_t most) {
  const auto oldest = std::max(rows_of(terminal).first, row - most);
  while (row > oldest && terminal.wrapped(row_in(terminal, row - 1))) --row;
  return row;
}

std::int64_t line_end(const Terminal& terminal, std::int64_t row, std::int64_t most) {
  const auto newest = std::min(rows_of(terminal).last, row + most);
  while (row < newest && terminal.wrapped(row_in(terminal, row))) ++row;
  return row;
}

std::string folded(std::string text, bool any_case) {
  if (any_case) std::transform(text.begin(), text.end(), text.begin(), lower);
  return text;
}

// What stands where in the lines of a terminal.
class Finder {
 public:
  Finder(const Terminal& terminal, std::string_view query)
      : terminal_{terminal}, query_{query}, any_case_{std::none_of(query.begin(), query.end(), is_upper)} {}

  // Those in the line from row `first` on, up to its end or `last`, and where the next one begins.
  std::int64_t find_in_line(std::int64_t first, std::int64_t last, std::vector<Range>& found) {
    if (first == last || !terminal_.wrapped(row_in(terminal_, first))) {  // most are short, or not even that
      ++rows_;
      if (folded(terminal_.row_text(row_in(terminal_, first)), any_case_).find(query_) == std::string::npos)
        return first + 1;
    }
    const auto line = read_line(terminal_, {first, 0}, {last, terminal_.size().columns - 1});
    rows_ += line.next - first;
    const auto text = folded(line.text, any_case_);
    for (auto at = text.find(query_); at != text.npos; at = text.find(query_, at + query_.size()))
      found.push_back({line.places[at], line.places[at + query_.size() - 1]});
    return line.next;
  }

  // The first that begins behind `from`, in the lines of the rows from `first` to `last`.
  std::optional<Range> find_behind(Place from, std::int64_t first, std::int64_t last) {
    for (auto row = first; row <= last;) {
      std::vector<Range> found;
      row = find_in_line(row, last, found);
      for (const auto& range : found)
        if (range.first > from) return range;
    }
    return std::nullopt;
  }

  // The last that begins before `from`.
  std::optional<Range> find_before(Place from, std::int64_t first, std::int64_t last) {
    for (auto row = last; row >= first; --row) {
      const auto end = row;
      row = line_begin(terminal_, row, row - first);
      std::vector<Range> found;
      find_in_line(row, end, found);
      for (auto range = found.rbegin(); range != found.rend(); ++range)
        if (range->first < from) return *range;
    }
    return std::nullopt;
  }

  std::int64_t rows_read() const { return rows_; }

 private:
  const Terminal& terminal_;
  std::string query_;
  bool any_case_;
  std::int64_t rows_ = 0;
};

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
  const auto rows = rows_of(terminal);
  const auto around =
      static_cast<std::int64_t>(query.size()) / terminal.size().columns + 1;  // a byte a column
  const auto end = line_end(terminal, std::min(last, rows.last), around);
  Finder finder{terminal, query};
  for (auto row = line_begin(terminal, std::max(first, rows.first), around); row <= end;)
    row = finder.find_in_line(row, end, found);
  return found;
}

Search find_next(const Terminal& terminal, std::string_view query, Place from, bool backward) {
  if (query.empty()) return {};
  constexpr Place kBegin{std::numeric_limits<std::int64_t>::min(), 0};
  constexpr Place kEnd{std::numeric_limits<std::int64_t>::max(), 0};
  const auto [first, last] = rows_of(terminal);
  const auto begin = line_begin(terminal, from.row, last - first),
             end = line_end(terminal, from.row, last - first);
  Finder finder{terminal, query};
  auto found = backward ? finder.find_before(from, first, end) : finder.find_behind(from, begin, last);
  if (!found)
    found = backward ? finder.find_before(kEnd, begin, last) : finder.find_behind(kBegin, first, end);
  return {found, finder.rows_read()};
}

}  // namespace pm::panes
