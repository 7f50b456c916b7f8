#include <algorithm>
#include <array>

#include "emulator.h"
#include "reflow.h"

namespace pm::term {

Size bounded(Size size) {
  return {std::clamp(size.columns, 1, Terminal::kLargest.columns),
          std::clamp(size.rows, 1, Terminal::kLargest.rows)};
}

void Emulator::resize(Size size) {
  size = bounded(size);
  if (size == size_) return;
  top_ = 0;
  bottom_ = size.rows;
  const auto old = size_;
  size_ = size;
  if (size.columns != old.columns) reset_tabs();
  if (alternate_) {
    alternate_->resize(size);
    auto& saved = saved_[1];
    saved.at = {std::min(saved.at.column, size.columns - 1), std::min(saved.at.row, size.rows - 1)};
    saved.wrapping = false;
    move_to(std::min(at_.row, size.rows - 1), std::min(at_.column, size.columns - 1));
  }
  resize_main(old);
}

void Emulator::resize_main(Size old) {
  auto& saved = saved_[0];
  int last = alternate_ ? saved.at.row : at_.row;
  for (int row = last + 1; row < old.rows; ++row)
    if (main_.row(row).used > 0) last = row;
  auto rows = loose_rows(last + 1);
  const int above = scrollback_.rows();
  std::array<Place, 3> places{
      {{above, 0},
       {above + std::min(at_.row, last), at_.column + (wrapping_ ? 1 : 0)},
       {above + std::min(saved.at.row, last), saved.at.column + (saved.wrapping ? 1 : 0)}}};
  if (size_.columns != old.columns) rows = reflow(rows, size_.columns, places);

  const int count = static_cast<int>(rows.size());
  const auto& kept = places[alternate_ ? 2 : 1];
  int top = places[0].row;
  const bool was_full = last + 1 == old.rows;
  if (was_full || count - top > size_.rows) top = std::max(count - size_.rows, 0);
  top = std::min(top, kept.row);
  const auto place = [&](const Place& from, Position& to, bool& wrapping) {
    to = {std::min(from.column, size_.columns - 1), std::clamp(from.row - top, 0, size_.rows - 1)};
    wrapping = from.column == size_.columns;
  };
  place(places[2], saved.at, saved.wrapping);
  if (!alternate_) place(places[1], at_, wrapping_);
  put_loose_rows(rows, top);
  wrapping_ = wrapping_ && is_full(at_.row);
}

std::vector<LooseRow> Emulator::loose_rows(int screen_rows) const {
  std::vector<LooseRow> rows(static_cast<std::size_t>(scrollback_.rows() + screen_rows));
  for (int row = 0; row < static_cast<int>(rows.size()); ++row) {
    auto& [units, wrapped] = rows[static_cast<std::size_t>(row)];
    if (row < scrollback_.rows()) {
      scrollback_.read(row, units);
      wrapped = scrollback_.wrapped(row);
    } else {
      const auto& from = main_.row(row - scrollback_.rows());
      units.assign(from.units().begin(), from.units().end());
      wrapped = from.wrapped;
    }
  }
  return rows;
}

void Emulator::put_loose_rows(std::span<const LooseRow> rows, int top) {
  scrollback_.clear();
  main_ = Screen{size_};
  for (int row = 0; row < static_cast<int>(rows.size()); ++row) {
    const auto& [units, wrapped] = rows[static_cast<std::size_t>(row)];
    if (row < top) scrollback_.push(units, wrapped);
    if (row < top || row - top >= size_.rows || units.empty()) continue;
    std::copy(units.begin(), units.end(), main_.open(row - top, 0, static_cast<int>(units.size())));
    main_.set_wrapped(row - top, wrapped && row - top + 1 < size_.rows);
  }
}

}  // namespace pm::term
