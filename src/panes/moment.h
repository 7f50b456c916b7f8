#pragma once

#include "pm/core/snapshot.h"
#include "pm/core/time.h"

namespace pm::panes {

/// A reading of both clocks: the steady one decides, the wall's is for "5m ago".
struct Moment {
  core::TimePoint now;
  core::WallTime wall = 0;
};

}  // namespace pm::panes
