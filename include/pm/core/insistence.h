#pragma once

#include <optional>

#include "pm/core/time.h"

namespace pm::core {

/// What SIGINT, SIGTERM and SIGQUIT ask for: the first one an end in order, a later one that pm kills. Pure.
class Insistence {
 public:
  enum class Demand { end, kill, nothing };

  /// timeout(1) sends its signal to the process and then to its group: the same one again within this time
  /// is no second one. People are slower than that, and so is the repetition of a key held down.
  static constexpr Duration kOneBreath = 50ms;

  Demand hear(int signal, TimePoint now);

 private:
  struct First {
    int signal;
    TimePoint at;
  };
  std::optional<First> first_;
};

}  // namespace pm::core
