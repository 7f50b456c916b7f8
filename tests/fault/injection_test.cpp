// Whatever the kernel may refuse, lose or turn upside down: supervision goes on, and nothing is lost or left.
#include "injector.h"

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/syscall.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "faulty.h"

namespace pm::fault {

using testing::AnyOf;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

class Injected : public Faulty {
 protected:
  void SetUp() override {
    if (!can_trace()) GTEST_SKIP() << "no process can be traced here";
    ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);  // its tracer would be in the way of ours
  }

  static pid_t supervisor_of(const PmProcess& pm) { return chain_of(pm.pid()).supervisor; }

  /// Fails the calls of these numbers with one of these errors, about every third time, `times` times in all.
  Faults failing(std::set<long> calls, std::vector<int> errors, int times) {
    return {.error = [this, calls = std::move(calls), errors = std::move(errors),
                      times](const Call& call) mutable {
      if (times == 0 || !calls.contains(call.number) || dice(3) != 0) return 0;
      if (call.number == SYS_fcntl && call.arguments[1] != F_DUPFD_CLOEXEC) return 0;
      --times;
      return errors[static_cast<std::size_t>(dice(static_cast<int>(errors.size())))];
    }};
  }

  /// Ends pm by SIGTERM; all has to be well.
  void end(PmProcess& pm) const {
    pm.signal(SIGTERM);
    EXPECT_EQ(pm.await_exit(), 0) << pm.err();
    EXPECT_THAT(left_over(), IsEmpty());
  }
  void quick_backoff() const {
    write("pm.toml", "[defaults]\nbackoff = { initial = \"1ms\", max = \"20ms\" }\n");
  }
};

const std::set<long> kForks{SYS_clone, SYS_clone3, SYS_fork, SYS_vfork};
const std::set<long> kDescriptors{
#ifndef __SANITIZE_ADDRESS__
    SYS_pipe2,  // by which the sanitizers look whether memory can be read
#endif
    SYS_openat, SYS_open, SYS_socket, SYS_accept4, SYS_pidfd_open, SYS_dup, SYS_fcntl};

TEST_F(Injected, SpawnsThatFailAreTriedAgain) {
  SCOPED_TRACE(said_seed());
  procfile("a: echo up; exec sleep 1000\n");
  quick_backoff();
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  Injector injector{supervisor_of(pm), failing(kForks, {EAGAIN, ENOMEM}, 10)};
  scale("a", "20");  // the answer is that some wait
  EXPECT_TRUE(pm.await_out("| up\n", 20));
  EXPECT_GT(injector.injected(), 0);
  injector.stop();
  EXPECT_THAT(pm.out(), HasSubstr("cannot be started yet: no more"));
  end(pm);
}

TEST_F(Injected, DescriptorsThatCannotBeHadAreTriedAgain) {
  SCOPED_TRACE(said_seed());
  procfile("a: echo up; exec sleep 1000\n");
  quick_backoff();
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  Injector injector{supervisor_of(pm), failing(kDescriptors, {EMFILE, ENFILE}, 60)};
  for (int round = 0; round < 5; ++round) {
    ask(api::Scale{.counts = {{"a", "10"}}});  // whether anybody hears it is not sure
    ask(api::Operate{.verb = core::Verb::restart, .selectors = {"a"}});
  }
  EXPECT_GT(injector.injected(), 0);
  injector.stop();
  ASSERT_TRUE(pm.runs_on_for(10ms)) << pm.err();
  EXPECT_EQ(scale("a", "12").status, 200) << pm.err();
  ASSERT_TRUE(await_state("a.12", "running"));
  for (const auto& process : processes()) EXPECT_TRUE(await_state(core::to_string(process.id), "running"));
  end(pm);
}

TEST_F(Injected, LogFilesThatCannotBeWrittenCostNothingElse) {
  SCOPED_TRACE(said_seed());
  procfile("a: read go < gate; line_writer 5000 20; echo last\n");
  const e2e::Gate gate{path("gate")};
  auto pm = start({"start", "--log-dir", "logs"});
  ASSERT_TRUE(pm.await_out("started with pid"));
  Injector injector{supervisor_of(pm), {.error = [this](const Call& call) {
                      const bool writes = call.number == SYS_write || call.number == SYS_pwrite64 ||
                                          call.number == SYS_writev;
                      if (!writes || !call.file(call.arguments[0]).ends_with("a.1.log")) return 0;
                      return dice(2) == 0 ? EIO : ENOSPC;
                    }}};
  gate.open();
  EXPECT_EQ(pm.await_exit(), 0) << pm.err();
  EXPECT_GT(injector.injected(), 0);
  EXPECT_EQ(e2e::count(pm.out(), "a.1 | "), 5000 + 3) << "what it wrote, how it started and ended";
  EXPECT_THAT(pm.out(), HasSubstr("a.1 | last\n"));
  EXPECT_THAT(pm.err(), AnyOf(HasSubstr("Input/output error"), HasSubstr("No space left on device")));
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_F(Injected, JumpsOfTheClockAreSeenInTimestampsOnly) {
  SCOPED_TRACE(said_seed());
  procfile("crash: echo life; exit 1\nslow: exec stubborn up\n");
  write("pm.toml",
        "[defaults]\nbackoff = { initial = \"1ms\", max = \"5ms\" }\n[process.slow]\nstop_timeout = "
        "\"200ms\"\n");
  auto pm = start({.args = {"start", "-T=%H"}, .before_exec = be_traced});
  without_vdso(pm.pid());
  ASSERT_TRUE(pm.await_out("| up\n"));
  std::atomic<std::int64_t> offset{0};
  Injector injector{supervisor_of(pm), {.clock_offset = [&] { return offset.load(); }}};
  std::set<std::string> hours;
  const auto note_hours = [&] {
    for (const auto line : e2e::split_lines(pm.out())) hours.insert(std::string{line.substr(0, 2)});
  };
  for (int jump = 0; jump < 12; ++jump) {
    offset = (jump % 3 - 1) * 3600;
    const auto lives = e2e::count(pm.out(), "| life\n");
    ASSERT_TRUE(pm.await_out("| life\n", lives + 5));
  }
  note_hours();
  EXPECT_THAT(hours.size(), Ge(3u)) << "the clock did jump";
  offset = -3600;
  const auto begun = Clock::now();
  EXPECT_EQ(operate(core::Verb::stop, "slow").status, 200);
  EXPECT_LT(Clock::now() - begun, 10s) << "200 ms of grace";
  injector.stop();
  end(pm);
}

TEST_F(Injected, EndsWhoseSignalWasLostAreFoundWithTheNext) {
  SCOPED_TRACE(said_seed());
  procfile("crash: echo life; exit 1\nquiet: echo up; read go < gate; exit 3\n");
  write("pm.toml",
        "[process.crash]\nbackoff = { initial = \"1ms\", max = \"5ms\" }\n[process.quiet]\nrestart = "
        "\"never\"\n");
  const e2e::Gate gate{path("gate")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  std::atomic<bool> all{false};
  Injector injector{supervisor_of(pm),
                    {.lose = [&](int signal) { return signal == SIGCHLD && (all || dice(2) == 0); }}};
  while (e2e::count(pm.out(), "| life\n") < 20 && pm.runs_on_for(5ms))
    processes();  // somebody asks now and then
  EXPECT_EQ(operate(core::Verb::stop, "crash").status, 200);
  all = true;
  const auto before = injector.injected();
  gate.open();
  while (injector.injected() == before) ::poll(nullptr, 0, 1);
  EXPECT_TRUE(await_state("quiet.1", "exited")) << "a question is an occasion to look";
  injector.stop();
  end(pm);
}

TEST_F(Injected, SignalsInEverySystemCallLoseNothing) {
  SCOPED_TRACE(said_seed());
  procfile("a: read go < gate; exec line_writer 20000 30\nb: echo up; exit 1\n");
  quick_backoff();
  const e2e::Gate gate{path("gate")};
  const auto out = open_to_write("out");
  auto pm = start({.args = {"start", "a=4", "b=2", "--log-dir", "logs"}, .out = out.get()});
  ASSERT_TRUE(await_socket());
  ASSERT_TRUE(await_state("a.4", "running"));
  std::map<long, int> seen;
  // Each kind of call a few times, and any call now and then. More would never end: a signal is more calls.
  Injector injector{supervisor_of(pm), {.signal = [&](const Call& call) {
                      const bool now = seen[call.number]++ < 5 || dice(40) == 0;
                      return now ? (dice(2) == 0 ? SIGWINCH : SIGCHLD) : 0;
                    }}};
  gate.open(4);
  EXPECT_EQ(scale("b", "4").status, 200);
  EXPECT_EQ(operate(core::Verb::stop, "b").status, 200);
  for (int number = 1; number <= 4; ++number)
    EXPECT_TRUE(await_state("a." + std::to_string(number), "exited"));
  EXPECT_GT(injector.injected(), 50);
  injector.stop();
  end(pm);
  for (int number = 1; number <= 4; ++number) {
    const auto name = "a." + std::to_string(number);
    EXPECT_EQ(e2e::count(read("logs/" + name + ".log"), "\n"), 20000);
    EXPECT_EQ(e2e::count(e2e::lines_of(read("out"), name), "\n"), 20000 + 2);
  }
}

// There is no going on without memory. But it is told, and nothing is left.
TEST_F(Injected, NoMemoryForTheSupervisorEndsWithTheTruth) {
  procfile("a: family\nb: sh -c 'echo up; sleep 1000; true'; true\n");
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  ASSERT_TRUE(pm.await_out("| ready\n"));
  std::atomic<bool> short_of_memory{false};
  Injector injector{supervisor_of(pm), {.error = [&](const Call& call) {
                      const bool asks =
                          call.number == SYS_brk || call.number == SYS_mmap || call.number == SYS_mremap;
                      return short_of_memory && asks ? ENOMEM : 0;
                    }}};
  short_of_memory = true;
  scale("b", "1000");
  EXPECT_NE(pm.await_exit(), 0);
  EXPECT_GT(injector.injected(), 0);
  EXPECT_THAT(left_over(), IsEmpty());
  EXPECT_FALSE(exists(".pm.sock"));
}

class Stopped : public Faulty {};

// The children write, end and crash meanwhile; their SIGCHLDs are one.
TEST_F(Stopped, ForTenSecondsTheSupervisorLosesNothing) {
  procfile("a: read go < gate; exec line_writer 20000 30\nb: echo up; exit 1\n");
  write("pm.toml", "[defaults]\nbackoff = { initial = \"1ms\", max = \"5ms\" }\n");
  const e2e::Gate gate{path("gate")};
  auto pm =
      start({.args = {"start", "a=4", "b=8", "-r", "a=never", "--log-dir", "logs"}, .out = Launch::kNull});
  ASSERT_TRUE(await_socket());
  ASSERT_TRUE(await_state("b.8", "running"));
  const auto supervisor = chain_of(pm.pid()).supervisor;
  ::kill(supervisor, SIGSTOP);
  gate.open(4);
  ::poll(nullptr, 0, std::max(1000, scaled(10'000)));  // the fault itself
  ::kill(supervisor, SIGCONT);
  for (int number = 1; number <= 4; ++number)
    EXPECT_TRUE(await_state("a." + std::to_string(number), "exited"));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0) << pm.err();
  for (int number = 1; number <= 4; ++number)
    EXPECT_EQ(e2e::count(read("logs/a." + std::to_string(number) + ".log"), "\n"), 20000);
  EXPECT_THAT(left_over(), IsEmpty());
}

}  // namespace

}  // namespace pm::fault
