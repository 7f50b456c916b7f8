#pragma once

#include <functional>
#include <vector>

#include "pm/core/time.h"
#include "pm/os/process_tree.h"

namespace pm::os {

/// Ends processes that may be multiplying: stops whatever `find` finds, again and again until it finds
/// nothing that runs, and kills only then. What is stopped starts nothing and still counts for RLIMIT_NPROC,
/// so that a fork bomb under that limit runs out of room. What is not over within `patience` stays stopped,
/// for the next call to go on with. Those that may not be signalled come back.
std::vector<ProcessInfo> kill_all(const std::function<std::vector<ProcessInfo>()>& find,
                                  core::Duration patience);

}  // namespace pm::os
