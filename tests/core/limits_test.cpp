#include "pm/core/limits.h"

#include <gtest/gtest.h>

#include "pm/core/process.h"

namespace pm::core::limits_test {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

const Limits kAll{.nofile = 1024, .nproc = 64, .core = 0, .memory = 512'000'000, .cpu = CpuLimit{1.5}};
constexpr Controllers kEverything{.memory = true, .pids = true, .cpu = true};

Texts described(const Limits& limits, const Controllers& by_cgroup, bool as_root = false) {
  Texts texts;
  for (const auto& limit : keep(limits, by_cgroup, as_root)) texts.push_back(describe(limit));
  return texts;
}

TEST(Keep, NothingWhereNothingIsLimited) { EXPECT_EQ(described({}, kEverything), Texts{}); }

TEST(Keep, LeavesALifeAsAWholeToItsCgroup) {
  EXPECT_EQ(described(kAll, kEverything),
            (Texts{"nofile 1024 (RLIMIT_NOFILE, each process)", "nproc 64 (cgroup)",
                   "core 0 B (RLIMIT_CORE, each process)", "memory 512 MB (cgroup)", "cpu 1.5 (cgroup)"}));
}

TEST(Keep, LimitsEachProcessWithoutACgroup) {
  EXPECT_EQ(described(kAll, {}),
            (Texts{"nofile 1024 (RLIMIT_NOFILE, each process)",
                   "nproc 64 (RLIMIT_NPROC, all processes of the user)",
                   "core 0 B (RLIMIT_CORE, each process)", "memory 512 MB (RLIMIT_AS, each process)",
                   "cpu 1.5 (not in force: no cgroup with a cpu controller can be had)"}));
}

TEST(Keep, SaysThatRootIsNotBound) {
  EXPECT_EQ(
      described({.nproc = 64}, {}, true),
      (Texts{"nproc 64 (not in force: no cgroup with a pids controller can be had, and RLIMIT_NPROC does "
             "not bind root)"}));
  EXPECT_EQ(described({.nproc = 64}, kEverything, true), (Texts{"nproc 64 (cgroup)"}));
}

TEST(Keep, LeavesCpuTimeToTheKernel) {
  EXPECT_EQ(described({.cpu = CpuLimit{600s}}, kEverything), (Texts{"cpu 600s (RLIMIT_CPU, each process)"}));
}

TEST(Keep, TakesALimitAway) {
  EXPECT_EQ(described({.core = kUnlimited}, {}), (Texts{"core unlimited (RLIMIT_CORE, each process)"}));
}

TEST(WantedControllers, AreThoseOfWhatIsLimited) {
  EXPECT_EQ(wanted_controllers(kAll), kEverything);
  EXPECT_EQ(wanted_controllers({.nofile = 8, .core = 0, .cpu = CpuLimit{10s}}), Controllers{});
}

TEST(MergedLimits, GoKeyByKey) {
  EXPECT_EQ(merged(Limits{.nofile = 10, .nproc = 20}, Limits{.nproc = 30}),
            (Limits{.nofile = 10, .nproc = 30}));
}

TEST(MergedStanding, TakesTheGroupOfAnotherUserAway) {
  const Standing base{.nice = 5, .user = Written{"www", {}}, .group = Written{"web", {}}};
  const auto other = merged(base, {.user = Written{"jobs", {}}});
  EXPECT_EQ(other.nice, 5);
  EXPECT_EQ(other.user->text, "jobs");
  EXPECT_EQ(other.group, std::nullopt);
  EXPECT_EQ(merged(base, {.umask = 027}).group->text, "web");
}

TEST(SameStanding, DoesNotMindWhereItIsWritten) {
  const Standing a{.user = Written{"www", {.what = "line 1"}}}, b{.user = Written{"www", {.what = "line 2"}}};
  EXPECT_TRUE(same_standing(a, b));
  EXPECT_FALSE(same_standing(a, {.user = Written{"root", {}}}));
  EXPECT_FALSE(same_standing(a, {}));
  EXPECT_FALSE(same_standing({.umask = 022}, {.umask = 027}));
}

}  // namespace pm::core::limits_test
