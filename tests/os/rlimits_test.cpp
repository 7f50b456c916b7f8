#include "pm/os/rlimits.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace pm::os {

std::ostream& operator<<(std::ostream& out, const Rlimit& limit) {
  return out << limit.name << ' ' << limit.soft << ' ' << limit.hard << ' ' << limit.kept_by_cgroup;
}

using All = std::vector<Rlimit>;

TEST(RlimitsOf, AreSoftAndHard) {
  EXPECT_EQ(
      rlimits_of({.nofile = 1024, .core = core::kUnlimited}, {}),
      (All{{"nofile", RLIMIT_NOFILE, 1024, 1024}, {"core", RLIMIT_CORE, RLIM_INFINITY, RLIM_INFINITY}}));
}

TEST(RlimitsOf, StandInWhereACgroupCannotBeHad) {
  const core::Limits limits{.nproc = 64, .memory = 1'000'000};
  EXPECT_EQ(rlimits_of(limits, {}), (All{{"nproc", RLIMIT_NPROC, 64, 64, false},
                                         {"memory", RLIMIT_AS, 1'000'000, 1'000'000, false}}));
  EXPECT_EQ(rlimits_of(limits, {.memory = true, .pids = true}),
            (All{{"nproc", RLIMIT_NPROC, 64, 64, true}, {"memory", RLIMIT_AS, 1'000'000, 1'000'000, true}}));
}

TEST(RlimitsOf, GiveASecondBetweenTheSignalAndTheEnd) {
  EXPECT_EQ(rlimits_of({.cpu = core::CpuLimit{std::chrono::seconds{10}}}, {}),
            (All{{"cpu", RLIMIT_CPU, 10, 11}}));
  EXPECT_EQ(rlimits_of({.cpu = core::CpuLimit{1.5}}, {}), All{});
}

}  // namespace pm::os
