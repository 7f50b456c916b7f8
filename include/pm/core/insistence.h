#pragma once

#include <optional>

#include "pm/core/time.h"

namespace pm::core {

/// What SIGINT, SIGTERM and SIGQUIT ask for: the first one an end in order, a later one that pm kills. Pure.
class Insistence {
 public:
  enum class Demand { end, kill, nothing };

  /// timeout(1) sends its signal to the process and then to its group: that within this time is no second
  /// one.
  static constexpr Duration kOneBreath = 500ms;

  /// `to_group`: the signal was sent to pm's whole process group, as by a key of the terminal. Of two that
  /// are sent at once either may bear that mark.
  Demand hear(int signal, bool to_group, TimePoint now);

 private:
  struct First {
    int signal;
    bool to_group;
    TimePoint at;
  };
  std::optional<First> first_;
};

}  // namespace pm::core
