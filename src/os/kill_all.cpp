#include "pm/os/kill_all.h"

#include <signal.h>

#include <map>

namespace pm::os {

namespace {

using Key = std::pair<core::Pid, std::uint64_t>;  // with the start time: pids are used again

core::TimePoint now() { return std::chrono::steady_clock::now(); }

}  // namespace

std::vector<ProcessInfo> kill_all(const std::function<std::vector<ProcessInfo>()>& find,
                                  core::Duration patience) {
  const auto deadline = now() + patience;
  std::map<Key, ProcessInfo> known;
  std::vector<ProcessInfo> refused;
  // One pass may take longer than there is patience; a second one always tells whether the first was enough.
  for (int pass = 1;; ++pass) {
    bool more = false;
    for (const auto& process : find()) {
      const bool is_new = known.emplace(Key{process.pid, process.start_time}, process).second;
      if (!is_new || process.stopped()) continue;
      more = true;
      if (!signal_process(process, SIGSTOP)) refused.push_back(process);
    }
    if (!more) break;
    if (pass > 1 && now() > deadline) return refused;
  }
  for (const auto& [key, process] : known) signal_process(process, SIGKILL);
  return refused;
}

}  // namespace pm::os
