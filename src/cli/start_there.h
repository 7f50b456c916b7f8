#pragma once

#include <optional>

#include "command.h"
#include "pm/supervisor/load.h"

namespace pm::cli {

/// Flags of `pm start` that are for a supervisor that runs already.
struct StartThereFlags {
  bool no_wait = false, json = false;
  bool panes = false;
  bool names_alone = true;  ///< nothing was said that only a supervisor of one's own could do
};

/// What is to be done where a supervisor answers already at the socket of `request`: bare names are started
/// there, anything else is a conflict; nullopt: none answers. Without a Procfile bare names mean the nearest
/// supervisor upwards, as for every other command. One that was killed is waited for while it ends.
std::optional<Outcome> start_there(const supervisor::LoadRequest& request, const StartThereFlags& flags,
                                   const Context& context);

}  // namespace pm::cli
