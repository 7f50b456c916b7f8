#pragma once

#include <sys/types.h>

#include <optional>

#include "pm/core/error.h"
#include "pm/os/foreground.h"

namespace pm::os {

/// What kept a child from becoming the program.
struct StartFailure {
  enum class At { directory, exec } at;
  int code;
};

/// Whose the new process is to be in the eyes of a terminal.
enum class CommandGroup {
  ours,  ///< the process group of this process
  own,   ///< one that it leads, and that stands in front if this process does
};

struct StartedCommand {
  pid_t pid = -1;
  std::optional<StartFailure> failure = std::nullopt;  ///< there is one: the child is about to end
};

/// Starts `command` with default handlers, an empty mask and the standard descriptors alone, to die with this
/// process, and waits until it has called exec. Errors: no process or pipe can be made.
core::Result<StartedCommand> start_command(const ForegroundCommand& command, CommandGroup group);

/// The failure as an error: not_found if there is no such program, else failed.
core::Error explain(const StartFailure& failure, const ForegroundCommand& command);

}  // namespace pm::os
