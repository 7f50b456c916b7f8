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

/// Runs `command` as the one program of an init: in a process group of its own, to which the terminal is
/// handed over if this group has it. Whatever signal comes is passed on to that group, zombies that are left
/// to this process are reaped (it becomes a subreaper), and once the command has ended, whatever it has left
/// running gets SIGKILL, as at the end of a PID namespace; a command that is stopped stops this process, too,
/// unless it is PID 1. Otherwise as run_in_foreground.
core::Result<core::Exit> run_as_init(const ForegroundCommand& command);

/// Runs `command` in this process group, with stdin, stdout and stderr shared, and waits for its end. What
/// the terminal sends (SIGINT, SIGQUIT) is the command's to answer; SIGTERM and SIGHUP are passed on to it.
/// It gets default handlers, an empty mask and no other descriptor, and dies with this process. Errors:
/// not_found if there is no such program; failed if it cannot be started for another reason.
core::Result<core::Exit> run_in_foreground(const ForegroundCommand& command);

}  // namespace pm::os
