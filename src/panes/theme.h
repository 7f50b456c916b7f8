#pragma once

#include <string_view>

#include "pm/term/cell.h"

namespace pm::panes {

// How things look: colours of the outer terminal's own palette, so that they fit whatever the person likes.

inline constexpr term::Style styled(int color) {
  term::Style style;
  style.foreground = term::Color::indexed(color);
  return style;
}
inline constexpr term::Style dimmed() {
  term::Style style;
  style.dim = true;
  return style;
}
inline constexpr term::Style bold(term::Style style = {}) {
  style.bold = true;
  return style;
}
inline constexpr term::Style inverse(term::Style style = {}) {
  style.inverse = true;
  return style;
}

inline constexpr int kRed = 1, kGreen = 2, kYellow = 3, kCyan = 6;

/// As `pm ps` colours it: green is well, yellow on its way, red given up, dim down.
inline constexpr term::Style style_of_state(std::string_view state) {
  if (state == "running") return styled(kGreen);
  if (state == "failed") return styled(kRed);
  if (state == "stopped" || state == "exited") return dimmed();
  return styled(kYellow);
}

}  // namespace pm::panes
