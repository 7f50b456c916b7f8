#pragma once

#include <optional>
#include <string>

#include "pm/core/snapshot.h"
#include "pm/core/supervision.h"

namespace pm::core {

/// What a person is told of a change, as a line under the instance's name; nullopt for what goes without
/// saying. `port`: what the instance was given as PORT, if anything.
std::optional<std::string> announce(const Changed& change, std::optional<int> port);

/// "reloaded: 'mailer' is new, 'clock' is gone, 'web' changed", "reloaded: no type is new, gone or changed"
std::string announce_reload(const ReloadEvent& event);

/// "still stopping, SIGKILL in 3.0s"
std::string announce_reminder(const Stopping& stopping, TimePoint now);

}  // namespace pm::core
