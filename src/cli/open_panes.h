#pragma once

#include <string>

#include "command.h"
#include "pm/config/panes.h"
#include "pm/panes/panes.h"

namespace pm::cli {

/// What [panes] of pm.toml means. Errors: every word in it that means nothing.
core::Checked<panes::Settings> panes_settings(const config::PanesOptions& options);

/// Shows the panes of the supervisor at `socket` in this terminal.
core::Result<panes::Outcome> open_panes(const std::string& socket, const panes::Settings& settings,
                                        const config::Environment& environment);

/// What is left to say once the person has left.
Outcome left_panes();

/// What is left to say once the run has ended in order.
std::string ended_run(const std::vector<std::string>& failed);

}  // namespace pm::cli
