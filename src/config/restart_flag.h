#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "pm/core/error.h"
#include "pm/core/restart.h"

namespace pm::config {

/// What -r says.
struct RestartFlag {
  std::optional<core::Restart> all;  ///< for every type without one of its own
  std::map<std::string, core::Restart> types;
};

/// Each of `texts` is "POLICY", "NAME=POLICY" or a comma list of these; later wins. If `types` is empty it is
/// unknown, and names go unchecked. Errors: bad_input for each unknown type and policy.
core::Checked<RestartFlag> parse_restart_flag(std::span<const std::string> texts,
                                              std::span<const std::string> types);

}  // namespace pm::config
