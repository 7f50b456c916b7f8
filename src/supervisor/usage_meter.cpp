#include "usage_meter.h"

#include <algorithm>

namespace pm::supervisor {

namespace {

// A figure over a shorter time than this says little, for the kernel counts in ticks of 10 ms; and who asks
// again so soon needs no other pass over /proc.
constexpr core::Duration kShortest = std::chrono::milliseconds{250};

std::optional<double> percent(core::Duration cpu, core::Duration time) {
  if (time < kShortest) return std::nullopt;
  return std::max(0.0, 100 * core::Seconds{cpu} / core::Seconds{time});
}

}  // namespace

void UsageMeter::measure(std::span<core::ProcessSnapshot> processes, core::TimePoint now, const Ask& ask) {
  const auto find = [&](const core::ProcessSnapshot& process) {
    const auto sample = samples_.find(process.id);
    const bool same = sample != samples_.end() && sample->second.pid == process.pid &&
                      sample->second.generation == process.generation;
    return same ? &sample->second : nullptr;
  };
  std::map<core::Pid, os::CgroupUsage> counted;
  std::vector<core::Pid> uncounted;
  for (const auto& process : processes) {
    if (process.pid == core::Pid::none) continue;
    const auto* sample = find(process);
    if (sample && now - sample->at < kShortest) continue;
    const auto& usage = counted[process.pid] = ask(process);
    if (!usage.cpu || !usage.memory) uncounted.push_back(process.pid);
  }
  auto usages = os::usage_of(uncounted);
  for (const auto& [pid, usage] : counted) {
    if (usage.cpu) usages[pid].cpu = *usage.cpu;
    if (usage.memory) usages[pid].rss_bytes = *usage.memory;
  }
  for (auto& process : processes) {
    if (const auto usage = usages.find(process.pid); usage != usages.end()) {
      const auto* before = find(process);
      const auto cpu = usage->second.cpu - (before ? before->usage.cpu : core::Duration{0});
      const auto time = before ? now - before->at : process.uptime.value_or(core::Duration{0});
      samples_[process.id] = {process.pid, process.generation, now, usage->second, percent(cpu, time)};
    }
    if (const auto* sample = process.pid == core::Pid::none ? nullptr : find(process)) {
      process.cpu_percent = sample->cpu_percent;
      process.rss_bytes = sample->usage.rss_bytes;
    }
  }
}

}  // namespace pm::supervisor
