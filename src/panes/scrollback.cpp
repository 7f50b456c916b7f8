#include "scrollback.h"

#include <fmt/format.h>

#include <algorithm>

#include "clipboard.h"

namespace pm::panes {

using term::Cell;
using term::Key;
using term::KeyName;
using term::Terminal;

namespace {

constexpr std::size_t kMostQuery = 200;

std::int64_t last_top(const Terminal& terminal, int rows) {
  return std::max(rows_of(terminal).first, rows_of(terminal).last - rows + 1);
}

// Brings the cursor into sight.
void follow_cursor(Scrollback& s, const Terminal& terminal, int rows) {
  s.top = std::clamp(s.top, s.cursor.row - rows + 1, s.cursor.row);
  s.top = std::clamp(s.top, rows_of(terminal).first, last_top(terminal, rows));
}

void move_to(Scrollback& s, const Terminal& terminal, int rows, Place to) {
  const auto known = rows_of(terminal);
  s.cursor = {std::clamp(to.row, known.first, known.last),
              std::clamp(to.column, 0, terminal.size().columns - 1)};
  follow_cursor(s, terminal, rows);
}

// Rows and cursor move together, so that the cursor stays where it is on the screen.
void move_page(Scrollback& s, const Terminal& terminal, int rows, std::int64_t by) {
  s.top = std::clamp(s.top + by, rows_of(terminal).first, last_top(terminal, rows));
  move_to(s, terminal, rows, {s.cursor.row + by, s.cursor.column});
}

std::vector<Cell> cells_of(const Terminal& terminal, std::int64_t row) {
  std::vector<Cell> cells(static_cast<std::size_t>(terminal.size().columns));
  terminal.read_row(row_in(terminal, row), cells);
  return cells;
}

bool is_blank(const Cell& cell) { return cell.glyph.empty() || cell.glyph.text() == " "; }

int end_of_row(const Terminal& terminal, std::int64_t row) {
  const auto cells = cells_of(terminal, row);
  const auto last = std::find_if_not(cells.rbegin(), cells.rend(), is_blank);
  return std::max(0, static_cast<int>(cells.rend() - last) - 1);
}

// Where the next word begins; words are what is between blanks, and rows end them.
Place next_word(const Terminal& terminal, Place from) {
  const auto last = rows_of(terminal).last;
  bool within = true;
  for (auto row = from.row; row <= last; ++row) {
    const auto cells = cells_of(terminal, row);
    for (auto column = row == from.row ? from.column : 0; column < terminal.size().columns; ++column) {
      const bool blank = is_blank(cells[static_cast<std::size_t>(column)]);
      if (!blank && !within) return {row, column};
      within = within && !blank;
    }
    within = false;
  }
  return {last, end_of_row(terminal, last)};
}

Place previous_word(const Terminal& terminal, Place from) {
  const auto first = rows_of(terminal).first;
  std::optional<Place> found;
  for (auto row = from.row; row >= first; --row) {
    const auto cells = cells_of(terminal, row);
    for (auto column = row == from.row ? from.column - 1 : terminal.size().columns - 1; column >= 0;
         --column) {
      const bool blank = is_blank(cells[static_cast<std::size_t>(column)]);
      if (blank && found) return *found;
      if (!blank) found = Place{row, column};
    }
    if (found) return *found;
  }
  return {first, 0};
}

void search(Scrollback& s, const Terminal& terminal, int rows, bool backward, Looked& looked) {
  if (s.query.empty()) return;
  const auto found = find_next(terminal, s.query, s.cursor, backward).found;
  if (found)
    move_to(s, terminal, rows, found->first);
  else
    looked.message = fmt::format("'{}' is not there", s.query);
}

void drop_last(std::string& text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
  if (!text.empty()) text.pop_back();
}

Looked press_in_query(Scrollback& s, const Terminal& terminal, int rows, const Key& key) {
  Looked looked;
  auto& typing = *s.typing;
  if (key.name == KeyName::enter) {
    if (!typing.empty()) s.query = typing;
    s.typing.reset();
    search(s, terminal, rows, s.backward, looked);
  } else if (key.name == KeyName::escape || (key.control && key.character == U'c')) {
    s.typing.reset();
  } else if (key.name == KeyName::backspace) {
    if (typing.empty())
      s.typing.reset();
    else
      drop_last(typing);
  } else if (key.control && key.character == U'u') {
    typing.clear();
  } else if (key.name == KeyName::character && !key.control && !key.alt && typing.size() < kMostQuery) {
    typing += term::encode(key, {});
  }
  return looked;
}

Looked copy(const Scrollback& s, const Terminal& terminal) {
  const auto selected = s.selection(terminal);
  if (!selected) return {.message = "nothing is selected: Space or v begins, V takes whole rows"};
  auto text = text_of(terminal, *selected);
  const auto size = text.size();
  if (text.empty()) return {.leaves = true};
  const auto copied = copyable(text).size();
  auto message = copied < size
                     ? fmt::format("copied the first {} of {} bytes: a terminal takes no more", copied, size)
                     : fmt::format("copied {} byte{}", size, size == 1 ? "" : "s");
  return {.leaves = true, .copied = std::move(text), .message = std::move(message)};
}

void select(Scrollback& s, bool whole_rows) {
  if (s.anchor && s.whole_rows == whole_rows) {
    s.anchor.reset();
    return;
  }
  if (!s.anchor) s.anchor = s.cursor;
  s.whole_rows = whole_rows;
}

Looked press_control(Scrollback& s, const Terminal& terminal, int rows, char32_t letter) {
  const auto half = std::max(1, rows / 2);
  switch (letter) {
    case U'c': return {.leaves = true};
    case U'u': move_page(s, terminal, rows, -half); break;
    case U'd': move_page(s, terminal, rows, half); break;
    case U'b': move_page(s, terminal, rows, -rows); break;
    case U'f': move_page(s, terminal, rows, rows); break;
    case U'y': return scroll(s, terminal, rows, -1);
    case U'e': return scroll(s, terminal, rows, 1);
    default: break;
  }
  return {};
}

Looked press_letter(Scrollback& s, const Terminal& terminal, int rows, char32_t letter) {
  Looked looked;
  const auto known = rows_of(terminal);
  const auto go = [&](std::int64_t row, int column) { move_to(s, terminal, rows, {row, column}); };
  const auto [row, column] = s.cursor;
  switch (letter) {
    case U'q': looked.leaves = true; break;
    case U'h': go(row, column - 1); break;
    case U'l': go(row, column + 1); break;
    case U'k': go(row - 1, column); break;
    case U'j': go(row + 1, column); break;
    case U'0': go(row, 0); break;
    case U'^': go(row, 0); break;
    case U'$': go(row, end_of_row(terminal, row)); break;
    case U'g': go(known.first, 0); break;
    case U'G': go(known.last, 0); break;
    case U'H': go(s.top, 0); break;
    case U'M': go(s.top + rows / 2, 0); break;
    case U'L': go(s.top + rows - 1, 0); break;
    case U'w':
      s.cursor = next_word(terminal, s.cursor);
      follow_cursor(s, terminal, rows);
      break;
    case U'b':
      s.cursor = previous_word(terminal, s.cursor);
      follow_cursor(s, terminal, rows);
      break;
    case U'/':
    case U'?':
      s.backward = letter == U'?';
      s.typing.emplace();
      break;
    case U'n': search(s, terminal, rows, s.backward, looked); break;
    case U'N': search(s, terminal, rows, !s.backward, looked); break;
    case U' ':
    case U'v': select(s, false); break;
    case U'V': select(s, true); break;
    case U'y': return copy(s, terminal);
    default: break;
  }
  return looked;
}

}  // namespace

std::optional<Range> Scrollback::selection(const Terminal& terminal) const {
  if (!anchor) return std::nullopt;
  auto [first, last] = std::minmax(*anchor, cursor);
  Range range{first, last};
  if (whole_rows) {
    range.first.column = 0;
    range.last.column = terminal.size().columns - 1;
  }
  return range;
}

Scrollback look_back(const Terminal& terminal, int rows) {
  Scrollback scrollback;
  const auto at = terminal.cursor().at;
  const auto top = static_cast<std::int64_t>(terminal.scrolled());
  scrollback.top = last_top(terminal, rows);
  move_to(scrollback, terminal, rows, {top + at.row, at.column});
  return scrollback;
}

Looked press(Scrollback& s, const Terminal& terminal, int rows, const Key& key) {
  if (s.typing) return press_in_query(s, terminal, rows, key);
  const auto [row, column] = s.cursor;
  const auto go = [&](std::int64_t to, int at) { move_to(s, terminal, rows, {to, at}); };
  switch (key.name) {
    case KeyName::character:
      if (key.alt) return {};
      return key.control ? press_control(s, terminal, rows, key.character)
                         : press_letter(s, terminal, rows, key.character);
    case KeyName::up: go(row - 1, column); break;
    case KeyName::down: go(row + 1, column); break;
    case KeyName::left: go(row, column - 1); break;
    case KeyName::right: go(row, column + 1); break;
    case KeyName::home: go(row, 0); break;
    case KeyName::end: go(row, end_of_row(terminal, row)); break;
    case KeyName::page_up: move_page(s, terminal, rows, -rows); break;
    case KeyName::page_down: move_page(s, terminal, rows, rows); break;
    case KeyName::enter: return s.anchor ? copy(s, terminal) : Looked{.leaves = true};
    case KeyName::escape:
      if (!s.anchor) return {.leaves = true};
      s.anchor.reset();
      break;
    default: break;
  }
  return {};
}

void paste(Scrollback& s, std::string_view text) {
  if (s.typing) s.typing->append(text.substr(0, std::min(text.find_first_of("\r\n"), kMostQuery)));
}

Looked scroll(Scrollback& s, const Terminal& terminal, int rows, int lines) {
  s.top = std::clamp(s.top + lines, rows_of(terminal).first, last_top(terminal, rows));
  if (!s.anchor) s.cursor.row = std::clamp(s.cursor.row, s.top, s.top + rows - 1);
  return {.leaves = s.by_wheel && lines > 0 && !s.anchor && s.top == last_top(terminal, rows)};
}

void settle(Scrollback& s, const Terminal& terminal, int rows) {
  const auto known = rows_of(terminal);
  const auto within = [&](Place& place) {
    place.row = std::clamp(place.row, known.first, known.last);
    place.column = std::clamp(place.column, 0, terminal.size().columns - 1);
  };
  within(s.cursor);
  if (s.anchor) within(*s.anchor);
  s.top = std::clamp(s.top, known.first, last_top(terminal, rows));
}

}  // namespace pm::panes
