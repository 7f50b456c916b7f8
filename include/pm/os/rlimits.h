#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "pm/core/limits.h"

namespace pm::os {

/// A limit of setrlimit(2), for one process and those it starts.
struct Rlimit {
  std::string_view name;  ///< as in pm.toml
  int resource;
  std::uint64_t soft, hard;
  bool kept_by_cgroup = false;  ///< a process that is in its cgroup does not need it
  friend bool operator==(const Rlimit&, const Rlimit&) = default;
};

/// What `limits` means for each process, where a cgroup keeps those in `by_cgroup`.
std::vector<Rlimit> rlimits_of(const core::Limits& limits, const core::Controllers& by_cgroup);

}  // namespace pm::os
