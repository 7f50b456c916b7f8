#include "pm/term/frame.h"

#include <algorithm>

#include "pm/term/width.h"
#include "utf8.h"

namespace pm::term {

namespace {

// What is shown instead of a character that would do something.
char32_t presentable(char32_t character) {
  return character < 0x20 || (character >= 0x7f && character < 0xa0) ? kReplacement : character;
}

Glyph joined(const Glyph& glyph, std::string_view mark) {
  if (glyph.text().size() + mark.size() > Glyph::kMost) return glyph;
  return Glyph{std::string{glyph.text()}.append(mark)};
}

}  // namespace

Frame::Frame(Size size)
    : size_{std::max(size.columns, 1), std::max(size.rows, 1)},
      cells_(static_cast<std::size_t>(size_.columns) * static_cast<std::size_t>(size_.rows)) {}

// Half of a wide character cannot stay when the other half is overwritten.
void Frame::clear_halves(Position at) {
  auto& cell = cells_[index(at)];
  if (cell.width == 0 && at.column > 0) cells_[index(at) - 1] = {.glyph = {}, .style = cell.style};
  if (cell.width == 2 && at.column + 1 < size_.columns)
    cells_[index(at) + 1] = {.glyph = {}, .style = cell.style};
}

void Frame::put(Position at, const Cell& cell) {
  if (at.column < 0 || at.row < 0 || at.column >= size_.columns || at.row >= size_.rows) return;
  clear_halves(at);
  const bool whole = cell.width == 2 && at.column + 1 < size_.columns;
  cells_[index(at)] =
      whole || cell.width == 1 ? cell : Cell{.glyph = {}, .style = cell.style};  // a half shows nothing
  if (!whole) return;
  clear_halves({at.column + 1, at.row});
  cells_[index(at) + 1] = {.glyph = {}, .style = cell.style, .width = 0};
}

int Frame::text(Position at, std::string_view text, const Style& style, int columns) {
  int used = 0;
  while (!text.empty()) {
    auto [character, size] = decode_utf8(text);
    text.remove_prefix(std::max<std::size_t>(size, 1));
    character = presentable(size == 0 ? kReplacement : character);
    std::string bytes;
    append_utf8(bytes, character);
    const int width = width_of(character);
    if (used + width > columns) break;
    if (width > 0)
      put({at.column + used, at.row}, {Glyph{bytes}, style, static_cast<std::uint8_t>(width)});
    else if (used > 0)
      add_mark({at.column + used - 1, at.row}, bytes);
    used += width;
  }
  return used;
}

void Frame::add_mark(Position at, std::string_view mark) {
  if (at.column < 0 || at.row < 0 || at.column >= size_.columns || at.row >= size_.rows) return;
  auto cell = index(at);
  if (cells_[cell].width == 0 && at.column > 0) --cell;
  cells_[cell].glyph = joined(cells_[cell].glyph, mark);
}

void Frame::fill(const Rect& rect, const Style& style) {
  for (int row = std::max(rect.row, 0); row < std::min(rect.bottom(), size_.rows); ++row)
    for (int column = std::max(rect.column, 0); column < std::min(rect.right(), size_.columns); ++column)
      put({column, row}, {.glyph = {}, .style = style});
}

std::uint16_t Frame::add_link(std::string_view uri, std::string_view id) {
  const LinkTarget target{std::string{uri}, std::string{id}};
  auto found = std::find(links_.begin(), links_.end(), target);
  if (found == links_.end()) {
    if (links_.size() >= 0xffff) return 0;
    found = links_.insert(found, target);
  }
  return static_cast<std::uint16_t>(found - links_.begin() + 1);
}

std::string Frame::dump() const {
  std::string out;
  for (int y = 0; y < size_.rows; ++y) {
    std::string line;
    for (int column = 0; column < size_.columns; ++column) {
      const auto& cell = at({column, y});
      if (cell.width > 0) line += cell.glyph.empty() ? " " : cell.glyph.text();
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line;
    out += '\n';
  }
  return out;
}

}  // namespace pm::term
