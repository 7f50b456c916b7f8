#include "limits_options.h"

#include <gtest/gtest.h>

#include "faults.h"

namespace pm::config::limits_options_test {

using namespace std::chrono_literals;
using Faults = std::vector<std::string>;

core::Checked<Options> parse(std::string text) {
  const std::vector<std::string> types = {"web"};
  return parse_options({"pm.toml", "[process.web]\n" + std::move(text)}, types);
}

ProcessOptions web(std::string text) {
  const auto options = parse(std::move(text));
  EXPECT_TRUE(options) << told(options);
  return options ? options->processes.at("web") : ProcessOptions{};
}

std::string word(const std::optional<core::Written>& written) { return written ? written->text : "(none)"; }

TEST(LimitsOptions, KnowEveryKey) {
  const auto options =
      web("limits = { nofile = 1024, nproc = 64, core = \"100MB\", memory = \"512MB\", cpu = 1.5 }\n"
          "nice = -5\noom_score_adj = 500\nuser = \"www\"\ngroup = 33\numask = \"027\"\n");
  EXPECT_EQ(options.limits, (core::Limits{.nofile = 1024,
                                          .nproc = 64,
                                          .core = 100'000'000,
                                          .memory = 512'000'000,
                                          .cpu = core::CpuLimit{1.5}}));
  EXPECT_EQ(options.standing.nice, -5);
  EXPECT_EQ(options.standing.oom_score_adj, 500);
  EXPECT_EQ(word(options.standing.user), "www");
  EXPECT_EQ(word(options.standing.group), "33");
  EXPECT_EQ(options.standing.umask, 027);
}

TEST(LimitsOptions, TakeValuesInSeveralForms) {
  EXPECT_EQ(web("limits.core = \"unlimited\"").limits.core, core::kUnlimited);
  EXPECT_EQ(web("limits.core = \"0\"").limits.core, 0u);
  EXPECT_EQ(web("limits.memory = 64000000").limits.memory, 64'000'000u);
  EXPECT_EQ(web("limits.memory = \"1 GiB\"").limits.memory, 1u << 30);
  EXPECT_EQ(web("limits.nproc = \"unlimited\"").limits.nproc, core::kUnlimited);
  EXPECT_EQ(web("limits.cpu = 2").limits.cpu, core::CpuLimit{2.0});
  EXPECT_EQ(web("limits.cpu = \"10m\"").limits.cpu, core::CpuLimit{600s});
  EXPECT_EQ(web("limits.cpu = \"1.5s\"").limits.cpu, core::CpuLimit{2s});
  EXPECT_EQ(web("umask = 0o022").standing.umask, 022);
  EXPECT_EQ(web("umask = \"0\"").standing.umask, 0);
}

TEST(LimitsOptions, KnowWhereAUserIsNamed) {
  EXPECT_EQ(web("user = \"wwww\"").standing.user->place.where, (core::Location{"pm.toml", 2, 8}));
}

TEST(LimitsOptions, OfATypeAddToTheDefaults) {
  const std::vector<std::string> types = {"web"};
  const auto options = parse_options(
      {"pm.toml",
       "[defaults]\nlimits = { nofile = 100, nproc = 10 }\n[process.web]\nlimits = { nproc = 20 }\n"},
      types);
  ASSERT_TRUE(options) << told(options);
  EXPECT_EQ(merged(options->defaults, options->processes.at("web")).limits,
            (core::Limits{.nofile = 100, .nproc = 20}));
}

TEST(CgroupOption, IsAutoOrNever) {
  const auto cgroup = [](std::string text) {
    return parse_options({"pm.toml", std::move(text)}, {})->cgroup;
  };
  EXPECT_EQ(cgroup(""), std::nullopt);
  EXPECT_EQ(cgroup("cgroup = \"auto\""), true);
  EXPECT_EQ(cgroup("cgroup = \"never\""), false);
  EXPECT_EQ(faults(parse_options({"pm.toml", "cgroup = \"always\""}, {})),
            Faults{"1:10 'cgroup' cannot be 'always'"});
}

struct FaultyCase {
  const char* name;
  const char* text;
  const char* fault;
};
class FaultyLimits : public testing::TestWithParam<FaultyCase> {};
TEST_P(FaultyLimits, AreTold) { EXPECT_EQ(faults(parse(GetParam().text)), Faults{GetParam().fault}); }

constexpr auto kCpu = "2:14 'cpu' must be a number of processors such as 1.5, or a time such as \"10m\"";
constexpr auto kUmask = "2:9 'umask' must be octal digits such as \"027\", or a number such as 0o027";

INSTANTIATE_TEST_SUITE_P(
    Values, FaultyLimits,
    testing::Values(FaultyCase{"NoTable", "limits = 1", "2:10 'limits' must be a table"},
                    FaultyCase{"UnknownKey", "limits.nofiles = 9", "2:8 there is no key 'nofiles' here"},
                    FaultyCase{"FewDescriptors", "limits.nofile = 7",
                               "2:17 'nofile' must be a whole number of at least 8"},
                    FaultyCase{"NegativeDescriptors", "limits.nofile = -1",
                               "2:17 'nofile' must be a whole number of at least 8"},
                    FaultyCase{"NoProcess", "limits.nproc = 0",
                               "2:16 'nproc' must be a whole number of at least 1, or \"unlimited\""},
                    FaultyCase{"WordForProcesses", "limits.nproc = \"many\"",
                               "2:16 'nproc' must be a whole number of at least 1, or \"unlimited\""},
                    FaultyCase{"NoSize", "limits.core = \"100 megabytes\"",
                               "2:15 'core' must be a size such as \"0\", \"100MB\" or \"unlimited\""},
                    FaultyCase{"NegativeSize", "limits.core = -1",
                               "2:15 'core' must be a size such as \"0\", \"100MB\" or \"unlimited\""},
                    FaultyCase{"LittleMemory", "limits.memory = \"1kB\"",
                               "2:17 'memory' must be a size of at least 1 MB such as \"512MB\" or \"2GiB\""},
                    FaultyCase{"MemoryIsNoFloat", "limits.memory = 1.5",
                               "2:17 'memory' must be a size of at least 1 MB such as \"512MB\" or \"2GiB\""},
                    FaultyCase{"NoProcessor", "limits.cpu = 0", kCpu},
                    FaultyCase{"WordForCpu", "limits.cpu = \"fast\"", kCpu},
                    FaultyCase{"NoTime", "limits.cpu = \"10ms\"", kCpu},
                    FaultyCase{"CpuIsNoTable", "limits.cpu = {}", kCpu},
                    FaultyCase{"Nice", "nice = 20", "2:8 'nice' must be a whole number from -20 to 19"},
                    FaultyCase{"OomScore", "oom_score_adj = -1001",
                               "2:17 'oom_score_adj' must be a whole number from -1000 to 1000"},
                    FaultyCase{"EmptyUser", "user = \"\"", "2:8 'user' must be a string that is not empty"},
                    FaultyCase{"NegativeUser", "user = -1",
                               "2:8 'user' must be a name, or a number from 0 to 4294967294"},
                    FaultyCase{"NobodysGroup", "group = 4294967295",
                               "2:9 'group' must be a name, or a number from 0 to 4294967294"},
                    FaultyCase{"DecimalUmask", "umask = \"099\"", kUmask},
                    FaultyCase{"LongUmask", "umask = \"1777\"", kUmask},
                    FaultyCase{"NegativeUmask", "umask = -1", kUmask},
                    FaultyCase{"UmaskIsNoFloat", "umask = 0.5", kUmask}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(ToldLimitsFault, ShowsWhatStandsThere) {
  EXPECT_EQ(
      told(parse("limits = { cpu = \"10ms\" }")),
      "pm: error: pm.toml:2:18: 'cpu' must be a number of processors such as 1.5, or a time such as \"10m\"\n"
      "      2 | limits = { cpu = \"10ms\" }\n"
      "        |                  ^ less than a second cannot be counted\n");
  EXPECT_EQ(
      told(parse("umask = \"888\"")),
      "pm: error: pm.toml:2:9: 'umask' must be octal digits such as \"027\", or a number such as 0o027\n"
      "      2 | umask = \"888\"\n"
      "        |         ^ these are no octal digits\n");
}

}  // namespace pm::config::limits_options_test
