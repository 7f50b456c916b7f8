#include "pm/term/layout.h"

#include <algorithm>
#include <array>
#include <utility>

namespace pm::term {

namespace {

constexpr std::array<std::pair<Layout, std::string_view>, 5> kLayouts{{
    {Layout::tiled, "tiled"},
    {Layout::even_horizontal, "even-horizontal"},
    {Layout::even_vertical, "even-vertical"},
    {Layout::main_horizontal, "main-horizontal"},
    {Layout::main_vertical, "main-vertical"},
}};

// Where the i-th of `parts` equal parts of `length` begins.
int part(int length, int parts, int i) { return length * i / parts; }

void add_columns(std::vector<Rect>& rects, const Rect& area, int panes) {
  for (int i = 0; i < panes; ++i) {
    const int begin = part(area.columns, panes, i), end = part(area.columns, panes, i + 1);
    rects.push_back({area.column + begin, area.row, end - begin, area.rows});
  }
}

void add_rows(std::vector<Rect>& rects, const Rect& area, int panes) {
  for (int i = 0; i < panes; ++i) {
    const int begin = part(area.rows, panes, i), end = part(area.rows, panes, i + 1);
    rects.push_back({area.column, area.row + begin, area.columns, end - begin});
  }
}

// A grid as near to a square as tmux makes it; the last row shares its width among those that are left.
std::vector<Rect> arrange_tiled(int panes, const Rect& area) {
  int rows = 1, columns = 1;
  while (rows * columns < panes) {
    ++rows;
    if (rows * columns < panes) ++columns;
  }
  rows = (panes + columns - 1) / columns;
  std::vector<Rect> lines, rects;
  add_rows(lines, area, rows);
  for (int row = 0; row < rows; ++row)
    add_columns(rects, lines[static_cast<std::size_t>(row)], std::min(columns, panes - row * columns));
  return rects;
}

// The main pane gets three fifths.
int main_share(int length) { return length * 3 / 5; }

std::vector<Rect> arrange_main(Layout layout, int panes, const Rect& area) {
  if (panes == 1) return {area};
  std::vector<Rect> rects;
  if (layout == Layout::main_horizontal) {
    const int top = main_share(area.rows);
    rects.push_back({area.column, area.row, area.columns, top});
    add_columns(rects, {area.column, area.row + top, area.columns, area.rows - top}, panes - 1);
  } else {
    const int left = main_share(area.columns);
    rects.push_back({area.column, area.row, left, area.rows});
    add_rows(rects, {area.column + left, area.row, area.columns - left, area.rows}, panes - 1);
  }
  return rects;
}

bool is_of_use(const Rect& rect) { return rect.columns >= kLeast.columns && rect.rows >= kLeast.rows; }

// How much of the side of `from` that looks in that direction `other` touches; `around`: across the edge of
// the whole.
int shared_side(const Rect& from, const Rect& other, Direction direction, const Rect& whole, bool around) {
  const bool sideways = direction == Direction::left || direction == Direction::right;
  const int begin = sideways ? std::max(from.row, other.row) : std::max(from.column, other.column);
  const int end = sideways ? std::min(from.bottom(), other.bottom()) : std::min(from.right(), other.right());
  bool touches = false;
  switch (direction) {
    case Direction::left: touches = other.right() == (around ? whole.right() : from.column); break;
    case Direction::right: touches = other.column == (around ? whole.column : from.right()); break;
    case Direction::up: touches = other.bottom() == (around ? whole.bottom() : from.row); break;
    case Direction::down: touches = other.row == (around ? whole.row : from.bottom()); break;
  }
  return touches ? end - begin : 0;
}

Rect hull(const std::vector<Rect>& rects) {
  Rect whole = rects.front();
  for (const auto& rect : rects) {
    const int right = std::max(whole.right(), rect.right()), bottom = std::max(whole.bottom(), rect.bottom());
    whole.column = std::min(whole.column, rect.column);
    whole.row = std::min(whole.row, rect.row);
    whole.columns = right - whole.column;
    whole.rows = bottom - whole.row;
  }
  return whole;
}

}  // namespace

std::optional<Layout> parse_layout(std::string_view name) {
  for (const auto& [layout, called] : kLayouts)
    if (called == name) return layout;
  return std::nullopt;
}

std::string_view to_string(Layout layout) { return kLayouts[static_cast<std::size_t>(layout)].second; }

Layout next(Layout layout) {
  return kLayouts[(static_cast<std::size_t>(layout) + 1) % kLayouts.size()].first;
}

std::vector<Rect> arrange(Layout layout, int panes, const Rect& area) {
  std::vector<Rect> rects;
  if (panes <= 0) return rects;
  switch (layout) {
    case Layout::tiled: return arrange_tiled(panes, area);
    case Layout::even_horizontal: add_columns(rects, area, panes); break;
    case Layout::even_vertical: add_rows(rects, area, panes); break;
    case Layout::main_horizontal:
    case Layout::main_vertical: return arrange_main(layout, panes, area);
  }
  return rects;
}

int panes_per_page(Layout layout, int panes, const Rect& area) {
  for (int count = panes; count > 1; --count) {
    const auto rects = arrange(layout, count, area);
    if (std::all_of(rects.begin(), rects.end(), is_of_use)) return count;
  }
  return 1;
}

int neighbour(const std::vector<Rect>& panes, int from, Direction direction) {
  const auto whole = hull(panes);
  const auto& origin = panes[static_cast<std::size_t>(from)];
  for (const bool around : {false, true}) {
    int best = 0, found = from;
    for (int i = 0; i < static_cast<int>(panes.size()); ++i) {
      const int shared = shared_side(origin, panes[static_cast<std::size_t>(i)], direction, whole, around);
      if (i == from || shared <= best) continue;
      best = shared;
      found = i;
    }
    if (best > 0) return found;
  }
  return from;
}

}  // namespace pm::term
