// SPEC 3, "End of the run": what pm's exit code is.
#include <gmock/gmock.h>

#include "pm_process.h"

namespace pm::e2e::exit_status_test {

using testing::HasSubstr;

struct Case {
  const char* name;
  const char* procfile;
  std::vector<std::string> flags;
  int status;

  friend void PrintTo(const Case& value, std::ostream* out) { *out << value.name; }
};

class EndedByItself : public EndToEnd, public testing::WithParamInterface<Case> {};

TEST_P(EndedByItself, ExitsWithTheStatus) {
  procfile(GetParam().procfile);
  write("data.txt", "no program\n");
  auto args = GetParam().flags;
  args.insert(args.begin(), "start");
  auto pm = start(args);
  EXPECT_EQ(pm.await_exit(), GetParam().status) << pm.out() << pm.err();
}

constexpr auto kStay = "b: exec sleep 1000\n";
const std::string kExit3AndStay = std::string{"a: exit 3\n"} + kStay,
                  kExit0AndStay = std::string{"a: true\n"} + kStay;

INSTANTIATE_TEST_SUITE_P(
    Run, EndedByItself,
    testing::Values(Case{"AllExit0", "a: true\nb: exit 0\n", {}, 0},
                    Case{"OneExits3", "a: true\nb: exit 3\n", {"-r", "never"}, 3},
                    Case{"OneDiesBySegv", "a: kill -SEGV $$\nb: true\n", {"-r", "never"}, 139},
                    Case{"OneDiesByKill", "a: kill -KILL $$\n", {"-r", "never"}, 137},
                    Case{"CommandNotFound", "a: no-such-command\n", {"-r", "never"}, 127},
                    Case{"NotExecutable", "a: ./data.txt\n", {"-r", "never"}, 126},
                    Case{"AnyExits3", kExit3AndStay.c_str(), {"-r", "never", "--exit-when", "any"}, 3},
                    Case{"AnyExits0", kExit0AndStay.c_str(), {"--exit-when", "any"}, 0},
                    Case{"FailureOfOne", kExit3AndStay.c_str(), {"-r", "never", "--exit-when", "failure"}, 3},
                    Case{"NoFailureAtAll", "a: true\nb: true\n", {"--exit-when", "failure"}, 0},
                    Case{"All", "a: exit 3\nb: true\n", {"-r", "never", "--exit-when", "all"}, 3},
                    Case{"CodeFromType", kExit3AndStay.c_str(), {"-r", "never", "--exit-code-from", "a"}, 3},
                    Case{"CodeFromInstance",
                         "web: [ $PM_INSTANCE = 2 ] && exit 6; exec sleep 1000\n",
                         {"-r", "never", "-m", "web=3", "--exit-code-from", "web.2"},
                         6},
                    Case{"CodeFromOneThatExits0", kExit0AndStay.c_str(), {"--exit-code-from", "a"}, 0},
                    Case{"CodeFromOneThatIsKilled",
                         "a: kill -TERM $$\nb: exec sleep 1000\n",
                         {"-r", "never", "--exit-code-from", "a.1"},
                         143}),
    [](const auto& test) { return std::string{test.param.name}; });

struct SignalCase {
  const char* name;
  int signal, status;

  friend void PrintTo(const SignalCase& value, std::ostream* out) { *out << value.name; }
};

class EndedBySignal : public EndToEnd, public testing::WithParamInterface<SignalCase> {};

TEST_P(EndedBySignal, StopsAllAndExitsWithTheStatus) {
  procfile("a: echo up; exec sleep 1000\nb: echo up; exec sleep 1000\n");
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n", 2));
  pm.signal(GetParam().signal);
  EXPECT_EQ(pm.await_exit(), GetParam().status) << pm.out();
  EXPECT_THAT(lines_of(pm.out(), "b.1"), HasSubstr("killed by SIGTERM"));
}

INSTANTIATE_TEST_SUITE_P(Run, EndedBySignal,
                         testing::Values(SignalCase{"Int", SIGINT, 130}, SignalCase{"Term", SIGTERM, 0},
                                         SignalCase{"Quit", SIGQUIT, 131}),
                         [](const auto& test) { return std::string{test.param.name}; });

using ExitStatus = EndToEnd;

TEST_F(ExitStatus, IsThatOfTheFirstThatFailed) {
  procfile("a: read go < gate; exit 4\nb: exit 5\n");
  const Gate gate{path("gate")};
  auto pm = start({"start", "-r", "never"});
  ASSERT_TRUE(pm.await_out("b.1 | exited with code 5"));
  gate.open();
  EXPECT_EQ(pm.await_exit(), 5);
}

TEST_F(ExitStatus, AFailureLeavesTheSuccessesBefore) {
  procfile("a: true\nb: read go < gate; exit 7\nc: exec sleep 1000\n");
  const Gate gate{path("gate")};
  auto pm = start({"start", "-r", "never", "--exit-when", "failure"});
  ASSERT_TRUE(pm.await_out("a.1 | exited with code 0"));
  gate.open();
  EXPECT_EQ(pm.await_exit(), 7);
}

TEST_F(ExitStatus, ExitWhenNeverStaysUntilASignal) {
  procfile("a: exit 3\nb: true\n");
  auto pm = start({"start", "-r", "never", "--exit-when", "never"});
  ASSERT_TRUE(pm.await_out("a.1 | exited with code 3"));
  ASSERT_TRUE(pm.await_out("b.1 | exited with code 0"));
  EXPECT_TRUE(pm.runs_on_for(200ms));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
}

TEST_F(ExitStatus, ASignalBeatsTheCodesOfWhatItStops) {
  procfile("a: trap 'exit 9' TERM; echo up; while :; do read go < gate; done\n");
  const Gate gate{path("gate")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  pm.signal(SIGINT);
  EXPECT_EQ(pm.await_exit(), 130);
}

TEST_F(ExitStatus, AMissingShellIsReportedAndNotRetried) {
  procfile("a: true\n");
  write("pm.toml", "[process.a]\nshell = [\"/no/such/shell\", \"-c\"]\n");
  auto pm = start({"start"});
  EXPECT_EQ(pm.await_exit(), 127);
  EXPECT_THAT(pm.out() + pm.err(), HasSubstr("/no/such/shell"));
}

TEST_F(ExitStatus, AShellThatIsNoProgramIsReported) {
  procfile("a: true\n");
  write("plain", "text\n");
  write("pm.toml", "[process.a]\nshell = [\"./plain\", \"-c\"]\n");
  auto pm = start({"start"});
  EXPECT_EQ(pm.await_exit(), 126);
}

TEST_F(ExitStatus, AMissingDirectoryIsReported) {
  procfile("a: true\nb: exec sleep 1000\n");
  write("pm.toml", "[process.a]\ncwd = \"nowhere\"\n");
  auto pm = start({"start", "--exit-when", "failure"});
  const int status = pm.await_exit();
  EXPECT_THAT(pm.out() + pm.err(), HasSubstr("nowhere"));
  EXPECT_EQ(status, 126);
}

}  // namespace pm::e2e::exit_status_test
