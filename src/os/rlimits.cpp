#include "pm/os/rlimits.h"

#include <sys/resource.h>

namespace pm::os {

static_assert(RLIM_INFINITY == core::kUnlimited);

std::vector<Rlimit> rlimits_of(const core::Limits& limits, const core::Controllers& by_cgroup) {
  std::vector<Rlimit> all;
  const auto add = [&](const char* name, int resource, const std::optional<std::uint64_t>& value,
                       bool kept_by_cgroup = false) {
    if (value) all.push_back({name, resource, *value, *value, kept_by_cgroup});
  };
  add("nofile", RLIMIT_NOFILE, limits.nofile);
  add("nproc", RLIMIT_NPROC, limits.nproc, by_cgroup.pids);
  add("core", RLIMIT_CORE, limits.core);
  add("memory", RLIMIT_AS, limits.memory, by_cgroup.memory);
  if (const auto* time = limits.cpu ? std::get_if<std::chrono::seconds>(&*limits.cpu) : nullptr) {
    const auto seconds = static_cast<std::uint64_t>(time->count());
    all.push_back(
        {"cpu", RLIMIT_CPU, seconds, seconds + 1});  // SIGXCPU says why, SIGKILL a second later does not
  }
  return all;
}

}  // namespace pm::os
