#include "screen.h"

#include <utility>

namespace pm::term {

void Screen::part(Row& row, int column) {
  for (Unit* half = row.cells.get() + column - 1; half <= row.cells.get() + column; ++half)
    *half = half->emptied();
  if (column + 1 == size_.columns) row.wrapped = false;
}

void Screen::fill(Row& row, int from, int to, Unit blank) {
  const int columns = size_.columns;
  if (to == columns) row.wrapped = false;
  if (blank == Unit{} && to >= row.used) {
    row.used = std::min(row.used, from);
    return;
  }
  if (!row.cells) row.cells = std::make_unique_for_overwrite<Unit[]>(static_cast<std::size_t>(columns));
  Unit* const cells = row.cells.get();
  if (row.used < from) std::fill(cells + row.used, cells + from, Unit{});
  std::fill(cells + from, cells + to, blank);
  row.used = std::max(row.used, to);
}

void Screen::erase(int row, int from, int to, Unit blank) {
  Row& target = rows_[index(row)];
  part_at(target, from);
  part_at(target, to);
  fill(target, from, to, blank);
}

void Screen::erase_unguarded(int row, int from, int to, Unit blank) {
  const Row& target = rows_[index(row)];
  while (from < to) {
    int end = from;
    while (end < std::min(to, target.used) && !target.at(end).guarded()) ++end;
    if (end >= target.used) end = to;
    if (end > from) erase(row, from, end, blank);
    for (from = end; from < to && target.at(from).guarded();) ++from;
  }
}

void Screen::insert_cells(int row, int column, int count, Unit blank) {
  Row& target = rows_[index(row)];
  const int columns = size_.columns;
  count = std::min(count, columns - column);
  part_at(target, column);
  if (target.used > column) {
    part_at(target, columns - count);
    const int moved = std::min(target.used, columns - count) - column;
    Unit* const from = target.cells.get() + column;
    std::move_backward(from, from + moved, from + moved + count);
    target.used = column + moved + count;
  }
  fill(target, column, column + count, blank);
  target.wrapped = false;
}

void Screen::remove_cells(int row, int column, int count, Unit blank) {
  Row& target = rows_[index(row)];
  const int columns = size_.columns;
  count = std::min(count, columns - column);
  part_at(target, column);
  part_at(target, column + count);
  if (target.used > column) {
    Unit* const cells = target.cells.get();
    if (cells[target.used - 1].kind() == Unit::Kind::filler)
      cells[target.used - 1] = cells[target.used - 1].emptied();
    const int rest = std::max(target.used - column - count, 0);
    std::move(cells + target.used - rest, cells + target.used, cells + column);
    target.used = column + rest;
  }
  fill(target, columns - count, columns, blank);
}

void Screen::blank_row(int row, Unit blank) { fill(rows_[index(row)], 0, size_.columns, blank); }

void Screen::scroll_up(int top, int bottom, int count, Unit blank) {
  count = std::min(count, bottom - top);
  if (top == 0 && bottom == size_.rows) {
    top_ = (top_ + static_cast<std::size_t>(count)) % rows_.size();
  } else {
    for (int row = top; row + count < bottom; ++row) std::swap(rows_[index(row)], rows_[index(row + count)]);
  }
  for (int row = bottom - count; row < bottom; ++row) blank_row(row, blank);
}

void Screen::scroll_down(int top, int bottom, int count, Unit blank) {
  count = std::min(count, bottom - top);
  if (top == 0 && bottom == size_.rows) {
    top_ = (top_ + rows_.size() - static_cast<std::size_t>(count)) % rows_.size();
  } else {
    for (int row = bottom - 1; row - count >= top; --row)
      std::swap(rows_[index(row)], rows_[index(row - count)]);
  }
  for (int row = top; row < top + count; ++row) blank_row(row, blank);
  rows_[index(bottom - 1)].wrapped = false;  // what it went on in is lost
}

void Screen::clear() {
  for (int row = 0; row < size_.rows; ++row) blank_row(row, {});
}

void Screen::straighten() {
  std::rotate(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(top_), rows_.end());
  top_ = 0;
}

void Screen::resize(Size size) {
  straighten();
  rows_.resize(static_cast<std::size_t>(size.rows));
  for (auto& row : rows_) {
    if (size.columns == size_.columns || !row.cells) continue;
    if (row.used > size.columns) {
      part_at(row, size.columns);
      row.used = size.columns;
    }
    auto cells = std::make_unique_for_overwrite<Unit[]>(static_cast<std::size_t>(size.columns));
    std::copy_n(row.cells.get(), row.used, cells.get());
    row.cells = std::move(cells);
    row.wrapped = false;
  }
  rows_.back().wrapped = false;
  size_ = size;
}

}  // namespace pm::term
