#pragma once

#include <string>

#include "pm/term/cell.h"
#include "pm/term/renderer.h"

namespace pm::term {

/// `style` as far as a terminal can show it.
Style shown(Style style, const Capabilities& capabilities);

/// Appends the shortest SGR sequence that turns `from` into `to`, links apart; nothing if they look alike.
void append_sgr(std::string& out, const Style& from, const Style& to);

}  // namespace pm::term
