#pragma once

#include <cstdint>

#include "pm/core/time.h"

namespace pm::core::simulation {

/// Chance that is the same on every machine: splitmix64.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_{seed} {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  /// 0 to n − 1
  int below(int n) { return static_cast<int>(next() % static_cast<std::uint64_t>(n)); }
  bool chance(int percent) { return below(100) < percent; }
  Duration between(Duration least, Duration most) {
    return least + Duration{next() % static_cast<std::uint64_t>((most - least).count() + 1)};
  }
  /// −1 to 1
  double u() { return below(2001) / 1000.0 - 1; }
  template <class T, std::size_t N>
  const T& one_of(const T (&choices)[N]) {
    return choices[below(N)];
  }

 private:
  std::uint64_t state_;
};

}  // namespace pm::core::simulation
