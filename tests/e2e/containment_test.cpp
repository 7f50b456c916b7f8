// Issue "Nothing left behind", part 3: nobody escapes, and what an instance may use is limited.
#include <gmock/gmock.h>
#include <grp.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "asking.h"
#include "pm/os/cgroup.h"
#include "pm/os/process_tree.h"

namespace pm::e2e::containment_test {

using testing::HasSubstr;
using testing::IsEmpty;

namespace fs = std::filesystem;

/// Whether pm can make cgroups where the test runs.
bool has_cgroups() {
  const auto own = os::own_cgroup();
  return !own.empty() && ::access(own.c_str(), W_OK) == 0;
}

/// The number of a user that nobody else is: RLIMIT_NPROC counts all that he has.
std::string lonely_user() { return fmt::to_string(300'000 + ::getpid()); }

/// A child of the supervisor, which is not the process that the test has started, and those above it up to
/// that one.
std::vector<int> line_of(core::Pid child, pid_t pm) {
  std::vector<int> line{static_cast<int>(child)};
  while (line.back() != pm) {
    const auto info = os::process_info(core::Pid{line.back()});
    if (!info || info->parent == core::Pid::none) break;
    line.push_back(static_cast<int>(info->parent));
  }
  return line;
}

/// What there is of a supervisor in the cgroup of the test: a base, and beside it perhaps its own place.
std::vector<fs::path> bases_of(int supervisor) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator{os::own_cgroup()})
    if (entry.path().filename().string().starts_with(fmt::format("pm.{}-", supervisor)))
      found.push_back(entry.path());
  return found;
}

struct Fugitive {
  const char* way;
  const char* options;  ///< of its table in pm.toml
  bool other_user;      ///< it has to be one
  bool ready_file;      ///< it has no stdout to say it
  bool cgroup;

  friend void PrintTo(const Fugitive& value, std::ostream* out) {
    *out << value.way << (value.cgroup ? "" : " without a cgroup");
  }
};

class Containment : public Asking, public testing::WithParamInterface<Fugitive> {
 protected:
  void SetUp() override {
    if (GetParam().cgroup && !has_cgroups()) GTEST_SKIP() << "no cgroup v2 tree is writable here";
    if (GetParam().other_user && ::geteuid() != 0)
      GTEST_SKIP() << "only root can start another user's process";
  }

  /// pm with the instance "a.1", a fugitive that has got where it wanted.
  PmProcess start_fugitive() const {
    procfile(fmt::format("a: exec fugitive {}\nb: exec sleep 1000\n", GetParam().way));
    write("pm.toml", fmt::format("cgroup = \"{}\"\n[process.a]\nstop_timeout = \"100ms\"\n{}\n{}\n",
                                 GetParam().cgroup ? "auto" : "never", GetParam().options,
                                 GetParam().other_user ? fmt::format("user = {}", lonely_user()) : ""));
    return start({"start", "--exit-when", "never"});
  }
  [[nodiscard]] bool await_ready(PmProcess& pm) const {
    return GetParam().ready_file ? await_file("ready") : pm.await_out("a.1 | ready\n");
  }

  /// Those that are left beside pm and the one that nobody stopped.
  std::vector<std::string> fugitives(const PmProcess& pm) const {
    auto left = left_over();
    const auto expected = line_of(process("b.1").pid, pm.pid());
    std::erase_if(left, [&](const std::string& one) {
      return std::find(expected.begin(), expected.end(), std::atoi(one.c_str())) != expected.end();
    });
    return left;
  }
  int supervisor() const { return static_cast<int>(os::process_info(process("b.1").pid)->parent); }
};

TEST_P(Containment, IsOverWhenStopSaysSo) {
  auto pm = start_fugitive();
  ASSERT_TRUE(await_ready(pm));
  const auto answer = operate(core::Verb::stop, "a.1");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(fugitives(pm), IsEmpty());
  EXPECT_EQ(process("a.1").state, "stopped");
  EXPECT_EQ(process("b.1").state, "running");
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
}

TEST_P(Containment, IsOverWhenPmIs) {
  auto pm = start_fugitive();
  ASSERT_TRUE(await_ready(pm));
  const auto supervisor_pid = supervisor();
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(left_over(), IsEmpty());
  if (GetParam().cgroup) { EXPECT_THAT(bases_of(supervisor_pid), IsEmpty()); }
}

constexpr auto kBomb = "limits = { nproc = 48 }", kNothing = "";

std::vector<Fugitive> fugitives() {
  std::vector<Fugitive> all;
  for (const bool cgroup : {true, false}) {
    all.push_back({"bomb", kBomb, true, false, cgroup});
    all.push_back({"bombs", kBomb, true, false, cgroup});
    all.push_back({"daemon", kNothing, false, true, cgroup});
    all.push_back({"mover", kNothing, false, true, cgroup});
    all.push_back({"tracee", kNothing, false, false, cgroup});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Of, Containment, testing::ValuesIn(fugitives()), [](const auto& test) {
  return std::string{test.param.way} + (test.param.cgroup ? "InACgroup" : "InTheTree");
});

class Limits : public Asking {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can start another user's process";
  }
};

TEST_F(Limits, AndStandingAreWhatPmTomlSays) {
  procfile(
      "a: echo $(id -u):$(id -g):$(id -G) $(umask) $(ulimit -n) $(ulimit -c) $(nice) $(cat "
      "/proc/self/oom_score_adj) "
      "$USER $HOME > /dev/stdout\n");
  write("pm.toml",
        "[defaults]\nlimits = { nofile = 100 }\n"
        "[process.a]\nuser = 4711\ngroup = 4712\numask = \"027\"\nnice = 7\noom_score_adj = 300\n"
        "limits = { core = 0 }\nenv = { HOME = \"/tmp\" }\n");
  auto pm = start({"start", "-r", "never"});
  EXPECT_EQ(pm.await_exit(), 0) << pm.err();
  EXPECT_THAT(lines_of(pm.out(), "a.1"), HasSubstr("4711:4712:4712 0027 100 0 7 300 4711 /tmp\n"));
  EXPECT_THAT(
      pm.out(),
      HasSubstr(
          "a.1 | limits: nofile 100 (RLIMIT_NOFILE, each process), core 0 B (RLIMIT_CORE, each process)\n"));
}

TEST_F(Limits, GiveATerminalToItsUser) {
  procfile("a: echo $(id -u) > /dev/tty; echo out > /dev/stdout\n");
  write("pm.toml", "[process.a]\nuser = 4711\npty = \"always\"\n");
  auto pm = start({"start", "-r", "never"});
  EXPECT_EQ(pm.await_exit(), 0) << pm.err();
  EXPECT_THAT(lines_of(pm.out(), "a.1"), HasSubstr("4711\nout\n"));
}

TEST_F(Limits, LeavePmItselfAsItWas) {
  procfile("a: echo up; exec sleep 1000\n");
  write("pm.toml", "[process.a]\nuser = 4711\n");
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  const auto child = os::process_info(process("a.1").pid);
  ASSERT_TRUE(child);
  EXPECT_EQ(os::user_of(child->pid), 4711u);
  EXPECT_EQ(os::user_of(child->parent), ::geteuid());
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
}

TEST_F(Limits, OfMemoryHoldUpAHog) {
  procfile("a: exec fugitive hog\n");
  write("pm.toml", "[process.a]\nlimits = { memory = \"64MB\" }\nstop_timeout = \"100ms\"\n");
  auto pm = start({"start", "-r", "never", "--exit-when", "never"});
  ASSERT_TRUE(pm.await_out("limits: memory 64 MB ("));
  if (pm.out().find("memory 64 MB (cgroup)") != std::string::npos) {
    ASSERT_TRUE(pm.await_out("killed by SIGKILL, out of memory (limit 64 MB)"));
    EXPECT_EQ(process("a.1").reason, "killed by SIGKILL, out of memory (limit 64 MB)");
  } else {
    ASSERT_TRUE(pm.await_out("a.1 | ready\n"));
    EXPECT_LE(process("a.1").rss_bytes, 64'000'000u);
  }
  EXPECT_EQ(operate(core::Verb::stop, "a.1").status, 200);
  EXPECT_EQ(process("a.1").pid, core::Pid::none);
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
}

TEST_F(Limits, AreToldInWhy) {
  procfile("a: exec sleep 1000\n");
  write("pm.toml", "cgroup = \"never\"\n[process.a]\nlimits = { nofile = 100, nproc = 7, cpu = 1.5 }\n");
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("started with pid"));
  EXPECT_THAT(
      pm.out(),
      HasSubstr("warning: limits: nofile 100 (RLIMIT_NOFILE, each process), nproc 7 (not in force: "));
  const auto body = ask(api::Explain{{"a.1"}}).body;
  EXPECT_THAT(
      body,
      HasSubstr(R"("limits":[{"name":"nofile","value":"100","by":"RLIMIT_NOFILE","note":"each process"})"));
  EXPECT_THAT(body,
              HasSubstr(R"("name":"cpu","value":"1.5","by":null,"note":"no cgroup with a cpu controller)"));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
}

TEST_F(Limits, ThatAreUsedUpAreWaitedFor) {
  procfile("a: exec sleep 1000\n");
  write("pm.toml",
        fmt::format("cgroup = \"never\"\n[process.a]\nuser = {}\nlimits = {{ nproc = 1 }}\n", lonely_user()));
  auto pm = start({"start", "a=3"});
  ASSERT_TRUE(
      pm.await_out("cannot be started yet: no more processes of its user (limit 1), trying again in"));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
}

using Refused = EndToEnd;

TEST_F(Refused, UnknownUsersAreFaultsOfTheFile) {
  procfile("a: true\n");
  write("pm.toml", "[process.a]\nuser = \"nosuchuser\"\n");
  auto pm = start({"start"});
  EXPECT_EQ(pm.await_exit(), 2);
  EXPECT_THAT(pm.err(), HasSubstr("pm: error: pm.toml:2:8: there is no user 'nosuchuser'\n"));
}

// Who is nobody may not be somebody else.
void become_nobody() {
  constexpr uid_t kNobody = 65534;
  ::setgroups(0, nullptr);
  if (::setresgid(kNobody, kNobody, kNobody) == -1 || ::setresuid(kNobody, kNobody, kNobody) == -1)
    ::_exit(125);
}

TEST_F(Refused, AreOtherUsersUnlessPmIsRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  procfile("a: true\nb: id -u\nc: true\n");
  write("pm.toml",
        "[process.a]\nuser = 4711\n[process.b]\nuser = 65534\ngroup = 65534\n[process.c]\nnice = -20\n");
  auto pm = start({.args = {"start", "--no-socket"}, .before_exec = become_nobody});
  EXPECT_EQ(pm.await_exit(), 126) << pm.err();
  EXPECT_THAT(
      lines_of(pm.out(), "a.1"),
      HasSubstr(
          "cannot be started: cannot run as the user '4711': only root may change the user, and pm runs as"));
  EXPECT_THAT(lines_of(pm.out(), "b.1"), HasSubstr("65534\n"));
  EXPECT_THAT(lines_of(pm.out(), "c.1"), HasSubstr("cannot be started: cannot set nice to -20: "));
}

TEST_F(Refused, AreLimitsAbovePmsOwn) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  procfile("a: true\n");
  write("pm.toml", "[process.a]\nlimits = { nofile = 1073741824 }\n");
  auto pm = start({.args = {"start", "--no-socket"}, .before_exec = become_nobody});
  EXPECT_EQ(pm.await_exit(), 126) << pm.err();
  EXPECT_THAT(lines_of(pm.out(), "a.1"),
              HasSubstr("cannot set its limit nofile to 1073741824: pm itself may have no more than"));
}

class Cgroup : public Asking {
 protected:
  void SetUp() override {
    if (!has_cgroups()) GTEST_SKIP() << "no cgroup v2 tree is writable here";
  }
  /// Of a.1, while it runs.
  int supervisor() const { return static_cast<int>(os::process_info(process("a.1").pid)->parent); }
};

TEST_F(Cgroup, IsMadeForEachLifeAndGoesWithIt) {
  procfile("a: echo up; exec sleep 1000\n");
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  const auto supervisor_pid = supervisor();
  const auto bases = bases_of(supervisor_pid);
  ASSERT_EQ(bases.size(), 1u);
  EXPECT_TRUE(fs::is_directory(bases[0] / "a.1@1"));
  EXPECT_EQ(operate(core::Verb::restart, "a.1").status, 200);
  EXPECT_FALSE(fs::exists(bases[0] / "a.1@1"));
  EXPECT_TRUE(fs::is_directory(bases[0] / "a.1@2"));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(bases_of(supervisor_pid), IsEmpty());
}

TEST_F(Cgroup, IsNotMadeIfNobodyWantsIt) {
  procfile("a: echo up; exec sleep 1000\n");
  write("pm.toml", "cgroup = \"never\"\n");
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  EXPECT_THAT(bases_of(supervisor()), IsEmpty());
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
}

// Neither its session nor its environment nor what it has open says whose it is.
TEST_F(Cgroup, KnowsADaemonThatLostEverything) {
  procfile("a: env -i $(command -v fugitive) daemon & exec sleep 1000\nb: exec sleep 1000\n");
  write("pm.toml", "[defaults]\nstop_timeout = \"100ms\"\n");
  auto pm = start({"start"});
  ASSERT_TRUE(await_file("ready"));
  const auto base = bases_of(supervisor()).at(0);
  ASSERT_TRUE(fs::exists(base / "a.1@1"));
  EXPECT_EQ(operate(core::Verb::stop, "a.1").status, 200);
  EXPECT_FALSE(fs::exists(base / "a.1@1")) << "which cannot be removed while a process is in it";
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
}

// Its keepers would do it, so they are killed with it.
TEST_F(Cgroup, OfAPmThatWasKilledIsRemovedByTheNext) {
  procfile("a: echo up; exec sleep 1000\n");
  auto killed = start({"start"});
  ASSERT_TRUE(killed.await_out("| up\n"));
  const auto supervisor_pid = supervisor();
  auto line = line_of(core::Pid{supervisor_pid}, killed.pid());
  for (const int signal : {SIGSTOP, SIGKILL})
    for (const int pid : line) ::kill(pid, signal);
  EXPECT_EQ(killed.await_exit(), 137);
  EXPECT_TRUE(await_nothing_left());
  auto next = start({"start"});
  ASSERT_TRUE(next.await_out("| up\n"));
  EXPECT_THAT(bases_of(supervisor_pid), IsEmpty());
  next.signal(SIGTERM);
  EXPECT_EQ(next.await_exit(), 0);
}

}  // namespace pm::e2e::containment_test
