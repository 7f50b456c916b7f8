#pragma once

#include <span>
#include <vector>

#include "unit.h"

namespace pm::term {

/// A row apart from any screen; if it is wrapped, its units fill it up.
struct LooseRow {
  std::vector<Unit> units;
  bool wrapped = false;
};

/// Somewhere in rows; `column` is one behind the last for a cursor that is to wrap.
struct Place {
  int row = 0, column = 0;
};

/// The same text in rows of another width. `places` (in any rows that are there) keep their places in the
/// text; those behind the end of it are at most one behind the last column. Blanks with a style at an end are
/// kept as far as they fit.
std::vector<LooseRow> reflow(std::span<const LooseRow> rows, int columns, std::span<Place> places);

}  // namespace pm::term
