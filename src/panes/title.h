#pragma once

#include <string>
#include <vector>

#include "moment.h"
#include "pane.h"
#include "pm/term/cell.h"

namespace pm::panes {

struct Piece {
  std::string text;
  term::Style style = {};
};

/// What a pane's upper edge says: `left` with a blank on either side, `right` too unless it is empty. Both
/// fit into `columns`, with what is least important left out first.
struct Title {
  std::vector<Piece> left, right;
  static int width(const std::vector<Piece>& pieces);
};

/// `number` is what the digit keys call it; 0: none.
Title title_of(const Pane& pane, int number, bool focused, int columns, const Moment& moment);

}  // namespace pm::panes
