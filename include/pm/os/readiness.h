#pragma once

#include "pm/core/error.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

/// A descriptor that is readable whenever `fd` is, for event loops: these make what they wait for
/// non-blocking, which a terminal shares with the shell and whoever else has it.
core::Result<UniqueFd> readiness_of(int fd);

}  // namespace pm::os
