#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "env_file.h"
#include "options_file.h"
#include "pm/config/application.h"
#include "pm/core/error.h"
#include "pm/core/process.h"

namespace pm::config {

/// How ports are given out, by the precedence of pm(1); nullopt: not at all.
/// Errors: bad_input for each setting that is no port, with the variable or file it stands in.
core::Checked<std::optional<core::Ports>> settle_ports(const Sources& sources, const Variables& variables,
                                                       const Options& options);

/// An error for each type that has an instance past the last port.
std::vector<core::Error> past_the_last_port(const core::Ports& ports,
                                            std::span<const core::ProcessType> types);

/// A warning for each type that shares a port with an earlier one, both as they are to run.
std::vector<core::Error> shared_ports(const core::Ports& ports, std::span<const core::ProcessType> types);

/// The variable that tells everybody the first port of a type: "PM_PORT_WEB_API" for "web-api".
std::string port_variable(const std::string& type);

/// A warning for each type whose port_variable() is that of an earlier one.
std::vector<core::Error> shared_port_variables(std::span<const core::ProcessType> types);

}  // namespace pm::config
