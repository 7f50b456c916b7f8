#include <gtest/gtest.h>

#include "faults.h"
#include "pm/config/application.h"

namespace pm::config::resolve_test {

using namespace std::chrono_literals;
using Faults = std::vector<std::string>;

Sources shop() {
  return {.root = "/srv/shop", .procfile = {"Procfile", "web: puma\nworker: sidekiq\nrelease: migrate\n"}};
}

Sources shop(std::string options, Flags flags = {}) {
  auto sources = shop();
  sources.options = File{"pm.toml", std::move(options)};
  sources.flags = std::move(flags);
  return sources;
}

Application resolved(const Sources& sources) {
  auto application = resolve(sources);
  EXPECT_EQ(told(application), "ok");
  return application ? std::move(application).value() : Application{};
}

TEST(Resolve, HasDefaultsForEverything) {
  const auto application = resolved(shop());
  EXPECT_EQ(application.root, "/srv/shop");
  EXPECT_EQ(application.procfile, "Procfile");
  EXPECT_EQ(application.ports, core::Ports{});
  EXPECT_TRUE(application.warnings.empty());
  ASSERT_EQ(application.types.size(), 3u);
  core::ProcessType worker;
  worker.name = "worker";
  worker.index = 1;
  worker.command = "sidekiq";
  worker.cwd = "/srv/shop";
  worker.shell = {"/bin/sh", "-c"};
  EXPECT_EQ(application.types[1], worker);
  EXPECT_EQ(application.types[2].instances, 0) << "release";
}

TEST(Resolve, TakesTheOptionsOfTheTypeOverTheDefaults) {
  const auto application = resolved(shop(R"(
[defaults]
instances = 2
stop_signal = "INT"
env = { A = "1", B = "1" }
backoff = { initial = "1s", max = "1m" }
[process.worker]
instances = 3
env = { B = "2" }
backoff = { initial = "2s" }
cwd = "workers"
color = "cyan"
[process.web]
cwd = "/elsewhere"
pty = "always"
)"));
  const auto& web = application.types[0];
  const auto& worker = application.types[1];
  EXPECT_EQ(web.instances, 2);
  EXPECT_EQ(web.stop.signal, 2);
  EXPECT_EQ(web.cwd, "/elsewhere");
  EXPECT_EQ(web.pty, core::PtyMode::always);
  EXPECT_EQ(web.restart.initial, 1s);
  EXPECT_EQ(worker.instances, 3);
  EXPECT_EQ(worker.stop.signal, 2);
  EXPECT_EQ(worker.env, (Environment{{"A", "1"}, {"B", "2"}}));
  EXPECT_EQ(worker.restart.initial, 2s);
  EXPECT_EQ(worker.restart.max, 1min);
  EXPECT_EQ(worker.cwd, "/srv/shop/workers");
  EXPECT_EQ(worker.color, "cyan");
}

TEST(Resolve, LetsFlagsBeatTheOptions) {
  const auto application =
      resolved(shop("[process.web]\nstop_timeout = \"9s\"\npty = \"never\"\ninstances = 5",
                    {.formation = "web=2", .timeout = 1s, .pty = core::PtyMode::always}));
  EXPECT_EQ(application.types[0].stop.timeout, 1s);
  EXPECT_EQ(application.types[0].pty, core::PtyMode::always);
  EXPECT_EQ(application.types[0].instances, 2);
}

TEST(Resolve, TakesAFormationInWhichNothingRuns) {
  EXPECT_EQ(resolved(shop("", {.formation = "all=0"})).types[0].instances, 0);
}

struct RestartCase {
  const char* name;
  const char* options;
  std::vector<std::string> flag;
  core::Restart fallback;
  core::Restart web, worker;
};
using core::Restart;
class ResolveRestart : public testing::TestWithParam<RestartCase> {};
TEST_P(ResolveRestart, TakesTheMostParticular) {
  const auto& [name, options, flag, fallback, web, worker] = GetParam();
  const auto application = resolved(shop(options, {.restart = flag, .default_restart = fallback}));
  EXPECT_EQ(application.types[0].restart.restart, web);
  EXPECT_EQ(application.types[1].restart.restart, worker);
}
const auto named = [](const auto& test) { return std::string{test.param.name}; };
INSTANTIATE_TEST_SUITE_P(
    Policy, ResolveRestart,
    testing::Values(
        RestartCase{"Default", "", {}, Restart::on_failure, Restart::on_failure, Restart::on_failure},
        RestartCase{"Fallback", "", {}, Restart::never, Restart::never, Restart::never},
        RestartCase{"Options",
                    "process.web.restart = \"always\"",
                    {},
                    Restart::never,
                    Restart::always,
                    Restart::never},
        RestartCase{"MaxRestartsAskForThem",
                    "process.web.max_restarts = 3",
                    {},
                    Restart::never,
                    Restart::on_failure,
                    Restart::never},
        RestartCase{"NoMaximumAsksForNothing",
                    "process.web.max_restarts = 0",
                    {},
                    Restart::never,
                    Restart::never,
                    Restart::never},
        RestartCase{"Flag",
                    "process.web.restart = \"always\"",
                    {"never"},
                    Restart::on_failure,
                    Restart::never,
                    Restart::never},
        RestartCase{"FlagByName",
                    "defaults.restart = \"always\"",
                    {"web=never"},
                    Restart::on_failure,
                    Restart::never,
                    Restart::always},
        RestartCase{"FlagByNameBeatsTheFlag",
                    "",
                    {"web=never,always"},
                    Restart::on_failure,
                    Restart::never,
                    Restart::always},
        RestartCase{"SeveralFlags",
                    "",
                    {"web=never", "worker=always"},
                    Restart::on_failure,
                    Restart::never,
                    Restart::always},
        RestartCase{"AllIsEveryOther",
                    "",
                    {"all=always", "web=never"},
                    Restart::on_failure,
                    Restart::never,
                    Restart::always}),
    named);

struct PortCase {
  const char* name;
  Flags flags;
  Environment environment;
  const char* env_file;
  const char* options;
  std::optional<core::Ports> ports;
};
class SettlePorts : public testing::TestWithParam<PortCase> {};
TEST_P(SettlePorts, TakesTheFirstThatIsSet) {
  const auto& [name, flags, environment, env_file, options, ports] = GetParam();
  auto sources = shop(options, flags);
  sources.environment = environment;
  sources.env_files = {{".env", env_file}};
  EXPECT_EQ(resolved(sources).ports, ports);
}
using core::Ports;
const Environment kBoth = {{"PM_PORT", "2000"}, {"PORT", "4000"}};
INSTANTIATE_TEST_SUITE_P(
    Base, SettlePorts,
    testing::Values(PortCase{"Default", {}, {}, "", "", Ports{5000, 100}},
                    PortCase{"Flag", {.port = 1000}, kBoth, "PORT=3000", "port = 4500", Ports{1000, 100}},
                    PortCase{"Variable", {}, kBoth, "PORT=3000", "port = 4500", Ports{2000, 100}},
                    PortCase{"EnvFile", {}, {{"PORT", "4000"}}, "PORT=3000", "port = 4500", Ports{3000, 100}},
                    PortCase{"Environment", {}, {{"PORT", "4000"}}, "", "port = 4500", Ports{4000, 100}},
                    PortCase{"Options", {}, {}, "", "port = 4500", Ports{4500, 100}},
                    PortCase{"EnvironmentThatIsKept",
                             {.keep_env = true},
                             {{"PORT", "4000"}},
                             "PORT=3000",
                             "",
                             Ports{4000, 100}},
                    PortCase{
                        "EmptyIsUnset", {}, {{"PM_PORT", ""}, {"PORT", ""}}, "PORT=", "", Ports{5000, 100}},
                    PortCase{"AFlagHidesABadVariable",
                             {.port = 1000},
                             {{"PM_PORT", "x"}, {"PORT", "x"}},
                             "PORT=x",
                             "",
                             Ports{1000, 100}}),
    named);
INSTANTIATE_TEST_SUITE_P(
    Step, SettlePorts,
    testing::Values(
        PortCase{"Flag", {.port_step = 7}, {{"PM_PORT_STEP", "8"}}, "", "port_step = 9", Ports{5000, 7}},
        PortCase{"Variable", {}, {{"PM_PORT_STEP", "8"}}, "", "port_step = 9", Ports{5000, 8}},
        PortCase{"Options", {}, {}, "", "port_step = 9", Ports{5000, 9}}),
    named);
INSTANTIATE_TEST_SUITE_P(
    None, SettlePorts,
    testing::Values(
        PortCase{"Flag", {.no_port = true}, kBoth, "PORT=3000", "port = 4500", {}},
        PortCase{"Variable", {}, {{"PM_NO_PORT", "1"}, {"PORT", "junk"}}, "", "", {}},
        PortCase{"VariableSayingNo", {}, {{"PM_NO_PORT", "0"}}, "", "", Ports{5000, 100}},
        PortCase{"AFlagBeatsTheVariable", {.port = 1000}, {{"PM_NO_PORT", "1"}}, "", "", Ports{1000, 100}}),
    named);

TEST(ResolvePorts, NamesWhereABadValueStands) {
  auto sources = shop();
  sources.environment = {{"PM_PORT_STEP", "-1"}};
  sources.env_files = {{".env", "A=1\nexport PORT=http\n"}};
  EXPECT_EQ(told(resolve(sources)),
            "pm: error: .env:2:8: PORT: 'http' is no number from 1 to 65535\n"
            "      2 | export PORT=http\n"
            "pm: error: PM_PORT_STEP: '-1' is no number from 1 to 65535\n");
  EXPECT_EQ(faults(resolve(shop("", {.port = 70000, .port_step = 0}))),
            (Faults{"--port: '70000' is no number from 1 to 65535",
                    "--port-step: '0' is no number from 1 to 65535"}));
  sources = shop();
  sources.environment = {{"PM_PORT", "80x"}, {"PM_NO_PORT", "maybe"}};
  EXPECT_EQ(faults(resolve(sources)), (Faults{"PM_NO_PORT: 'maybe' is neither yes nor no",
                                              "PM_PORT: '80x' is no number from 1 to 65535"}));
}

TEST(ResolvePorts, EndAtTheLast) {
  EXPECT_EQ(told(resolve(shop("", {.formation = "worker=2", .port = 65434}))), "ok");
  EXPECT_EQ(told(resolve(shop("", {.formation = "worker=4", .port = 65434}))),
            "pm: error: worker.3 would get port 65536, ports end at 65535\n"
            "  hint: lower the base port (--port, now 65434) or the step (--port-step, now 100), or give out "
            "none with "
            "--no-port\n");
}

TEST(ResolvePorts, IgnoreTypesThatDoNotRun) {
  EXPECT_EQ(told(resolve(shop("", {.port = 65435}))), "ok") << "release would be past the last port";
}

TEST(ResolvePorts, DoNotOverflow) {
  EXPECT_FALSE(resolve(shop("", {.formation = "all=1000", .port = 65535, .port_step = 65535})));
}

TEST(ResolvePorts, WarnOfWhatIsShared) {
  const auto application = resolved(shop("", {.formation = "web=3,worker=1,release=1", .port_step = 1}));
  ASSERT_EQ(application.warnings.size(), 2u);
  EXPECT_EQ(core::render(application.warnings[0], "warning"),
            "pm: warning: web.2 and worker.1 share port 5001\n"
            "  hint: raise --port-step (now 1) above the number of instances\n");
  EXPECT_EQ(application.warnings[1].what, "web.3 and release.1 share port 5002");
  EXPECT_TRUE(resolved(shop("", {.formation = "web=100"})).warnings.empty());
  EXPECT_TRUE(resolved(shop("", {.formation = "web=101,worker=0"})).warnings.empty());
  EXPECT_FALSE(resolved(shop("", {.formation = "web=101"})).warnings.empty());
}

TEST(ResolvePorts, WarnOfAVariableThatIsShared) {
  auto sources = shop();
  sources.procfile.text += "a-b: x\nA_B: x\nab: x\n";
  ASSERT_EQ(resolved(sources).warnings.size(), 1u);
  EXPECT_EQ(core::render(resolved(sources).warnings[0], "warning"),
            "pm: warning: PM_PORT_A_B is for 'a-b' and 'A_B'; it holds the port of 'a-b'\n"
            "  hint: give 'A_B' another name\n");
  sources.flags.no_port = true;
  EXPECT_TRUE(resolved(sources).warnings.empty());
}

TEST(Resolve, WarnsOfATypeCalledAll) {
  auto sources = shop();
  sources.procfile.text += "all: x\n";
  ASSERT_EQ(resolved(sources).warnings.size(), 1u);
  EXPECT_EQ(core::render(resolved(sources).warnings[0], "warning"),
            "pm: warning: Procfile:4: a process called 'all' cannot be selected alone\n"
            "  hint: give it another name\n");
}

TEST(Resolve, LetsEnvFilesWinUnlessTheEnvironmentIsKept) {
  auto sources = shop();
  sources.environment = {{"A", "real"}, {"HOME", "/home/me"}};
  sources.env_files = {{".env", "A=1\nB=1\nC=$A"}, {".env.local", "B=2\nD=$C$B"}};
  EXPECT_EQ(resolved(sources).environment,
            (Environment{{"A", "1"}, {"B", "2"}, {"C", "1"}, {"D", "12"}, {"HOME", "/home/me"}}));
  sources.flags.keep_env = true;
  EXPECT_EQ(resolved(sources).environment.at("A"), "real");
  EXPECT_EQ(resolved(sources).environment.at("B"), "2");
}

TEST(Resolve, KeepsWhatTheServiceManagerSaysToPmFromTheChildren) {
  auto sources = shop();
  sources.environment = {
      {"NOTIFY_SOCKET", "/run/notify"}, {"WATCHDOG_USEC", "1"}, {"WATCHDOG_PID", "2"}, {"A", "1"}};
  EXPECT_EQ(resolved(sources).environment, (Environment{{"A", "1"}}));
}

TEST(Resolve, TellsTheFaultsOfAllSourcesInTheirOrder) {
  Sources sources{.root = "/", .procfile = {"Procfile", "web\nworker:\n"}};
  sources.env_files = {{".env", "one\n"}, {".env.local", "two\n"}};
  sources.options = File{"pm.toml", "prot = 1\n[process.anything]\n"};
  sources.environment = {{"PM_FORMATION", "web=x"}, {"PM_PORT", "x"}};
  sources.flags.restart = {"sometimes"};
  EXPECT_EQ(
      faults(resolve(sources)),
      (Faults{"1:1 this line is no process", "2:1 process 'worker' has no command",
              "1:1 this line is no variable", "1:1 this line is no variable",
              "1:1 there is no key 'prot' here", "PM_FORMATION: 'x' is no number of instances for 'web'",
              "PM_PORT: 'x' is no number from 1 to 65535", "--restart: 'sometimes' is no restart policy"}));
}

TEST(Resolve, ChecksTheNamesInFlags) {
  EXPECT_EQ(
      told(resolve(shop("", {.names = {"wbe"}, .except = {"wrker"}, .restart = {"web=alway,clock=never"}}))),
      "pm: error: no process is called 'wbe'\n"
      "  hint: did you mean 'web'? there are: web, worker, release\n"
      "pm: error: --except: no process is called 'wrker'\n"
      "  hint: did you mean 'worker'? there are: web, worker, release\n"
      "pm: error: --restart: 'alway' is no restart policy\n"
      "  hint: did you mean 'always'? there are: always, on-failure, never\n"
      "pm: error: --restart: no process is called 'clock'\n"
      "  hint: there are: web, worker, release\n");
}

}  // namespace pm::config::resolve_test
