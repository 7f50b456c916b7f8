#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "pm/term/cell.h"
#include "unit.h"

namespace pm::term {

/// The cells of a row; none until something is written.
struct Row {
  std::unique_ptr<Unit[]> cells;  ///< as many as the screen has columns
  int used = 0;                   ///< what is behind is blank, whatever is stored there
  bool wrapped = false;           ///< goes on in the next row; then its last cell is not blank

  std::span<const Unit> units() const { return {cells.get(), static_cast<std::size_t>(used)}; }
  Unit at(int column) const { return column < used ? cells[static_cast<std::size_t>(column)] : Unit{}; }
};

/// Rows of cells that can be written to, erased, and moved; the upper ones leave in a ring. Columns and rows
/// have to be on the screen; `to` is always the one behind. A wide character that loses a half becomes blank.
class Screen {
 public:
  explicit Screen(Size size) : size_{size}, rows_(static_cast<std::size_t>(size.rows)) {}

  Size size() const { return size_; }
  const Row& row(int row) const { return rows_[index(row)]; }
  Unit at(int row, int column) const { return rows_[index(row)].at(column); }

  /// The cells from one column to another, to be overwritten, each of them.
  Unit* open(int row, int from, int to) {
    Row& target = rows_[index(row)];
    if (!target.cells)
      target.cells = std::make_unique_for_overwrite<Unit[]>(static_cast<std::size_t>(size_.columns));
    Unit* const cells = target.cells.get();
    if (target.used < from) std::fill(cells + target.used, cells + from, Unit{});
    part_at(target, from);
    part_at(target, to);
    target.used = std::max(target.used, to);
    if (to == size_.columns) target.wrapped = false;
    return cells + from;
  }
  void set_wrapped(int row, bool wrapped) { rows_[index(row)].wrapped = wrapped; }

  void erase(int row, int from, int to, Unit blank);
  /// Leaves out what is guarded.
  void erase_unguarded(int row, int from, int to, Unit blank);
  /// ICH, DCH: what is right of a column moves, by at least one.
  void insert_cells(int row, int column, int count, Unit blank);
  void remove_cells(int row, int column, int count, Unit blank);
  /// The rows from `top` to before `bottom` move, by at least one.
  void scroll_up(int top, int bottom, int count, Unit blank);
  void scroll_down(int top, int bottom, int count, Unit blank);
  void clear();

  /// Cuts or fills up, at the right and at the bottom.
  void resize(Size size);

 private:
  std::size_t index(int row) const {
    auto index = top_ + static_cast<std::size_t>(row);
    return index < rows_.size() ? index : index - rows_.size();
  }
  // Whose halves are left and right of a column, a wide character is no more.
  void part_at(Row& row, int column) {
    if (column < row.used && row.cells[static_cast<std::size_t>(column)].kind() == Unit::Kind::tail)
      part(row, column);
  }
  void part(Row& row, int column);
  void fill(Row& row, int from, int to, Unit blank);
  void blank_row(int row, Unit blank);
  void straighten();

  Size size_;
  std::vector<Row> rows_;
  std::size_t top_ = 0;  // where the first row is
};

}  // namespace pm::term
