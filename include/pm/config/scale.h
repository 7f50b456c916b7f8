#pragma once

#include <span>
#include <string>
#include <string_view>

#include "pm/config/formation.h"
#include "pm/core/error.h"

namespace pm::config {

/// One change of a running formation.
struct Change {
  std::string type = {};  ///< or "all": every type that no other change names
  int count = 0;          ///< the new count, or how many more (or fewer) if `relative`
  bool relative = false;
  friend bool operator==(const Change&, const Change&) = default;
};

/// "worker=3", "worker+2", "web-1", "worker=+2". Names may hold digits and hyphens: the last + or - counts.
core::Result<Change> parse_change(std::string_view text);

/// `count` of `type` as a change: "3", "+2", "-1".
core::Result<Change> parse_change(std::string_view type, std::string_view count);

/// `now` with all of `changes` applied in order. Errors: bad_input for each unknown type and each count that
/// would leave 0 to kMostInstances; then nothing is to change. Hints list the types in the order of `types`.
core::Checked<Formation> scaled(const Formation& now, std::span<const Change> changes,
                                std::span<const std::string> types);

}  // namespace pm::config
