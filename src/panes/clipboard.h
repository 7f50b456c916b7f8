#pragma once

#include <string>
#include <string_view>

namespace pm::panes {

/// What makes a terminal put `text` into the clipboard (OSC 52 of xterm's control sequences). Terminals take
/// about 100 kB at most; what is longer is cut off.
std::string clipboard_sequence(std::string_view text);

}  // namespace pm::panes
