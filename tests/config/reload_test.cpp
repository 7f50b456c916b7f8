#include "pm/config/reload.h"

#include <gmock/gmock.h>

#include <functional>

namespace pm::config::reload_test {

Application application(const std::string& procfile, const std::string& env = "",
                        const std::string& toml = "") {
  Sources sources{.root = "/shop", .procfile = {"Procfile", procfile}, .env_files = {{".env", env}}};
  if (!toml.empty()) sources.options = File{"pm.toml", toml};
  return *resolve(sources);
}

std::map<std::string, int> indices(const Application& application) {
  std::map<std::string, int> indices;
  for (const auto& type : application.types) indices[type.name] = type.index;
  return indices;
}

using Indices = std::map<std::string, int>;

TEST(WithIndices, KeepsEverybodyWhereHeWas) {
  const auto fresh = application("clock: c\nworker: w\nweb: x\n");
  const auto settled = with_indices(fresh, {{"web", 0}, {"worker", 1}});
  ASSERT_TRUE(settled);
  EXPECT_EQ(indices(*settled), (Indices{{"web", 0}, {"worker", 1}, {"clock", 2}}));
}

TEST(WithIndices, GivesANewTypeItsPlaceInTheProcfileIfThatIsFree) {
  const auto settled = with_indices(application("web: x\nworker: w\nclock: c\n"), {{"web", 0}});
  EXPECT_EQ(indices(*settled), (Indices{{"web", 0}, {"worker", 1}, {"clock", 2}}));
}

TEST(WithIndices, DoesNotGiveAwayThePlaceOfOneThatIsGone) {
  const auto settled = with_indices(application("web: x\nclock: c\n"), {{"web", 0}, {"worker", 1}});
  EXPECT_EQ(indices(*settled), (Indices{{"web", 0}, {"clock", 2}}));
}

TEST(WithIndices, RefusesPortsPastTheLast) {
  const auto fresh = application("web: x\nclock: c\n", "PORT=65400\n");
  const auto settled = with_indices(fresh, {{"web", 0}, {"worker", 1}});
  ASSERT_FALSE(settled);
  EXPECT_EQ(settled.error().front().what, "the ports of 'clock' would lie past 65535");
}

struct Case {
  const char* name;
  std::function<Application()> fresh;
  bool alike;
};
class RunsAlike : public testing::TestWithParam<Case> {};

TEST_P(RunsAlike, IfALifeWouldFindNothingDifferent) {
  const auto now = application("web: x\nworker: w\n", "A=1\n");
  EXPECT_EQ(runs_alike(now, GetParam().fresh(), "web"), GetParam().alike);
}

INSTANTIATE_TEST_SUITE_P(
    Changes, RunsAlike,
    testing::Values(
        Case{"nothing", [] { return application("web: x\nworker: w\n", "A=1\n"); }, true},
        Case{"its_command", [] { return application("web: y\nworker: w\n", "A=1\n"); }, false},
        Case{"the_command_of_another", [] { return application("web: x\nworker: v\n", "A=1\n"); }, true},
        Case{"another_type", [] { return application("web: x\nclock: c\n", "A=1\n"); }, true},
        Case{"it_is_gone", [] { return application("worker: w\n", "A=1\n"); }, false},
        Case{"the_environment", [] { return application("web: x\nworker: w\n", "A=2\n"); }, false},
        Case{"the_base_port", [] { return application("web: x\nworker: w\n", "A=1\nPORT=7000\n"); }, false},
        Case{"its_count", [] { return application("web: x\n", "A=1\n", "[process.web]\ninstances = 3\n"); },
             true},
        Case{"its_restart_policy",
             [] { return application("web: x\n", "A=1\n", "[process.web]\nrestart = 'never'\n"); }, true},
        Case{"its_directory", [] { return application("web: x\n", "A=1\n", "[process.web]\ncwd = 'a'\n"); },
             false},
        Case{"its_shell",
             [] { return application("web: x\n", "A=1\n", "[process.web]\nshell = ['/bin/bash', '-c']\n"); },
             false},
        Case{"its_own_environment",
             [] { return application("web: x\n", "A=1\n", "[process.web]\nenv = {B = '1'}\n"); }, false},
        Case{"its_limits",
             [] { return application("web: x\n", "A=1\n", "[process.web]\nlimits = {nproc = 9}\n"); }, false},
        Case{"its_user", [] { return application("web: x\n", "A=1\n", "[process.web]\nuser = 'www'\n"); },
             false},
        Case{"the_limits_of_another",
             [] { return application("web: x\nworker: w\n", "A=1\n", "[process.worker]\nnice = 5\n"); },
             true},
        Case{"its_terminal",
             [] { return application("web: x\n", "A=1\n", "[process.web]\npty = 'always'\n"); }, false}),
    [](const auto& test) { return std::string{test.param.name}; });

}  // namespace pm::config::reload_test
