#include "wall_times.h"

namespace pm::supervisor {

void WallTimes::note(const core::Changed& change, core::WallTime now) {
  auto& times = times_[change.id];
  if (core::state_name(change.from) != core::state_name(change.to) || times.since == 0) times.since = now;
  if (std::holds_alternative<core::Starting>(change.from) && !core::at_rest(change.to)) times.started = now;
  if (change.last && change.last != times.last) {
    times.last = change.last;
    times.ended = now;
  }
}

void WallTimes::complete(core::ProcessSnapshot& snapshot) const {
  const auto found = times_.find(snapshot.id);
  if (found == times_.end()) return;
  const auto& times = found->second;
  snapshot.since = times.since;
  if (snapshot.pid != core::Pid::none) snapshot.started_at = times.started;
  if (snapshot.last_exit) snapshot.last_ended_at = times.ended;
}

}  // namespace pm::supervisor
