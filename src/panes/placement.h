#pragma once

#include <cstddef>
#include <vector>

#include "model.h"
#include "pm/term/frame.h"

namespace pm::panes {

/// Where a pane is on the screen.
struct Placed {
  std::size_t pane = 0;  ///< in Model::panes
  term::Rect outer;      ///< with its borders
  term::Rect inner;      ///< its program's
  bool framed = true;    ///< has a border on every side; otherwise a title above at most
};

/// The panes that are seen: those of the focused one's page, or that one alone. The status line has the last
/// row, if there are two.
struct Placement {
  std::vector<Placed> panes;
  int page = 0, pages = 1;
  std::size_t first = 0;     ///< of the page, in Model::panes
  std::size_t per_page = 1;  ///< how many a page has
};
Placement place(const Model& model);

/// The pane that is there; nullptr: none.
const Placed* pane_at(const Placement& placement, term::Position at);

/// What the part of a terminal is that is seen: the row of it in the pane's first row. With a terminal that
/// is larger than its pane (somebody else looks at it, too) the cursor stays in sight.
int first_row(const Pane& pane, const term::Rect& inner);

}  // namespace pm::panes
