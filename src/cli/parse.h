#pragma once

#include "command.h"

namespace pm::cli {

/// Whether the flags of a command were all there was to parse.
enum class Parsed { all, help };

/// Parses `arguments` into the command's flags; those that are no flags and that no positional takes go to
/// `rest`. Errors: bad_input for an unknown flag (the nearest is named) and a flag without its value.
core::Result<Parsed> parse(Command& command, std::vector<std::string> arguments,
                           std::vector<std::string>& rest);

}  // namespace pm::cli
