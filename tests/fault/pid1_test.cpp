// pm as the first process of a PID namespace, as in a container, beside tini and dumb-init where they are
// installed.
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faulty.h"
#include "pm/os/file.h"

namespace pm::fault {

using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

using Words = std::vector<std::string>;

Words joined(Words first, const Words& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

// Runs a program to its end, as a shell would report it.
int status_of(const Words& words) {
  std::vector<char*> pointers;
  for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit no_cores{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_cores);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

const Words kNamespace{"/usr/bin/unshare", "--pid", "--fork", "--mount-proc", "--kill-child"};
// With a file system that `script` may change before it becomes "$@".
Words in_a_root(const std::string& script) {
  return {"/usr/bin/unshare",         "--pid", "--fork", "--mount", "--kill-child", "/bin/sh", "-c",
          script + " && exec \"$@\"", "sh"};
}

// The folder in which pm is started may lie on a file system of its own.
const Words kReadOnly = in_a_root(
    "mount -t proc proc /proc && mount --bind . . && mount -o remount,bind,ro . && cd \"$PWD\" && "
    "mount -o remount,bind,ro /");

class Pid1 : public Faulty {
 protected:
  void SetUp() override {
    if (status_of(joined(kNamespace, {"/bin/true"})) != 0)
      GTEST_SKIP() << "no PID namespace can be made here";
  }
  static pid_t init_of(const PmProcess& unshare) { return chain_of(unshare.pid()).inner; }
  /// What is not heard: that the supervisor is there, and so its keeper listens to signals.
  static void await_supervisor(const PmProcess& unshare) {
    const auto is_there = [&] { return comm_of(chain_of(init_of(unshare)).inner) == "pm-supervisor\n"; };
    for (const auto deadline = Clock::now() + e2e::kPatience; !is_there() && Clock::now() < deadline;)
      continue;
    EXPECT_TRUE(is_there());
  }
  static std::string comm_of(pid_t pid) {
    const auto name = os::read_file("/proc/" + std::to_string(pid) + "/comm");
    return name ? *name : std::string{};
  }
  static bool installed(const std::string& path) { return ::access(path.c_str(), X_OK) == 0; }
};

// --- one process

struct Init {
  const char* name;
  Words words;
  friend void PrintTo(const Init& value, std::ostream* out) { *out << value.name; }
};

class Transparent : public Pid1, public testing::WithParamInterface<Init> {
 protected:
  void SetUp() override {
    Pid1::SetUp();
    if (!installed(GetParam().words.front())) GTEST_SKIP() << GetParam().name << " is not installed";
  }
  int status(const std::string& script) const {
    return status_of(joined(joined(kNamespace, GetParam().words), {"/bin/sh", "-c", script}));
  }
};

TEST_P(Transparent, PassesEveryExitCodeOn) {
  const int step = std::max(1, 256 / scaled(256));
  for (int code = 0; code < 256; code += step) EXPECT_EQ(status("exit " + std::to_string(code)), code);
}

TEST_P(Transparent, PassesTheDeathByEverySignalOn) {
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    const bool harmless = signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH;
    const bool stops = signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
    if (harmless || stops || (signal >= 32 && signal < SIGRTMIN)) continue;
    EXPECT_EQ(status("kill -" + std::to_string(signal) + " $$; exit 0"), 128 + signal);
  }
}

INSTANTIATE_TEST_SUITE_P(Init, Transparent,
                         testing::Values(Init{"Pm", {PM_E2E_BINARY, "run", "--no-env"}},
                                         Init{"Tini", {"/usr/bin/tini", "--"}},
                                         Init{"DumbInit", {"/usr/bin/dumb-init"}}),
                         [](const auto& test) { return std::string{test.param.name}; });

using OneProcess = Pid1;

TEST_F(OneProcess, GetsEverySignal) {
  auto pm = start({.args = {"run", "hearer"}, .under = kNamespace});
  ASSERT_TRUE(pm.await_out("ready\n"));
  for (int signal = 1; signal < SIGRTMAX; ++signal) {
    if (signal == SIGKILL || signal == SIGSTOP || signal == SIGCHLD || (signal >= 32 && signal < SIGRTMIN))
      continue;
    ASSERT_EQ(::kill(init_of(pm), signal), 0);
    ASSERT_TRUE(pm.await_out("got " + std::to_string(signal) + "\n"));
  }
  ::kill(init_of(pm), SIGRTMAX);
  EXPECT_EQ(pm.await_exit(), 42);
}

TEST_F(OneProcess, IsTheSameWithInitOutsideOfANamespace) {
  auto pm = start({"run", "--init", "hearer"});
  ASSERT_TRUE(pm.await_out("ready\n"));
  for (const int signal : {SIGTERM, SIGHUP, SIGUSR1, SIGWINCH, SIGQUIT}) {
    pm.signal(signal);
    ASSERT_TRUE(pm.await_out("got " + std::to_string(signal) + "\n"));
  }
  pm.signal(SIGRTMAX);
  EXPECT_EQ(pm.await_exit(), 42);
}

TEST_F(OneProcess, LeavesNothingBehind) {
  auto pm =
      start({"run", "--init", "sh", "-c", "family > up & while ! grep -q ready up; do :; done; exit 5"});
  EXPECT_EQ(pm.await_exit(), 5);
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_F(OneProcess, StopsWithItsJob) {
  auto pm = start(
      {.args = {"run", "--init", "sh", "-c", "echo up; kill -STOP $$; echo went on"}, .terminal = true});
  ASSERT_TRUE(pm.await_out("up"));
  const auto stopped = [&] { return os::process_info(core::Pid{pm.pid()})->state == 'T'; };
  for (const auto deadline = Clock::now() + e2e::kPatience; !stopped() && Clock::now() < deadline;) continue;
  EXPECT_TRUE(stopped());
  pm.signal(SIGCONT);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), HasSubstr("went on"));
}

TEST_F(OneProcess, IsSaidToBeMissing) {
  auto pm = start({.args = {"run", "no-such-program"}, .under = kNamespace});
  EXPECT_EQ(pm.await_exit(), 127);
  EXPECT_THAT(pm.err(), HasSubstr("no-such-program"));
}

// --- a formation

using Formation = Pid1;

TEST_F(Formation, OfOnePassesEveryExitCodeOn) {
  const int step = std::max(1, 256 / scaled(256));
  for (int code = 0; code < 256; code += step) {
    procfile("a: exit " + std::to_string(code) + "\n");
    auto pm = start({.args = {"start", "-r", "never"}, .under = kNamespace, .out = Launch::kNull});
    EXPECT_EQ(pm.await_exit(), code);
  }
}

TEST_F(Formation, OfOnePassesTheDeathByASignalOn) {
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGKILL, SIGSEGV, SIGTERM, SIGUSR1, SIGRTMAX}) {
    procfile("a: kill -" + std::to_string(signal) + " $$\n");
    auto pm = start({.args = {"start", "-r", "never"}, .under = kNamespace, .out = Launch::kNull});
    EXPECT_EQ(pm.await_exit(), 128 + signal);
  }
}

TEST_F(Formation, GetsTheSignalsThatMeanNothingToPm) {
  procfile("a: exec hearer\nb: exec hearer\n");
  auto pm = start({.args = {"start", "-r", "never"}, .under = kNamespace});
  ASSERT_TRUE(pm.await_out("| ready\n", 2));
  ::kill(init_of(pm), SIGUSR2);
  EXPECT_TRUE(pm.await_out("| got " + std::to_string(SIGUSR2) + "\n", 2));
  ::kill(init_of(pm), SIGRTMAX);
  EXPECT_EQ(pm.await_exit(), 42);
}

TEST_F(Formation, OutsideOfANamespaceGetsThemWithInitOnly) {
  procfile("a: exec hearer\n");
  auto plain = start({"start"});
  ASSERT_TRUE(plain.await_out("| ready\n"));
  plain.signal(SIGUSR2);
  EXPECT_TRUE(
      plain.await_out("SIGUSR2 means nothing to pm; 'pm signal SIGUSR2 NAME' sends it to a process\n"));
  EXPECT_THAT(plain.out(), Not(HasSubstr("| got ")));
  plain.signal(SIGTERM);
  plain.signal(SIGTERM);
  EXPECT_EQ(plain.await_exit(), 0);
  auto init = start({"start", "--init", "-r", "never"});
  ASSERT_TRUE(init.await_out("| ready\n"));
  init.signal(SIGRTMAX);
  EXPECT_EQ(init.await_exit(), 42);
}

struct Way {
  const char* name;
  Words args;
  friend void PrintTo(const Way& value, std::ostream* out) { *out << value.name; }
};

class Orphans : public Pid1, public testing::WithParamInterface<Way> {};

TEST_P(Orphans, LeaveNoZombieAndChangeNothing) {
  const auto script = "orphanage " + std::to_string(scaled(10'000)) + "; exit 3";
  procfile("a: " + script + "\n");
  auto args = GetParam().args;
  if (args.front() == "run") args.push_back(script);
  auto pm = start({.args = args, .under = kNamespace});
  EXPECT_EQ(pm.await_exit(200s), 3) << "so many processes take their time";
  EXPECT_THAT(pm.out(), HasSubstr("zombies 0\n"));
}

INSTANTIATE_TEST_SUITE_P(Of, Orphans,
                         testing::Values(Way{"OneProcess", {"run", "sh", "-c"}},
                                         Way{"AFormation", {"start", "-r", "never"}}),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST_F(Formation, EndsWithinTheGrace) {
  procfile("a: exec family\nb: exec stubborn\n");
  auto pm = start({.args = {"start", "-t", "1"}, .under = kNamespace});
  ASSERT_TRUE(pm.await_out("| ready\n", 2));
  ::kill(init_of(pm), SIGTERM);
  EXPECT_EQ(pm.await_exit(10s), 0);
  EXPECT_THAT(left_over(), IsEmpty());
}

// Whoever was brought in from outside (docker exec) is no process of the formation, and ends with the
// namespace.
TEST_F(Formation, LosesItsSupervisorAndEnds) {
  procfile("a: exec family\n");
  auto pm = start({.args = {"start"}, .under = kNamespace});
  ASSERT_TRUE(pm.await_out("| ready\n"));
  const auto chain = chain_of(init_of(pm));
  ASSERT_GT(chain.inner, 0) << "as PID 1 the supervisor is right below its keeper";
  ::kill(chain.inner, SIGKILL);
  EXPECT_EQ(pm.await_exit(), 137);
  EXPECT_THAT(left_over(), IsEmpty());
}

// --- what is missing

struct Lack {
  const char* name;
  Words under;
  struct {
    int in = Launch::kNull, out = Launch::kRead, err = Launch::kRead;
  } standard = {};
  friend void PrintTo(const Lack& value, std::ostream* out) { *out << value.name; }
};

class Lacking : public Pid1, public testing::WithParamInterface<Lack> {
 protected:
  void SetUp() override {
    Pid1::SetUp();
#ifdef __SANITIZE_ADDRESS__
    if (std::string_view{GetParam().name} == "Proc") GTEST_SKIP() << "the sanitizers need /proc";
#endif
  }
  Launch launch(Words args) const {
    const auto& [name, under, standard] = GetParam();
    return {
        .args = std::move(args), .under = under, .in = standard.in, .out = standard.out, .err = standard.err};
  }
  bool is_heard() const { return GetParam().standard.out == Launch::kRead; }
};

TEST_P(Lacking, EndsByItselfWithTheCode) {
  procfile("a: echo up; (sleep 0.01 &); exit 6\n");
  auto pm = start(launch({"start", "-r", "never", "--no-socket"}));
  EXPECT_EQ(pm.await_exit(), 6) << pm.err();
  if (is_heard()) { EXPECT_THAT(pm.out(), HasSubstr("a.1 | up\n")); }
}

TEST_P(Lacking, EndsOnTermWithinTheGrace) {
  procfile("a: exec family\nb: read go < gate; exec stubborn\n");
  const e2e::Gate gate{path("gate")};
  auto pm = start(launch({"start", "-t", "1", "--no-socket"}));
  gate.open();
  if (is_heard()) { ASSERT_TRUE(pm.await_out("| ready\n", 2)) << pm.err(); }
  await_supervisor(pm);
  ::kill(init_of(pm), SIGTERM);
  EXPECT_EQ(pm.await_exit(10s), 0) << pm.err();
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_P(Lacking, RunsOneProcess) {
  auto pm = start(launch({"run", "/bin/sh", "-c", "(sleep 1000 &); exit 9"}));
  EXPECT_EQ(pm.await_exit(), 9) << pm.err();
  EXPECT_THAT(left_over(), IsEmpty());
}

constexpr int kClosed = Launch::kClosed;

INSTANTIATE_TEST_SUITE_P(
    Of, Lacking,
    testing::Values(Lack{"Nothing", kNamespace},
                    Lack{"AnEnvironment",
                         joined(kNamespace, {"/usr/bin/env", "-i", "PATH=/usr/bin:/bin:" PM_E2E_CHILDREN})},
                    Lack{"APasswdEntry", joined(kNamespace, {"/usr/bin/setpriv", "--reuid=12345",
                                                             "--regid=12345", "--clear-groups"})},
                    Lack{"AWritableRoot", kReadOnly}, Lack{"Proc", in_a_root("umount -l /proc")},
                    Lack{"Descriptors", kNamespace, {.in = kClosed, .out = kClosed, .err = kClosed}},
                    Lack{"DevicesAndDescriptors",
                         in_a_root("mount -t proc proc /proc && umount -l /dev && mount -t tmpfs none /dev"),
                         {.in = kClosed, .out = kClosed, .err = kClosed}}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST_F(Formation, WarnsWhereTheDefaultSocketCannotBeMade) {
  procfile("a: echo up\n");
  auto pm = start({.args = {"start"}, .under = kReadOnly});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.err(), HasSubstr("pm: warning: "));
  EXPECT_THAT(pm.out(), HasSubstr("a.1 | up\n"));
}

// A pid that has been used again means another process by then.
TEST_F(Formation, NeverSignalsAnotherProcessThatGotThePid) {
  procfile("a: echo $$ > pid; read go < gate\n");
  write("pm.toml", "[defaults]\nbackoff = { initial = \"1000s\", max = \"1000s\" }\n");
  write("script",
        "#!/bin/sh\n"
        "pm=$1\n"
        "$pm start > out 2>&1 & supervisor=$!\n"
        "until [ -s pid ]; do :; done; pid=$(cat pid)\n"
        "kill -9 $pid; until grep -q 'restarting in' out; do :; done\n"
        "echo $((pid - 1)) > /proc/sys/kernel/ns_last_pid || exit 77\n"
        "sleep 1000 & stranger=$!\n"
        "[ $stranger = $pid ] || { echo \"got $stranger for $pid\"; exit 77; }\n"
        "$pm kill a; $pm stop a; $pm signal TERM a; $pm quit\n"
        "wait $supervisor; code=$?\n"
        "kill -0 $stranger && echo survived; exit $code\n");
  const e2e::Gate gate{path("gate")};
  auto pm = start({.args = {}, .under = joined(kNamespace, {"/bin/sh", "script"})});
  const int code = pm.await_exit();
  if (code == 77) GTEST_SKIP() << "no pid can be chosen here: " << pm.out();
  EXPECT_EQ(code, 0) << pm.err();
  EXPECT_THAT(pm.out(), HasSubstr("survived\n"));
}

}  // namespace

}  // namespace pm::fault
