#pragma once

#include "pm/core/error.h"
#include "pm/core/name.h"
#include "pm/os/unique_fd.h"

namespace pm::keeper {

/// What a supervisor holds of the keeper above it.
struct Kept {
  os::UniqueFd link;   ///< its end of the link (protocol.h), closes on exec
  core::Pid keeper{};  ///< the process that people know, and send their signals to
};

/// Puts a keeper above this process: what was one process returns from here as another one, the supervisor,
/// while the one that was called stays behind as its keeper and never returns. The keeper
///   - passes on what it is sent, once and in order, through the link: both are in one process group, so what
///   is
///     sent to the group, by a terminal or kill(2), reaches both, and the supervisor must not count it twice.
///     From here on it ignores these signals itself. What stops and continues jobs (SIGTSTP, SIGCONT, …) and
///     SIGWINCH is left to the kernel; SIGHUP stays ignored where it was, as by nohup(1);
///   - reaps what it adopts, as PID 1 and as a subreaper;
///   - ends with the exit code of the supervisor, or 128 + N if that was ended by signal N: then it kills
///   whatever
///     the supervisor leaves behind, removes its socket and cgroups, and says what has happened.
/// When it is gone itself the supervisor is told, by an `orphaned` message or the end of the link.
///
/// Outside of a PID namespace of its own there is a second keeper between the two, in a session of its own,
/// for the moment when both of them are killed; in one, the kernel does its work.
///
/// Call it while there is one thread. Errors: no process or socket can be made; then nothing has changed.
core::Result<Kept> enter();

}  // namespace pm::keeper
