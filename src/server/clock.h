#pragma once

#include <cstdint>

#include "pm/core/time.h"

namespace pm::server {

/// Microseconds since the epoch.
inline std::int64_t wall_clock() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

inline core::TimePoint steady_now() { return std::chrono::steady_clock::now(); }

}  // namespace pm::server
