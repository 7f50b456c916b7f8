#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "pm/core/error.h"
#include "pm/core/written.h"

namespace pm::config {

struct File;

/// What [panes] of pm.toml says; which keys, layouts and actions there are is for the panes to know.
struct PanesOptions {
  std::optional<core::Written> prefix = {}, layout = {};
  std::vector<std::pair<core::Written, core::Written>> keys = {};  ///< action and key, in their order
};

/// Reads that table alone: the rest of the file is the supervisor's. Errors: as for pm.toml.
core::Checked<PanesOptions> parse_panes(const File& file);

}  // namespace pm::config
