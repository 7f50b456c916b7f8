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

/// Whether there is any child at all, ended or not, our own or adopted.
bool has_children();

}  // namespace pm::os
