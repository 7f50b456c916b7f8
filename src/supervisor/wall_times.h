#pragma once

#include <map>
#include <optional>

#include "pm/core/snapshot.h"
#include "pm/core/supervision.h"

namespace pm::supervisor {

/// When things happened to the instances, by the wall clock: the core knows no other clock than its own.
class WallTimes {
 public:
  /// To be told of every change, once, when it happens.
  void note(const core::Changed& change, core::WallTime now);
  /// Fills in what is known.
  void complete(core::ProcessSnapshot& snapshot) const;

 private:
  struct Times {
    core::WallTime since = 0;
    std::optional<core::WallTime> started, ended;
    std::optional<core::Ended> last;  // the end that `ended` is the time of
  };
  std::map<core::InstanceId, Times> times_;
};

}  // namespace pm::supervisor
