#pragma once

#include <optional>

#include "pm/core/exit.h"
#include "pm/core/name.h"

namespace pm::os {

struct Reaped {
  core::Pid pid;
  core::Exit how;
};

/// Takes one ended child, adopted ones too; nullopt if there is none at the moment. From then on its pid may
/// be used again.
std::optional<Reaped> reap();

}  // namespace pm::os
