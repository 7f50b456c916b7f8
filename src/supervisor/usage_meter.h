#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "pm/core/snapshot.h"
#include "pm/core/time.h"
#include "pm/os/cgroup.h"
#include "pm/os/usage.h"

namespace pm::supervisor {

/// How much of a processor each process tree takes: read only when somebody asks, and then from the time he
/// asked before (for the first time: from the start of the life).
class UsageMeter {
 public:
  /// What the cgroup of a life says, as far as it does.
  using Ask = std::function<os::CgroupUsage(const core::ProcessSnapshot&)>;

  /// Fills in cpu_percent and rss_bytes of those that have a pid: from the cgroup, else from the process
  /// tree.
  void measure(std::span<core::ProcessSnapshot> processes, core::TimePoint now, const Ask& ask);

 private:
  struct Sample {
    core::Pid pid = core::Pid::none;
    core::Generation generation = 0;
    core::TimePoint at;
    os::Usage usage;
    std::optional<double> cpu_percent;  // nullopt: too soon to tell
  };
  std::map<core::InstanceId, Sample> samples_;  // of the latest life
};

}  // namespace pm::supervisor
