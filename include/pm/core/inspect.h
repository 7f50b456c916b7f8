#pragma once

#include "pm/core/snapshot.h"
#include "pm/core/supervision.h"

namespace pm::core {

/// What the core knows of an instance, at `now`: everything in a snapshot but the wall times, port, command
/// and usage.
ProcessSnapshot inspect(const Supervision& core, const InstanceId& id, TimePoint now);

/// The instance as it was right after `change`, though more may have happened since.
ProcessSnapshot inspect(const Supervision& core, const Changed& change);

/// The same with what led to it and what comes next; without the last lines.
Explanation explain(const Supervision& core, const InstanceId& id, TimePoint now);

}  // namespace pm::core
