#include "core/simulation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

namespace pm::core::simulation {

// PM_SIMULATION_SEED=N plays that schedule alone and prints its trace; PM_SIMULATION_SCHEDULES=N plays more.
constexpr std::uint64_t kSchedules = 100'000;

std::optional<std::uint64_t> number_from(const char* variable) {
  const char* text = std::getenv(variable);
  return text ? std::optional{std::strtoull(text, nullptr, 10)} : std::nullopt;
}

// Whether the schedule broke no rule; else says which, and how it came about.
bool holds(std::uint64_t seed) {
  const auto outcome = play(seed, Trace::off);
  if (!outcome.fault) return true;
  ADD_FAILURE() << "seed " << seed << ": " << *outcome.fault << "\n"
                << play(seed, Trace::on).trace << "to replay: PM_SIMULATION_SEED=" << seed
                << " core_tests --gtest_filter='Simulation.*'";
  return false;
}

TEST(Simulation, HoldsItsRulesInEverySchedule) {
  if (const auto seed = number_from("PM_SIMULATION_SEED")) {
    fmt::print("{}", play(*seed, Trace::on).trace);
    holds(*seed);
    return;
  }
  const auto schedules = number_from("PM_SIMULATION_SCHEDULES").value_or(kSchedules);
  for (std::uint64_t seed = 1; seed <= schedules; ++seed)
    if (!holds(seed)) return;
}

TEST(Simulation, ReplaysAScheduleFromItsSeed) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    EXPECT_EQ(play(seed, Trace::on).trace, play(seed, Trace::on).trace);
}

TEST(Simulation, ReachesEveryStateAndOrder) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) seen.merge(play(seed, Trace::on).seen);
  EXPECT_EQ(seen, (std::set<std::string>{"stopped", "waiting", "starting", "running", "stopping", "backoff",
                                         "exited", "failed", "spawn", "signal", "kill", "remind"}));
}

}  // namespace pm::core::simulation
