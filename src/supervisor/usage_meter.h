#pragma once

#include <map>
#include <span>
#include <vector>

#include "pm/core/snapshot.h"
#include "pm/core/time.h"
#include "pm/os/usage.h"

namespace pm::supervisor {

/// How much of a processor each process tree takes: read only when somebody asks, and then from the time he
/// asked before (for the first time: from the start of the life).
class UsageMeter {
 public:
  /// Fills in cpu_percent and rss_bytes of those that have a pid.
  void measure(std::span<core::ProcessSnapshot> processes, core::TimePoint now);

 private:
  struct Sample {
    core::Pid pid = core::Pid::none;
    core::Generation generation = 0;
    core::TimePoint at;
    os::Usage usage;
    double cpu_percent = 0;
  };
  std::map<core::InstanceId, Sample> samples_;  // of the latest life
};

}  // namespace pm::supervisor
