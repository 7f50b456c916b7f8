#pragma once

#include <string>
#include <vector>

#include "command.h"

namespace pm::cli {

/// What `pm` alone and `pm --help` print.
std::string overview(const std::vector<Command>& commands);

/// What `pm COMMAND --help` prints: usage, summary, the flags by group.
std::string help(const Command& command);

}  // namespace pm::cli
