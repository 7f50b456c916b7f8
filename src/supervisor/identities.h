#pragma once

#include <optional>

#include "pm/config/application.h"
#include "pm/core/process.h"
#include "pm/os/accounts.h"

namespace pm::supervisor {

/// Whom processes of that standing run as; nullopt: as pm itself. Errors: bad_input, a user or a group that
/// there is not, at its place in pm.toml.
core::Result<std::optional<os::Identity>> identity_of(const core::Standing& standing,
                                                      const os::Accounts& accounts);

/// Errors: every user and group that there is not.
core::Checked<void> check_identities(const config::Application& application);

/// USER, LOGNAME, HOME and SHELL.
config::Environment environment_of(const os::Identity& identity);

}  // namespace pm::supervisor
