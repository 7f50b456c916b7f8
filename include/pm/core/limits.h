#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace pm::core {

/// A limit that takes an inherited one away.
inline constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

/// So many processors at once, or so much time of each process.
using CpuLimit = std::variant<double, std::chrono::seconds>;

/// What one life, or each of its processes, may use; nullopt: what pm itself may.
struct Limits {
  std::optional<std::uint64_t> nofile = {};  ///< descriptors
  std::optional<std::uint64_t> nproc = {};   ///< processes
  std::optional<std::uint64_t> core = {};    ///< bytes of a core file
  std::optional<std::uint64_t> memory = {};  ///< bytes
  std::optional<CpuLimit> cpu = {};
  friend bool operator==(const Limits&, const Limits&) = default;
};

/// `base` with everything that `over` says over it.
Limits merged(Limits base, const Limits& over);

/// What can be limited for a life as a whole: the controllers of a cgroup (cgroups(7)).
struct Controllers {
  bool memory = false, pids = false, cpu = false;
  bool any() const { return memory || pids || cpu; }
  friend bool operator==(const Controllers&, const Controllers&) = default;
};

/// Those that these limits ask for.
Controllers wanted_controllers(const Limits& limits);

/// One limit, and what keeps it.
struct KeptLimit {
  std::string name;   ///< as in pm.toml
  std::string value;  ///< "512 MB", "64", "unlimited"
  std::string by;     ///< "cgroup", "RLIMIT_AS"; empty: nothing does
  std::string note;   ///< whom it counts, "each process", where that is not the life; or why nothing keeps it
  friend bool operator==(const KeptLimit&, const KeptLimit&) = default;
};

/// How each limit is kept where a cgroup keeps those that are in `by_cgroup`, in the order of Limits.
/// `as_root`: for processes of root.
std::vector<KeptLimit> keep(const Limits& limits, const Controllers& by_cgroup, bool as_root);

/// "memory 512 MB (cgroup)", "nproc 64 (RLIMIT_NPROC, all processes of the user)", "cpu 1.5 (not in force:
/// …)"
std::string describe(const KeptLimit& limit);

}  // namespace pm::core
