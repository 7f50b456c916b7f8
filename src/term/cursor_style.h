#pragma once

#include "pm/term/terminal.h"

namespace pm::term {

/// As DECSCUSR numbers them; 0 is for what a terminal has in the beginning.
constexpr int cursor_style(CursorShape shape, bool blinking) {
  if (shape == CursorShape::block && !blinking) return 0;
  return 2 * static_cast<int>(shape) + (blinking ? 1 : 2);
}

}  // namespace pm::term
