#pragma once

#include <string>
#include <vector>

#include "pm/term/terminal.h"

namespace pm::term::testing {

/// The rows of the screen, each ending in '\n', those at the end that are blank left out.
inline std::string shown(const Terminal& terminal) {
  std::string rows;
  for (int row = 0; row < terminal.size().rows; ++row) rows += terminal.row_text(row) + '\n';
  while (rows.ends_with("\n\n")) rows.pop_back();
  return rows == "\n" ? "" : rows;
}

/// What a small terminal shows for some bytes, and where its cursor is then.
struct Shows {
  const char* name;
  std::string input;
  std::string rows;
  Position cursor = {-1, -1};  ///< not looked at
};

inline Cell cell_at(const Terminal& terminal, int row, int column) {
  std::vector<Cell> cells(static_cast<std::size_t>(terminal.size().columns));
  terminal.read_row(row, cells);
  return cells[static_cast<std::size_t>(column)];
}

}  // namespace pm::term::testing

namespace pm::term {

inline void PrintTo(const Position& at, std::ostream* out) {
  *out << "column " << at.column << ", row " << at.row;
}

}  // namespace pm::term
