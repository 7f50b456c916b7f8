#pragma once

#include "command.h"

namespace pm::cli {

/// `pm` alone: the state, if a supervisor runs here, else how to begin.
Outcome glance(const Context& context);

}  // namespace pm::cli
