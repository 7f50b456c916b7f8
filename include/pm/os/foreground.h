#pragma once

#include <map>
#include <string>
#include <vector>

#include "pm/core/error.h"
#include "pm/core/exit.h"

namespace pm::os {

/// A command that takes over this terminal.
struct ForegroundCommand {
  std::vector<std::string> arguments;  ///< the program first: a path, or a name to look up in the PATH below
  std::map<std::string, std::string> environment;
  std::string directory;  ///< absolute
};

/// Runs `command` in this process group, with stdin, stdout and stderr shared, and waits for its end. What
/// the terminal sends (SIGINT, SIGQUIT) is the command's to answer; SIGTERM and SIGHUP are passed on to it.
/// It gets default handlers, an empty mask and no other descriptor, and dies with this process. Errors:
/// not_found if there is no such program; failed if it cannot be started for another reason.
core::Result<core::Exit> run_in_foreground(const ForegroundCommand& command);

}  // namespace pm::os
