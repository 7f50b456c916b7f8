#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pm/core/error.h"

namespace pm::config {

/// How many instances of each type are wanted.
using Formation = std::map<std::string, int>;

inline constexpr int kMostInstances = 1000;

/// "3" as the count of `type`. Errors: bad_input for all but a whole number from 0 to kMostInstances.
core::Result<int> parse_count(std::string_view type, std::string_view text);

/// Everything that has a say in the formation of a start.
struct FormationSources {
  std::vector<std::string> arguments = {};  ///< "web=2" or "web", which starts that type only
  std::string flag = {};                    ///< -m, "web=2,all=1"
  std::string variable = {};                ///< PM_FORMATION, likewise
  std::map<std::string, int> options = {};  ///< `instances` from pm.toml
  std::vector<std::string> except = {};     ///< -x, types that are left out whatever else is said
  bool again = false;                       ///< unknown names mean nothing, instead of being errors
};

/// The formation of `types`. For each of them counts, in this order: arguments and -m (a count by name, then
/// `all`), PM_FORMATION (the same), pm.toml, else 1 (0 for `release`, unless it is asked for by its bare
/// name). When there are bare names, only they and the arguments with a count run. If `types` is empty it is
/// unknown, and names go unchecked. Errors: bad_input for each unknown name and each count that is none.
core::Checked<Formation> parse_formation(std::span<const std::string> types, const FormationSources& sources);

/// An error about `name`, which is none of `types`.
core::Error unknown_type(std::string_view name, std::span<const std::string> types);

}  // namespace pm::config
