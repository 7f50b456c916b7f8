#include "pm/core/restart.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace pm::core {
namespace {

struct DelayCase {
  const char* name;
  int failures;
  Duration expected;
};
class RestartDelay : public testing::TestWithParam<DelayCase> {};
TEST_P(RestartDelay, DoublesUpToTheMaximum) {
  EXPECT_EQ(restart_delay({}, GetParam().failures, 0), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Failure, RestartDelay,
                         testing::Values(DelayCase{"none", 0, 500ms}, DelayCase{"first", 1, 500ms},
                                         DelayCase{"second", 2, 1s}, DelayCase{"third", 3, 2s},
                                         DelayCase{"sixth", 6, 16s}, DelayCase{"seventh", 7, 30s},
                                         DelayCase{"millionth", 1'000'000, 30s},
                                         DelayCase{"last", std::numeric_limits<int>::max(), 30s}),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST(RestartDelay, VariesByTheJitter) {
  const RestartPolicy policy{.jitter = 0.1};
  EXPECT_EQ(restart_delay(policy, 1, -1), 450ms);
  EXPECT_EQ(restart_delay(policy, 1, 1), 550ms);
  EXPECT_EQ(restart_delay({.jitter = 1}, 1, -1), 0s);
}

TEST(RestartDelay, StaysConstantWithAFactorOfOne) { EXPECT_EQ(restart_delay({.factor = 1}, 50, 0), 500ms); }

TEST(RestartDelay, NeverExceedsTheMaximumEvenAtFirst) {
  EXPECT_EQ(restart_delay({.initial = 1min, .max = 30s}, 1, 0), 30s);
}

TEST(RestartDelay, StaysZeroWhenItBeginsThere) {
  EXPECT_EQ(restart_delay({.initial = 0s}, 1, 0), 0s);
  EXPECT_EQ(restart_delay({.initial = 0s}, 1'000'000, 0), 0s);
}

struct LifeCase {
  const char* name;
  Duration lived;
  int failures;
  bool forgiven;
};
class Forgives : public testing::TestWithParam<LifeCase> {};
TEST_P(Forgives, ALifeOfResetAfterAndOfTheDelayBefore) {
  EXPECT_EQ(forgives({}, GetParam().lived, GetParam().failures), GetParam().forgiven);
}
INSTANTIATE_TEST_SUITE_P(Life, Forgives,
                         testing::Values(LifeCase{"TooShort", 9s, 1, false},
                                         LifeCase{"JustLongEnough", 10s, 1, true},
                                         LifeCase{"FirstLife", 10s, 0, true},
                                         LifeCase{"ShorterThanTheDelayBefore", 12s, 6, false},
                                         LifeCase{"AsLongAsTheDelayBefore", 16s, 6, true},
                                         LifeCase{"AsLongAsTheLongestDelay", 30s, 1000, true}),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST(CannotBeRun, MeansTheShellFoundNothingToRun) {
  EXPECT_TRUE(cannot_be_run({}, Exit::code(127), 10ms));
  EXPECT_TRUE(cannot_be_run({}, Exit::code(126), 10ms));
  EXPECT_FALSE(cannot_be_run({}, Exit::code(1), 10ms));
  EXPECT_FALSE(cannot_be_run({}, Exit::signal(127), 10ms));
  EXPECT_FALSE(cannot_be_run({}, Exit::code(127), 10s)) << "it ran, and ended with that code";
}

TEST(Restart, IsReadAsItIsWritten) {
  for (const auto restart : {Restart::always, Restart::on_failure, Restart::never})
    EXPECT_EQ(parse_restart(to_string(restart)), restart);
  for (const auto text : {"", "Always", "on_failure", "on-failure ", "no"})
    EXPECT_EQ(parse_restart(text), std::nullopt) << text;
}

}  // namespace
}  // namespace pm::core
