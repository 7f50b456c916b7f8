#pragma once

#include <map>
#include <string>

#include "pm/config/application.h"
#include "pm/core/error.h"

namespace pm::config {

/// What env files say, and where: messages about a value name its place.
struct Variable {
  std::string value;
  core::Location where;
  friend bool operator==(const Variable&, const Variable&) = default;
};
using Variables = std::map<std::string, Variable>;

/// `earlier` with the KEY=value lines of `file` over it. $NAME and ${NAME} expand from the keys so far, then
/// from `real`, else to nothing.
/// Errors: every line that is no variable, quotes that are never closed, values too long for any process.
core::Checked<Variables> parse_env_file(const File& file, Variables earlier, const Environment& real);

}  // namespace pm::config
