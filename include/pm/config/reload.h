#pragma once

#include <map>
#include <string>

#include "pm/config/application.h"

namespace pm::config {

/// `fresh` with the indices of `known` for the types in there, so that nobody's port moves while he runs; a
/// new type keeps its place in the Procfile where that is free, else it gets the next one behind all. Errors:
/// bad_input for each type whose ports would then lie past the last one.
core::Checked<Application> with_indices(Application fresh, const std::map<std::string, int>& known);

/// Whether a life of `type` that was started from `now` would find anything different if it were started from
/// `fresh`: its command, shell, directory, terminal, environment or port. How many there are and how they are
/// restarted and stopped makes no difference to it, nor do the ports of others. False if one has no such
/// type.
bool runs_alike(const Application& now, const Application& fresh, const std::string& type);

const core::ProcessType* find_type(const Application& application, const std::string& name);

}  // namespace pm::config
