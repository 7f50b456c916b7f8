#pragma once

#include <string>
#include <vector>

#include "model.h"
#include "placement.h"

namespace pm::panes {

/// Every key, a line each; those of looking back, too.
std::vector<std::string> help_lines(const Settings& settings);

/// A box in the middle of the screen with the help's lines from `first` on.
void draw_help(term::Frame& frame, const Settings& settings, int first);
/// How far the help can be scrolled on a screen of that size.
int last_of_help(term::Size screen, const Settings& settings);

/// A large number in the middle of a pane.
void draw_number(term::Frame& frame, const term::Rect& pane, int number, bool focused);

}  // namespace pm::panes
