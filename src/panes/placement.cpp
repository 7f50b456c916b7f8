#include "placement.h"

#include <algorithm>

namespace pm::panes {

using term::Rect;

namespace {

Rect area_of(term::Size screen) {
  return {0, 0, screen.columns, screen.rows > 1 ? screen.rows - 1 : screen.rows};
}

// Too small for borders, or alone on the screen: what there is belongs to the program, below a title.
Placed without_sides(std::size_t pane, const Rect& outer) {
  const int title = outer.rows > 1 ? 1 : 0;
  return {pane, outer, {outer.column, outer.row + title, outer.columns, outer.rows - title}, false};
}

Placed placed(std::size_t pane, const Rect& outer) {
  if (outer.columns < 3 || outer.rows < 3) return without_sides(pane, outer);
  return {pane, outer, {outer.column + 1, outer.row + 1, outer.columns - 2, outer.rows - 2}, true};
}

}  // namespace

Placement place(const Model& model) {
  Placement placement;
  if (model.panes.empty()) return placement;
  const auto area = area_of(model.screen);
  const auto count = static_cast<int>(model.panes.size());
  const auto per_page = std::clamp(term::panes_per_page(model.layout, count, area), 1, count);
  placement.per_page = static_cast<std::size_t>(per_page);
  placement.page = static_cast<int>(model.focus) / per_page;
  placement.pages = (count + per_page - 1) / per_page;
  placement.first = static_cast<std::size_t>(placement.page * per_page);
  if (model.zoomed) {
    placement.panes.push_back(without_sides(model.focus, area));
    return placement;
  }
  const auto here = std::min(placement.per_page, model.panes.size() - placement.first);
  auto pane = placement.first;
  for (const auto& outer : term::arrange(model.layout, static_cast<int>(here), area))
    placement.panes.push_back(placed(pane++, outer));
  return placement;
}

const Placed* pane_at(const Placement& placement, term::Position at) {
  const auto found = std::find_if(placement.panes.begin(), placement.panes.end(),
                                  [&](const Placed& placed) { return placed.outer.contains(at); });
  return found == placement.panes.end() ? nullptr : &*found;
}

int first_row(const Pane& pane, const Rect& inner) {
  if (pane.scrollback) return row_in(pane.terminal, pane.scrollback->top);
  const auto hidden = std::max(0, pane.terminal.size().rows - inner.rows);
  return std::clamp(pane.terminal.cursor().at.row - inner.rows + 1, 0, hidden);
}

}  // namespace pm::panes
