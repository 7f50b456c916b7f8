#include "core/simulation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

namespace pm::core::simulation {

// PM_SIMULATION_SEED=N plays that schedule alone and prints its trace; PM_SIMULATION_SCHEDULES=N plays more,
// and so many storms as they are worth: one of these is as long as a hundred schedules.
constexpr std::uint64_t kSchedules = 100'000, kSchedulesToAStorm = 100;

using Play = Outcome (*)(std::uint64_t, Trace);

std::optional<std::uint64_t> number_from(const char* variable) {
  const char* text = std::getenv(variable);
  return text ? std::optional{std::strtoull(text, nullptr, 10)} : std::nullopt;
}

std::uint64_t schedules() { return number_from("PM_SIMULATION_SCHEDULES").value_or(kSchedules); }

// Whether the schedule broke no rule; else says which, and how it came about.
bool holds(Play play, std::uint64_t seed) {
  const auto outcome = play(seed, Trace::off);
  if (!outcome.fault) return true;
  ADD_FAILURE() << "seed " << seed << ": " << *outcome.fault << "\n"
                << play(seed, Trace::on).trace << "to replay: PM_SIMULATION_SEED=" << seed
                << " core_tests --gtest_filter="
                << testing::UnitTest::GetInstance()->current_test_info()->test_suite_name() << "."
                << testing::UnitTest::GetInstance()->current_test_info()->name();
  return false;
}

void hold_in_all(Play play, std::uint64_t seeds) {
  if (const auto seed = number_from("PM_SIMULATION_SEED")) {
    fmt::print("{}", play(*seed, Trace::on).trace);
    holds(play, *seed);
    return;
  }
  for (std::uint64_t seed = 1; seed <= seeds; ++seed)
    if (!holds(play, seed)) return;
}

TEST(Simulation, HoldsItsRulesInEverySchedule) { hold_in_all(play, schedules()); }

TEST(Simulation, HoldsItsRulesInAStormOfClients) {
  hold_in_all(play_storm, schedules() / kSchedulesToAStorm);
}

TEST(Simulation, ReplaysAScheduleFromItsSeed) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    EXPECT_EQ(play(seed, Trace::on).trace, play(seed, Trace::on).trace);
}

TEST(Simulation, ReachesEveryStateOrderAndAnswer) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) seen.merge(play(seed, Trace::on).seen);
  EXPECT_EQ(seen, (std::set<std::string>{"stopped",
                                         "waiting",
                                         "starting",
                                         "running",
                                         "stopping",
                                         "backoff",
                                         "exited",
                                         "failed",
                                         "spawn",
                                         "signal",
                                         "kill",
                                         "remind",
                                         "up done",
                                         "up unchanged",
                                         "up failed",
                                         "up superseded",
                                         "renewed done",
                                         "renewed failed",
                                         "renewed superseded",
                                         "down done",
                                         "down unchanged",
                                         "down superseded"}));
}

}  // namespace pm::core::simulation
