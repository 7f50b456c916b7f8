#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pm/term/cell.h"
#include "pm/term/terminal.h"

namespace pm::term {

/// A part of a screen.
struct Rect {
  int column = 0, row = 0, columns = 0, rows = 0;
  int right() const { return column + columns; }  ///< the column behind it
  int bottom() const { return row + rows; }
  bool contains(Position at) const {
    return at.column >= column && at.column < right() && at.row >= row && at.row < bottom();
  }
  friend bool operator==(const Rect&, const Rect&) = default;
};

/// What a whole screen is to show; a value. What is drawn outside of it is left out; a wide character that
/// loses one half, to an edge or to what is drawn over it, becomes blank.
class Frame {
 public:
  explicit Frame(Size size = {1, 1});

  Size size() const { return size_; }
  const Cell& at(Position at) const { return cells_[index(at)]; }
  /// One row; size().columns cells.
  const Cell* row(int row) const { return &cells_[index({0, row})]; }

  /// Puts text at a place, within `columns` cells; how many it took. Controls and bytes that are no UTF-8
  /// show as U+FFFD.
  int text(Position at, std::string_view text, const Style& style, int columns = 1 << 20);
  /// Blank cells.
  void fill(const Rect& rect, const Style& style);
  /// One cell; a wide one needs its right neighbour, too.
  void put(Position at, const Cell& cell);
  /// Changes the style of what is there.
  template <class Change>
  void restyle(const Rect& rect, Change&& change) {
    for (int row = std::max(0, rect.row); row < std::min(size_.rows, rect.bottom()); ++row)
      for (int column = std::max(0, rect.column); column < std::min(size_.columns, rect.right()); ++column)
        change(cells_[index({column, row})].style);
  }
  /// A number for the style of cells that link there; the same for the same uri and id. 0 when there are too
  /// many.
  std::uint16_t add_link(std::string_view uri, std::string_view id);
  struct LinkTarget {
    std::string uri, id;
    friend bool operator==(const LinkTarget&, const LinkTarget&) = default;
  };
  const LinkTarget& link(std::uint16_t number) const { return links_[number - 1u]; }

  /// nullopt: hidden.
  std::optional<Cursor> cursor;

  /// Its rows as text, each ending in '\n', blanks at the ends left out: for tests and pictures.
  std::string dump() const;

 private:
  std::size_t index(Position at) const {
    return static_cast<std::size_t>(at.row) * static_cast<std::size_t>(size_.columns) +
           static_cast<std::size_t>(at.column);
  }
  void clear_halves(Position at);
  void add_mark(Position at, std::string_view mark);

  Size size_;
  std::vector<Cell> cells_;
  std::vector<LinkTarget> links_;
};

}  // namespace pm::term
