#include "options_file.h"

#include <gtest/gtest.h>

#include "faults.h"

namespace pm::config::options_file_test {

using namespace std::chrono_literals;
using Faults = std::vector<std::string>;

const std::vector<std::string> kTypes = {"web", "worker"};

core::Checked<Options> parse(std::string text) { return parse_options({"pm.toml", std::move(text)}, kTypes); }

TEST(OptionsFile, KnowsEveryKey) {
  const auto options = parse(R"(
port = 3000
port_step = 10
[defaults]
restart = "always"
[process.worker]
instances     = 3
restart       = "on-failure"
backoff       = { initial = "250ms", factor = 3, max = "1m", jitter = 0.5, reset_after = "20s" }
max_restarts  = 7
stop_signal   = "SIGINT"
stop_timeout  = "9s"
success_codes = [0, 143]
env           = { QUEUE = "default" }
cwd           = "workers"
shell         = ["/bin/bash", "-c"]
color         = "cyan"
pty           = "never"
)");
  ASSERT_TRUE(options) << told(options);
  EXPECT_EQ(options->port, 3000);
  EXPECT_EQ(options->port_step, 10);
  EXPECT_EQ(options->defaults.restart, core::Restart::always);
  EXPECT_EQ(options->defaults.instances, std::nullopt);
  const auto& worker = options->processes.at("worker");
  EXPECT_EQ(worker.instances, 3);
  EXPECT_EQ(worker.restart, core::Restart::on_failure);
  EXPECT_EQ(worker.initial, 250ms);
  EXPECT_EQ(worker.factor, 3.0);
  EXPECT_EQ(worker.max, 1min);
  EXPECT_EQ(worker.jitter, 0.5);
  EXPECT_EQ(worker.reset_after, 20s);
  EXPECT_EQ(worker.max_restarts, 7);
  EXPECT_EQ(worker.stop_signal, 2);
  EXPECT_EQ(worker.stop_timeout, 9s);
  EXPECT_EQ(worker.success_codes, (std::vector{0, 143}));
  EXPECT_EQ(worker.env, (std::map<std::string, std::string>{{"QUEUE", "default"}}));
  EXPECT_EQ(worker.cwd, "workers");
  EXPECT_EQ(worker.shell, (std::vector<std::string>{"/bin/bash", "-c"}));
  EXPECT_EQ(worker.color, "cyan");
  EXPECT_EQ(worker.pty, core::PtyMode::never);
}

class ValidOptions : public testing::TestWithParam<const char*> {};
TEST_P(ValidOptions, AreTaken) { EXPECT_EQ(told(parse(GetParam())), "ok"); }
INSTANTIATE_TEST_SUITE_P(
    Texts, ValidOptions,
    testing::Values(
        "", "# nothing\n", "\xEF\xBB\xBFport = 1\r\n", "[process]", "[defaults]", "[process.web]",
        "process.web.color = 208", "[defaults]\ncolor = \"208\"", "[defaults]\ncolor = \"bright-red\"",
        "[defaults.backoff]\ninitial = \"0s\"\njitter = 0\nfactor = 1.0", "[defaults]\nsuccess_codes = []",
        "[defaults]\nenv = {}", "[defaults]\nstop_signal = \"15\"", "[defaults]\nstop_signal = \"usr1\"",
        "[defaults]\ninstances = 0", "[process.\"web\"]\npty = 'auto'",
        "# ...... "
        "............................................................................................"
        "................................................"));

struct FaultyCase {
  const char* name;
  std::string text;
  Faults faults;
};
class FaultyOptions : public testing::TestWithParam<FaultyCase> {};
TEST_P(FaultyOptions, TellEveryFault) { EXPECT_EQ(faults(parse(GetParam().text)), GetParam().faults); }
const auto named = [](const auto& test) { return std::string{test.param.name}; };
const std::string kDefaults = "[defaults]\n";
INSTANTIATE_TEST_SUITE_P(
    Keys, FaultyOptions,
    testing::Values(
        FaultyCase{"UnknownTopLevel", "prot = 1", {"1:1 there is no key 'prot' here"}},
        FaultyCase{"UnknownTable", "[web]\nx = 1", {"1:2 there is no key 'web' here"}},
        FaultyCase{
            "UnknownInDefaults", "[defaults]\n  instnces = 1", {"2:3 there is no key 'instnces' here"}},
        FaultyCase{"UnknownInAProcess", "[process.web]\nbackof = 1", {"2:1 there is no key 'backof' here"}},
        FaultyCase{"UnknownInBackoff",
                   "[defaults]\nbackoff = { intial = \"1s\" }",
                   {"2:13 there is no key 'intial' here"}},
        FaultyCase{"UnknownProcess", "[process.wbe]\n", {"1:10 no process is called 'wbe'"}},
        FaultyCase{"DefaultsAreATable", "defaults = 1", {"1:12 'defaults' must be a table"}},
        FaultyCase{"ProcessIsATable", "process = []", {"1:11 'process' must be a table"}},
        FaultyCase{"AProcessIsATable", "process.web = \"x\"", {"1:15 'web' must be a table"}},
        FaultyCase{"AProcessIsNoArrayOfTables", "[[process.web]]\n", {"1:1 'web' must be a table"}},
        FaultyCase{
            "AllAtOnceFromTopToBottom",
            "zzz = 1\nport = \"x\"\n[process.web]\nrestart = 1\ninstances = "
            "-1\n[process.nope]\n[defaults]\ncwd = 1\n",
            {"1:1 there is no key 'zzz' here", "2:8 'port' must be a whole number from 1 to 65535",
             "4:11 'restart' must be a string", "5:13 'instances' must be a whole number from 0 to 1000",
             "6:10 no process is called 'nope'", "8:7 'cwd' must be a string"}}),
    named);
INSTANTIATE_TEST_SUITE_P(
    Values, FaultyOptions,
    testing::Values(
        FaultyCase{"Port",
                   "port = 0\nport_step = 65536",
                   {"1:8 'port' must be a whole number from 1 to 65535",
                    "2:13 'port_step' must be a whole number from 1 to 65535"}},
        FaultyCase{"PortAsAFloat", "port = 5000.0", {"1:8 'port' must be a whole number from 1 to 65535"}},
        FaultyCase{"Instances",
                   kDefaults + "instances = 1001",
                   {"2:13 'instances' must be a whole number from 0 to 1000"}},
        FaultyCase{"HugeInstances",
                   kDefaults + "instances = 9223372036854775807",
                   {"2:13 'instances' must be a whole number from 0 to 1000"}},
        FaultyCase{"Restart", kDefaults + "restart = \"allways\"", {"2:11 'restart' cannot be 'allways'"}},
        FaultyCase{"Backoff", kDefaults + "backoff = \"1s\"", {"2:11 'backoff' must be a table"}},
        FaultyCase{"Duration",
                   kDefaults + "stop_timeout = \"5 seconds\"",
                   {"2:16 'stop_timeout' must be a time such as \"500ms\", \"5s\", \"2m\" or \"1h\""}},
        FaultyCase{"NumberAsADuration",
                   kDefaults + "stop_timeout = 5",
                   {"2:16 'stop_timeout' must be a time such as \"500ms\", \"5s\", \"2m\" or \"1h\""}},
        FaultyCase{
            "Factor", kDefaults + "backoff.factor = 0.5", {"2:18 'factor' must be a number of at least 1"}},
        FaultyCase{"InfiniteFactor",
                   kDefaults + "backoff.factor = inf",
                   {"2:18 'factor' must be a number of at least 1"}},
        FaultyCase{
            "Jitter", kDefaults + "backoff.jitter = 1.1", {"2:18 'jitter' must be a number from 0 to 1"}},
        FaultyCase{"JitterThatIsNoNumber",
                   kDefaults + "backoff.jitter = nan",
                   {"2:18 'jitter' must be a number from 0 to 1"}},
        FaultyCase{"JitterAsAString",
                   kDefaults + "backoff.jitter = \"0.1\"",
                   {"2:18 'jitter' must be a number from 0 to 1"}},
        FaultyCase{"MaxRestarts",
                   kDefaults + "max_restarts = -1",
                   {"2:16 'max_restarts' must be a whole number from 0 to 1000000"}},
        FaultyCase{"Signal",
                   kDefaults + "stop_signal = \"SIGFOO\"",
                   {"2:15 'stop_signal' must be the name of a signal, such as \"SIGTERM\""}},
        FaultyCase{"SuccessCodes",
                   kDefaults + "success_codes = [0, 256, \"1\"]",
                   {"2:21 'success_codes' must be a whole number from 0 to 255",
                    "2:26 'success_codes' must be a whole number from 0 to 255"}},
        FaultyCase{"OneSuccessCode",
                   kDefaults + "success_codes = 0",
                   {"2:17 'success_codes' must be an array of exit codes such as [0, 143]"}},
        FaultyCase{"Env",
                   kDefaults + "env = { A = 1, B = true, C = \"ok\", D = {} }",
                   {"2:13 'A' must be a string", "2:20 'B' must be a string", "2:40 'D' must be a string"}},
        FaultyCase{"EnvAsAList", kDefaults + "env = [\"A=1\"]", {"2:7 'env' must be a table"}},
        FaultyCase{"EnvName",
                   kDefaults + "env = { \"A=B\" = \"1\", \"\" = \"2\" }",
                   {"2:9 'A=B' cannot name a variable", "2:22 '' cannot name a variable"}},
        FaultyCase{"NulInEnv", kDefaults + "env = { A = \"x\\u0000\" }", {"2:13 'A' holds a NUL character"}},
        FaultyCase{"Cwd", kDefaults + "cwd = \"\"", {"2:7 'cwd' must be a string that is not empty"}},
        FaultyCase{"Shell",
                   kDefaults + "shell = \"bash -c\"",
                   {"2:9 'shell' must be an array of strings such as [\"/bin/sh\", \"-c\"]"}},
        FaultyCase{"EmptyShell",
                   kDefaults + "shell = []",
                   {"2:9 'shell' must be an array of strings such as [\"/bin/sh\", \"-c\"]"}},
        FaultyCase{"NamelessShell",
                   kDefaults + "shell = [\"\", \"-c\"]",
                   {"2:9 'shell' must be an array of strings such as [\"/bin/sh\", \"-c\"]"}},
        FaultyCase{"NumberInShell", kDefaults + "shell = [\"sh\", 1]", {"2:16 'shell' must be a string"}},
        FaultyCase{"Color", kDefaults + "color = \"cyn\"", {"2:9 'color' cannot be 'cyn'"}},
        FaultyCase{
            "ColorNumber", kDefaults + "color = 256", {"2:9 'color' must be a whole number from 0 to 255"}},
        FaultyCase{"Pty", kDefaults + "pty = true", {"2:7 'pty' must be a string"}},
        FaultyCase{"BytesNotCharacters",
                   "process = { \"wéb\" = {}, web = { color = 1.0 } }",
                   {"1:13 no process is called 'wéb'", "1:42 'color' must be a string"}}),
    named);
INSTANTIATE_TEST_SUITE_P(
    Syntax, FaultyOptions,
    testing::Values(FaultyCase{"NoValue", "port =\n", {"1:7 this is no valid TOML"}},
                    FaultyCase{"Twice", "port = 1\nport = 2", {"2:8 this is no valid TOML"}},
                    FaultyCase{"Utf16", std::string{"\xFF\xFE#\0", 4}, {"1:1 this file is UTF-16"}}),
    named);

TEST(ToldOptionsFault, ShowsTheLineAndWhatToDo) {
  EXPECT_EQ(
      told(parse("[process.web]\ninstnces = 3")),
      "pm: error: pm.toml:2:1: there is no key 'instnces' here\n"
      "      2 | instnces = 3\n"
      "        | ^ unknown key\n"
      "  hint: did you mean 'instances'? there are: instances, restart, backoff, max_restarts, stop_signal, "
      "stop_timeout, success_codes, env, cwd, shell, color, pty, limits, nice, oom_score_adj, user, group, "
      "umask\n");
  EXPECT_EQ(told(parse("[process.web]\ninstances = \"3\"")),
            "pm: error: pm.toml:2:13: 'instances' must be a whole number from 0 to 1000\n"
            "      2 | instances = \"3\"\n"
            "        |             ^ this is a string\n");
  EXPECT_EQ(told(parse("[process.web]\nenv = { N = 3 }")),
            "pm: error: pm.toml:2:13: 'N' must be a string\n"
            "      2 | env = { N = 3 }\n"
            "        |             ^ this is an integer\n"
            "  hint: put it in quotes: variables are text\n");
  EXPECT_EQ(told(parse("[process.wrker]")),
            "pm: error: pm.toml:1:10: no process is called 'wrker'\n"
            "      1 | [process.wrker]\n"
            "        |          ^ not in the Procfile\n"
            "  hint: did you mean 'worker'? there are: web, worker\n");
  EXPECT_EQ(told(parse("[defaults]\nrestart = \"allways\"")),
            "pm: error: pm.toml:2:11: 'restart' cannot be 'allways'\n"
            "      2 | restart = \"allways\"\n"
            "        |           ^ there is no such choice\n"
            "  hint: did you mean 'always'? there are: always, on-failure, never\n");
}

TEST(OptionsFile, ChecksNoNamesWhileTheTypesAreUnknown) {
  EXPECT_TRUE(parse_options({"pm.toml", "[process.any]"}, {}));
}

std::string repeated(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

TEST(HostileOptionsFile, NestsNoDeeperThanTheStack) {
  constexpr int kDeep = 300'000;
  EXPECT_FALSE(parse(repeated("a.", kDeep) + "a = 1"));
  EXPECT_FALSE(parse("[" + repeated("a.", kDeep) + "a]"));
  EXPECT_FALSE(parse("a = " + repeated("[", kDeep)));
  EXPECT_FALSE(parse("a = " + repeated("{ a = ", kDeep)));
  EXPECT_FALSE(parse("x = " + repeated("[\n{" + repeated("a.", 90) + "a = ", 10'000)));
}

TEST(HostileOptionsFile, IsReadInLinearTime) {
  EXPECT_FALSE(parse("port = " + std::string(1'000'000, '9')));
  EXPECT_FALSE(parse(std::string(1'000'000, 'a')));
  EXPECT_FALSE(parse(std::string(1'000'000, '\0')));
  std::string env = "[defaults]\nenv = {";
  for (int i = 0; i < 5'000; ++i) env += fmt::format("K{} = 1, ", i);
  EXPECT_EQ(parse(env + "Z = 1}").error().size(), 5'001u);
  std::string tables;
  for (int i = 0; i < 5'000; ++i) tables += fmt::format("[process.p{}]\n", i);
  EXPECT_EQ(parse(tables).error().size(), 5'000u);
}

TEST(Merged, TakesTheNarrowerAndAddsUpTheVariables) {
  ProcessOptions base{.instances = 1, .cwd = "a"};
  base.env = {{"A", "1"}, {"B", "1"}};
  ProcessOptions over{.instances = 2};
  over.env = {{"B", "2"}};
  const auto both = merged(base, over);
  EXPECT_EQ(both.instances, 2);
  EXPECT_EQ(both.cwd, "a");
  EXPECT_EQ(both.env, (std::map<std::string, std::string>{{"A", "1"}, {"B", "2"}}));
}

}  // namespace pm::config::options_file_test
