#pragma once

#include "parser.h"
#include "pm/term/cell.h"

namespace pm::term {

/// What SGR (ECMA-48 8.3.117) makes of a style; colours in both forms, 38;2;R;G;B and 38:2::R:G:B, underlines
/// as kitty and xterm have them (4:0 to 4:5, 58, 59). What is not known is left out. The link stays.
void apply_sgr(Style& style, const Sequence& sequence);

}  // namespace pm::term
