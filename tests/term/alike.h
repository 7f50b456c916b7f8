#pragma once

#include <string>
#include <utility>
#include <vector>

#include "pm/term/terminal.h"

namespace pm::term::testing {

/// What is not the same in two terminals of one size, in `scrollback` rows above the screen, the screen, and
/// all that can be asked for; empty: nothing.
inline std::string difference(const Terminal& one, const Terminal& other, int scrollback = 0) {
  if (one.size() != other.size()) return "size";
  if (one.cursor() != other.cursor()) return "cursor";
  if (one.modes() != other.modes()) return "modes";
  if (one.title() != other.title()) return "title";
  if (other.scrollback() < scrollback) return "scrollback";
  const auto columns = static_cast<std::size_t>(one.size().columns);
  std::vector<Cell> cells(columns), others(columns);
  const auto take_link = [](const Terminal& terminal, Cell& cell) {
    const auto link = terminal.link(std::exchange(cell.style.link, std::uint16_t{0}));
    return std::string{link.id} + ' ' + std::string{link.uri};
  };
  for (int row = -scrollback; row < one.size().rows; ++row) {
    one.read_row(row, cells);
    other.read_row(row, others);
    for (std::size_t column = 0; column < columns; ++column) {
      const auto link = take_link(one, cells[column]);
      if (take_link(other, others[column]) != link || cells[column] != others[column])
        return "row " + std::to_string(row) + ", column " + std::to_string(column);
    }
    if (one.wrapped(row) != other.wrapped(row)) return "the end of row " + std::to_string(row);
  }
  return {};
}

/// Whether each wide character has its right half, and each right half its character.
inline bool is_whole(const Terminal& terminal) {
  std::vector<Cell> cells(static_cast<std::size_t>(terminal.size().columns));
  for (int row = -terminal.scrollback(); row < terminal.size().rows; ++row) {
    terminal.read_row(row, cells);
    for (std::size_t column = 0; column < cells.size(); ++column) {
      const bool right_half = column > 0 && cells[column - 1].width == 2;
      if ((cells[column].width == 0) != right_half) return false;
      if (right_half && !cells[column].glyph.empty()) return false;
    }
    if (cells.back().width == 2) return false;
  }
  return true;
}

}  // namespace pm::term::testing
