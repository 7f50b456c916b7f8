#pragma once

#include <fcntl.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>

#include "asking.h"
#include "pm/os/process_tree.h"

namespace pm::fault {

using e2e::Chain;
using e2e::chain_of;
using e2e::Clock;
using e2e::Launch;
using e2e::PmProcess;
using namespace std::chrono_literals;

/// `full` rounds of something, or the share of them that PM_FAULT_SCALE (percent) says.
inline int scaled(int full) {
  const char* chosen = std::getenv("PM_FAULT_SCALE");
  return std::max(1, full * (chosen ? std::atoi(chosen) : PM_FAULT_SCALE_DEFAULT) / 100);
}

/// The seed of a schedule: PM_FAULT_SEED, or another one each time; a failure names it.
inline unsigned seed() {
  const char* chosen = std::getenv("PM_FAULT_SEED");
  return chosen ? static_cast<unsigned>(std::atoi(chosen)) : std::random_device{}();
}

class Faulty : public e2e::Asking {
 protected:
  Faulty() : random_{seed_} {}

  /// From 0 to `limit` - 1.
  int dice(int limit) { return std::uniform_int_distribution{0, limit - 1}(random_); }
  std::string said_seed() const { return "PM_FAULT_SEED=" + std::to_string(seed_); }

  /// A file for what pm writes, where nobody reads while the test asks for something else.
  os::UniqueFd open_to_write(std::string_view name) const {
    return os::UniqueFd{::open(path(name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
  }

  /// Whether all that is alive of this test ends within `time`; pm, too.
  bool all_gone_within(Clock::duration time) const {
    const auto deadline = Clock::now() + time;
    while (!left_over().empty())
      if (Clock::now() > deadline) return false;
    return true;
  }

 private:
  unsigned seed_ = seed();
  std::minstd_rand random_;
};

}  // namespace pm::fault
