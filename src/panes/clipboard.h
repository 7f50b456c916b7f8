#pragma once

#include <string>
#include <string_view>

namespace pm::panes {

/// As much of `text`, in whole characters, as a terminal may be given for its clipboard: a mebibyte once
/// encoded, which is what tmux reads of a sequence. Some take less.
std::string_view copyable(std::string_view text);

/// What makes a terminal put copyable(text) into the clipboard (OSC 52 of xterm's control sequences).
std::string clipboard_sequence(std::string_view text);

}  // namespace pm::panes
