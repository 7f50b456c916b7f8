// SPEC 3, "Stop": the deadline, and whoever else belongs to an instance.
#include <gmock/gmock.h>

#include "pm_process.h"

namespace pm::e2e::stopping_test {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Stop = EndToEnd;

TEST_F(Stop, KillsAtTheDeadline) {
  procfile("a: exec stubborn\nb: exec stubborn\n");
  auto pm = start({"start", "-t", "1"});
  ASSERT_TRUE(pm.await_out("| ready\n", 2));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(lines_of(pm.out(), "a.1"), HasSubstr("killed by SIGKILL"));
  EXPECT_THAT(lines_of(pm.out(), "b.1"), HasSubstr("killed by SIGKILL"));
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_F(Stop, ByASecondSignalKillsAtOnce) {
  for (const int second : {SIGINT, SIGTERM}) {
    procfile("a: exec stubborn\n");
    auto pm = start({"start", "-t", "1000"});
    ASSERT_TRUE(pm.await_out("| ready\n"));
    pm.signal(SIGINT);
    ASSERT_TRUE(pm.await_out("stopping 1 process"));
    pm.signal(second);
    EXPECT_EQ(pm.await_exit(), 130);
    EXPECT_THAT(lines_of(pm.out(), "a.1"), HasSubstr("killed by SIGKILL"));
  }
}

TEST_F(Stop, ByTwoSignalsInOneBreathKillsAtOnce) {
  procfile("a: exec stubborn\n");
  auto pm = start({"start", "-t", "1000"});
  ASSERT_TRUE(pm.await_out("| ready\n"));
  pm.signal(SIGINT);
  pm.signal(SIGTERM);
  EXPECT_THAT(pm.await_exit(), testing::AnyOf(0, 130)) << "either may arrive first";
}

// As timeout(1) does it. On a busy machine the second one may come too late for that, but not each time.
TEST_F(Stop, TakesASignalThatIsSentToItsGroupAsWellForOne) {
  procfile("a: trap 'echo told' TERM; echo up; while :; do sleep 1000 & wait; done\n");
  bool taken_for_one = false;
  for (int attempt = 0; attempt < 10 && !taken_for_one; ++attempt) {
    auto pm = start({.args = {"start", "-t", "1000"}, .before_exec = [] { ::setpgid(0, 0); }});
    ASSERT_TRUE(pm.await_out("| up\n"));
    pm.signal(SIGTERM);
    ASSERT_TRUE(pm.await_out("| told\n"));
    ::kill(-pm.pid(), SIGTERM);
    taken_for_one = pm.runs_on_for(500ms);
    pm.signal(SIGTERM);
    EXPECT_EQ(pm.await_exit(), 0);
    EXPECT_THAT(pm.out(), HasSubstr("SIGTERM: killing what is left"));
  }
  EXPECT_TRUE(taken_for_one);
}

TEST_F(Stop, UsesTheSignalAndTheTimeOfTheType) {
  procfile(
      "a: trap 'echo usr2; exit 0' USR2; echo up; while :; do read go < gate; done\nb: exec stubborn up\n");
  write("pm.toml",
        "[process.a]\nstop_signal = \"SIGUSR2\"\nstop_timeout = \"1000s\"\n"
        "[process.b]\nstop_timeout = \"50ms\"\n");
  const Gate gate{path("gate")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n", 2));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(lines_of(pm.out(), "a.1"), HasSubstr("usr2\nexited with code 0\n"));
  EXPECT_THAT(lines_of(pm.out(), "b.1"), HasSubstr("killed by SIGKILL"));
}

TEST_F(Stop, ReachesAStoppedProcess) {
  procfile("a: echo > told; kill -STOP $$; echo woken\n");
  auto pm = start({"start", "-t", "1000"});
  ASSERT_TRUE(await_file("told"));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
}

TEST_F(Stop, LetsAChildEndInItsOwnTime) {
  procfile(
      "a: trap 'read go < gate; echo farewell; exit 0' TERM; echo up; while :; do read go < other; done\n");
  const Gate gate{path("gate")}, other{path("other")};
  auto pm = start({"start", "-t", "1000"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  pm.signal(SIGTERM);
  ASSERT_TRUE(pm.await_out("stopping 1 process"));
  gate.open();
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(lines_of(pm.out(), "a.1"), HasSubstr("farewell\nexited with code 0\n"));
}

TEST_F(Stop, TakesTheFirstSignalAfterAnEndByPolicyForARequest) {
  procfile(
      "a: read go < gate; exit 4\n"
      "b: trap 'echo told; read go < hold; echo graceful; exit 0' TERM; echo up; read never < never\n");
  const Gate gate{path("gate")}, hold{path("hold")}, never{path("never")};
  auto pm = start({"start", "--exit-when", "any"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  gate.open();
  ASSERT_TRUE(pm.await_out("a.1 ended the run: stopping 1 process\n"));
  ASSERT_TRUE(pm.await_out("| told\n"));
  pm.signal(SIGINT);
  ASSERT_TRUE(pm.await_out("SIGINT: stopping 1 process (SIGINT again kills them)\n"));
  hold.open();
  EXPECT_EQ(pm.await_exit(), 4);
  EXPECT_THAT(pm.out(), HasSubstr("| graceful\n"));
}

// What an instance may have beside its leader, each holding on to its output and deaf to SIGTERM.
struct Family {
  const char* name;
  const char* begin;

  friend void PrintTo(const Family& value, std::ostream* out) { *out << value.name; }
};

class Descendants : public EndToEnd, public testing::WithParamInterface<Family> {};

TEST_P(Descendants, AreGoneWhenPmIs) {
  procfile("a: " + std::string{GetParam().begin} + "; echo up; exec sleep 1000\n");
  auto pm = start({"start", "-t", "1"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_P(Descendants, AreGoneWhenTheLeaderEndsByItself) {
  procfile("a: " + std::string{GetParam().begin} + "; echo up\n");
  auto pm = start({"start", "-t", "1"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(lines_of(pm.out(), "a.1"), HasSubstr("up\n"));
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_P(Descendants, AreGoneAfterASecondSignal) {
  procfile("a: " + std::string{GetParam().begin} + "; echo up; exec stubborn\n");
  auto pm = start({"start", "-t", "1000"});
  ASSERT_TRUE(pm.await_out("| ready\n"));
  pm.signal(SIGINT);
  ASSERT_TRUE(pm.await_out("stopping 1 process"));
  pm.signal(SIGINT);
  EXPECT_EQ(pm.await_exit(), 130);
  EXPECT_THAT(left_over(), IsEmpty());
}

// A new life begins only when nothing of the older one is left.
TEST_P(Descendants, DoNotSeeTheNextLife) {
  procfile("a: [ -e pid ] && kill -0 $(cat pid) 2>&1 && echo overlap; rm -f pid; " +
           std::string{GetParam().begin} + "; echo up; read go < gate; kill -SEGV $$\n");
  write("pm.toml", "[defaults]\nbackoff = { initial = \"10ms\" }\nstop_timeout = \"100ms\"\n");
  const Gate gate{path("gate")};
  auto pm = start({"start"});
  for (int life = 1; life < 4; ++life) {
    ASSERT_TRUE(pm.await_out("| up\n", life));
    gate.open();
  }
  ASSERT_TRUE(pm.await_out("| up\n", 4));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), Not(HasSubstr("overlap")));
  EXPECT_THAT(left_over(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Of, Descendants,
    testing::Values(Family{"TheSameGroup", "mkfifo $$.f; stubborn > $$.f & echo $! > pid; read word < $$.f"},
                    Family{"AnotherSession",
                           "mkfifo $$.f; setsid stubborn > $$.f & echo $! > pid; read word < $$.f"},
                    Family{"ADaemon", "daemoniser pid"},
                    Family{"ADaemonWithoutItsEnvironment", "env -i $(command -v daemoniser) pid"}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST_F(Stop, EndsAFamilyThatLostItsEnvironment) {
  procfile(
      "a: mkfifo f; env -i $(command -v setsid) $(command -v stubborn) > f & read word < f; echo up; "
      "exec sleep 1000\n");
  auto pm = start({"start", "-t", "1"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(left_over(), IsEmpty());
}

// Nothing ties it to its instance any more, but pm knows whom it has adopted.
TEST_F(Stop, EndsADaemonThatLostItsEnvironment) {
  procfile("a: env -i $(command -v daemoniser) pid; echo up\nb: echo up; exec sleep 1000\n");
  auto pm = start({"start", "-t", "1"});
  ASSERT_TRUE(pm.await_out("| up\n", 2));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_F(Stop, OfPmByKillTakesTheChildrenAlong) {
  procfile("a: echo up; exec sleep 1000\nb: echo up; exec stubborn\n");
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n", 2));
  pm.signal(SIGKILL);
  EXPECT_EQ(pm.await_exit(), 137);
  EXPECT_TRUE(await_nothing_left());
}

TEST_F(Stop, OfAHundredProcesses) {
  procfile("a: echo up; exec sleep 1000\n");
  auto pm = start({"start", "a=100"});
  ASSERT_TRUE(pm.await_out("| up\n", 100));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(count(pm.out(), "killed by SIGTERM"), 100);
}

TEST_F(Stop, WhileTheFormationIsStillStarting) {
  procfile("a: exec sleep 1000\n");
  auto pm = start({"start", "a=200"});
  ASSERT_TRUE(pm.await_out("started with pid"));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(left_over(), IsEmpty());
}

}  // namespace pm::e2e::stopping_test
