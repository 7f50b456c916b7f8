// SPEC 1, "What a child gets".
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include "pm_process.h"

namespace pm::e2e::inheritance_test {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Terminals {
  const char* name;
  const char* pty;

  friend void PrintTo(const Terminals& value, std::ostream* out) { *out << value.name; }
};

class ChildGets : public EndToEnd, public testing::WithParamInterface<Terminals> {
 protected:
  // What child_report says of its life below a pm that was started like this.
  std::string report(Launch launch = {}) {
    procfile("a: cat /proc/$PPID/comm > parent; exec child_report > report\n");
    launch.args = {"start", "--pty", GetParam().pty};
    auto pm = start(launch);
    EXPECT_EQ(pm.await_exit(), 0) << pm.out() << pm.err();
    return read("report");
  }
  bool terminal() const { return std::string_view{GetParam().pty} == "always"; }
};

TEST_P(ChildGets, ASessionAndAGroupOfItsOwn) {
  const auto text = report();
  EXPECT_THAT(text, AllOf(HasSubstr("session_leader=1\n"), HasSubstr("group_leader=1\n")));
  EXPECT_EQ(read("parent"), "pm-supervisor\n");
}

TEST_P(ChildGets, NoOtherDescriptor) {
  const os::UniqueFd leaked{::dup(2)};  // pm's parent is careless: it stays open on exec
  EXPECT_THAT(report(), HasSubstr("descriptors=0,1,2\n"));
}

TEST_P(ChildGets, ItsTerminalIfAny) {
  EXPECT_THAT(report(), HasSubstr(terminal() ? "terminal=1\n" : "terminal=0\n"));
}

TEST_P(ChildGets, ASilentOpenStdin) { EXPECT_THAT(report(), HasSubstr("stdin=silent\n")); }

TEST_P(ChildGets, ASilentStdinWhenPmsHasData) {
  write("input", "typed ahead\n");
  const os::UniqueFd input{::open(path("input").c_str(), O_RDONLY | O_CLOEXEC)};
  EXPECT_THAT(report({.in = input.get()}), HasSubstr("stdin=silent\n"));
}

TEST_P(ChildGets, DefaultSignals) {
  EXPECT_THAT(report(),
              AllOf(HasSubstr("blocked=0000000000000000\n"), HasSubstr("ignored=0000000000000000\n")));
}

TEST_P(ChildGets, DefaultSignalsWhateverPmsParentDid) {
  const auto text = report({.before_exec = [] {
    sigset_t blocked;
    ::sigemptyset(&blocked);
    for (const int signal : {SIGTERM, SIGCHLD, SIGUSR2, SIGWINCH, SIGRTMIN}) ::sigaddset(&blocked, signal);
    ::sigprocmask(SIG_BLOCK, &blocked, nullptr);
    for (const int signal : {SIGINT, SIGQUIT, SIGPIPE, SIGHUP, SIGCHLD, SIGUSR2, SIGTSTP, SIGTTOU})
      ::signal(signal, SIG_IGN);
  }});
  EXPECT_THAT(text, AllOf(HasSubstr("blocked=0000000000000000\n"), HasSubstr("ignored=0000000000000000\n")));
}

TEST_P(ChildGets, TheRootAsItsDirectory) {
  procfile("");
  write("root/Procfile", "a: exec child_report > report\n");
  auto pm = start({"start", "-f", "root/Procfile", "--pty", GetParam().pty});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(read("root/report"), HasSubstr("cwd=" + path("root") + "\n"));
}

TEST_P(ChildGets, TheLimitOfDescriptorsThatPmWasGiven) {
  const auto text = report({.before_exec = [] {
    const rlimit limit{123, 4000};
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }});
  EXPECT_THAT(text, HasSubstr("nofile=123\n"));
}

INSTANTIATE_TEST_SUITE_P(With, ChildGets,
                         testing::Values(Terminals{"Pipes", "never"}, Terminals{"Terminals", "always"}),
                         [](const auto& test) { return std::string{test.param.name}; });

using Signals = EndToEnd;

TEST_F(Signals, ThatPmsParentBlockedOrIgnoredEndPmAllTheSame) {
  for (const int signal : {SIGTERM, SIGINT}) {
    procfile("a: echo up; exec sleep 1000\n");
    auto pm = start({.args = {"start"}, .before_exec = [] {
                       ::signal(SIGINT, SIG_IGN);  // as for a background job of a script
                       ::signal(SIGCHLD, SIG_IGN);
                       sigset_t all;
                       ::sigfillset(&all);
                       ::sigprocmask(SIG_BLOCK, &all, nullptr);
                     }});
    ASSERT_TRUE(pm.await_out("| up\n"));
    pm.signal(signal);
    EXPECT_EQ(pm.await_exit(), signal == SIGTERM ? 0 : 130);
  }
}

TEST_F(Signals, HangupIsLeftIgnored) {
  procfile("a: echo up; read go < gate; exit 4\n");
  const Gate gate{path("gate")};
  auto pm = start({.args = {"start", "-r", "never"}, .before_exec = [] { ::signal(SIGHUP, SIG_IGN); }});
  ASSERT_TRUE(pm.await_out("| up\n"));
  pm.signal(SIGHUP);
  gate.open();
  EXPECT_EQ(pm.await_exit(), 4) << "nohup(1) asked for it";
}

TEST_F(Signals, HangupWithoutATerminalEndsNothing) {
  procfile("a: echo up; read go < gate; exit 4\n");
  const Gate gate{path("gate")};
  auto pm = start({"start", "-r", "never"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  pm.signal(SIGHUP);
  ASSERT_TRUE(pm.await_out("SIGHUP"));
  gate.open();
  EXPECT_EQ(pm.await_exit(), 4);
}

using Stdin = EndToEnd;

TEST_F(Stdin, NeverEnds) {
  for (const auto* pty : {"never", "always"}) {
    procfile("a: cat; echo ended\nb: read go < gate\n");
    const Gate gate{path("gate")};
    auto pm = start({"start", "--pty", pty, "--exit-code-from", "b"});
    ASSERT_TRUE(pm.await_out("b.1 | started with pid"));
    EXPECT_TRUE(pm.runs_on_for(100ms));
    EXPECT_THAT(pm.out(), Not(HasSubstr("a.1 | exited")));
    gate.open();
    EXPECT_EQ(pm.await_exit(), 0);
    EXPECT_THAT(pm.out(), Not(HasSubstr("| ended")));
  }
}

TEST_F(Stdin, MayHoldTheProcfile) {
  write("lines", "a: cat; echo ended\nb: exec child_report\n");
  const os::UniqueFd lines{::open(path("lines").c_str(), O_RDONLY | O_CLOEXEC)};
  auto pm = start({.args = {"start", "-f", "-", "--exit-code-from", "b"}, .in = lines.get()});
  EXPECT_EQ(pm.await_exit(), 0) << pm.err();
  EXPECT_THAT(pm.out(), AllOf(HasSubstr("stdin=silent\n"), Not(HasSubstr("| ended"))));
}

// --- the environment

using Environment = EndToEnd;

constexpr auto kShow = ": echo \"$PORT $PS $PM_TYPE $PM_INSTANCE\"\n";

TEST_F(Environment, TellsPortAndPlace) {
  procfile(std::string{"web"} + kShow + "job-worker" + kShow);
  auto pm = start({"start", "-q", "web=2"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), AllOf(HasSubstr("| 5000 web.1 web 1\n"), HasSubstr("| 5001 web.2 web 2\n"),
                              HasSubstr("| 5100 job-worker.1 job-worker 1\n")));
}

TEST_F(Environment, TellsTheFirstPortOfEveryType) {
  procfile("web: echo $PM_PORT_WEB $PM_PORT_JOB_WORKER\njob-worker: true\n");
  auto pm = start({"start", "-q", "-p", "7000", "-P", "10"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), HasSubstr("| 7000 7010\n"));
}

TEST_F(Environment, HasNoPortIfNotWanted) {
  procfile("web: echo \"[$PORT$PM_PORT_WEB]\"\n");
  auto pm = start({"start", "-q", "-N"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), HasSubstr("| []\n"));
}

TEST_F(Environment, TakesTheBasePortByPrecedence) {
  procfile("web: echo port $PORT\n");
  struct Case {
    std::vector<std::string> flags, environment;
    const char* file;
    const char* port;
  };
  const Case cases[] = {{{"-p", "6100"}, {"PM_PORT=6200", "PORT=6400"}, "PORT=6300\n", "6100"},
                        {{}, {"PM_PORT=6200", "PORT=6400"}, "PORT=6300\n", "6200"},
                        {{}, {"PORT=6400"}, "PORT=6300\n", "6300"},
                        {{}, {"PORT=6400"}, "", "6400"},
                        {{}, {}, "", "5000"}};
  for (const auto& [flags, environment, file, port] : cases) {
    write(".env", file);
    auto args = flags;
    args.insert(args.begin(), {"start", "-q"});
    auto pm = start({.args = args, .environment = environment});
    EXPECT_EQ(pm.await_exit(), 0);
    EXPECT_EQ(pm.out(), std::string{"web.1 | port "} + port + "\n");
  }
}

TEST_F(Environment, OfTheFilesWins) {
  procfile("a: echo \"$WHO $BOTH $REAL\"\n");
  write(".env", "WHO=file\nBOTH=\"$REAL and more\"\n");
  auto pm = start({.args = {"start", "-q"}, .environment = {"WHO=real", "REAL=outside"}});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(pm.out(), "a.1 | file outside and more outside\n");
}

TEST_F(Environment, OfTheCallerWinsIfKept) {
  procfile("a: echo \"$WHO $NEW\"\n");
  write(".env", "WHO=file\nNEW=file\n");
  auto pm = start({.args = {"start", "-q", "--keep-env"}, .environment = {"WHO=real"}});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(pm.out(), "a.1 | real file\n");
}

TEST_F(Environment, OfTheLastFileWins) {
  procfile("a: echo \"$A $B $C\"\n");
  write(".env", "A=default\n");
  write("one", "B=one\nC=one\n");
  write("two", "C=two\n");
  auto pm = start({"start", "-q", "-e", "one,two"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(pm.out(), "a.1 |  one two\n");
}

TEST_F(Environment, OfTheFilesIsLeftOut) {
  procfile("a: echo \"[$A]\"\n");
  write(".env", "A=file\n");
  auto pm = start({"start", "-q", "--no-env"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(pm.out(), "a.1 | []\n");
}

TEST_F(Environment, OfTheOptionsFileIsForItsType) {
  procfile("a: echo \"[$QUEUE]\"\nbb: echo \"[$QUEUE]\"\n");
  write("pm.toml", "[process.a]\nenv = { QUEUE = \"mail\" }\n");
  auto pm = start({"start", "-q"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), AllOf(HasSubstr("a.1  | [mail]\n"), HasSubstr("bb.1 | []\n")));
}

TEST_F(Environment, ChoosesFilesAndFormation) {
  write("app/Procs", "web: echo web in $(basename $PWD)\nworker: echo worker\n");
  write("place/none", "");
  auto pm = start({.args = {"start", "-q"},
                   .environment = {"PM_PROCFILE=app/Procs", "PM_ROOT=place", "PM_FORMATION=web=2,worker=0"}});
  EXPECT_EQ(pm.await_exit(), 0) << pm.err();
  EXPECT_THAT(pm.out(), AllOf(HasSubstr("web.1 | web in place\n"), HasSubstr("web.2 | web in place\n"),
                              Not(HasSubstr("worker"))));
}

TEST_F(Environment, YieldsToTheCommandLine) {
  procfile("web: echo web\nworker: echo worker\n");
  auto pm = start({.args = {"start", "-q", "-f", "Procfile", "-m", "worker=2,web=0"},
                   .environment = {"PM_PROCFILE=nowhere", "PM_FORMATION=web=3"}});
  EXPECT_EQ(pm.await_exit(), 0) << pm.err();
  EXPECT_EQ(count(pm.out(), "| worker\n"), 2);
  EXPECT_EQ(count(pm.out(), "| web\n"), 0);
}

using Shell = EndToEnd;

TEST_F(Shell, IsTheOneThatWasChosen) {
  procfile("a: [[ x == x ]] && echo \"$0 $BASH_VERSION\"\n");
  write("pm.toml", "[process.a]\nshell = [\"bash\", \"-c\"]\n");
  auto pm = start({"start", "-q"});
  EXPECT_EQ(pm.await_exit(), 0) << pm.out();
  EXPECT_THAT(pm.out(), HasSubstr("a.1 | bash 5"));
}

TEST_F(Shell, OnlyExpandsTheCommand) {
  procfile("a: printf '%s %s\\n' '$HOME' \"it's $PM_TYPE\" # a comment\n");
  auto pm = start({"start", "-q"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(pm.out(), "a.1 | $HOME it's a\n");
}

}  // namespace pm::e2e::inheritance_test
