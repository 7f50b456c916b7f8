#pragma once

#include <cstdint>
#include <variant>

#include "pm/core/machine.h"
#include "pm/os/pipe.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

enum class StreamKind {
  pty,        ///< one pseudo-terminal for all three
  joined,     ///< one pipe for stdout and stderr: their order is kept
  separated,  ///< a pipe for each: it is known which one a line came from
};

/// The standard streams of one child: its ends, to be closed once it has been spawned, and ours.
struct Streams {
  struct Ends {
    UniqueFd in, out, err;  ///< `err` is empty where it is the same as `out`
  };
  Ends child;
  /// `in`: held open and never written to; for a PTY its slave, so that the master does not report an end
  /// whenever the child happens to have none open. `out`, `err`: to be read, do not block.
  Ends ours;
};

/// Errors: a shortage of descriptors or terminals, as a failure of the spawn. Some descriptors are always
/// left over, for what supervision itself needs.
std::variant<Streams, core::SpawnFailure> open_streams(StreamKind kind, TerminalSize size);

/// Makes `user` the owner of a child's ends: one that runs as somebody else could not open /dev/stdout or
/// /dev/tty otherwise. What cannot be done is left as it is.
void give_to(std::uint32_t user, const Streams::Ends& ends);

}  // namespace pm::os
