#include "pm/os/kill_all.h"

#include <gmock/gmock.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

#include "pm/os/pipe.h"

namespace pm::os {

using core::Pid;
using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

/// Processes that descend from the test, wherever they move.
class KillAll : public testing::Test {
 protected:
  KillAll() { ::prctl(PR_SET_CHILD_SUBREAPER, 1L); }
  ~KillAll() override {
    while (::waitpid(-1, nullptr, 0) > 0) continue;
    ::prctl(PR_SET_CHILD_SUBREAPER, 0L);
  }

  static std::vector<ProcessInfo> running() {
    std::vector<ProcessInfo> found;
    for (const auto pid : descendants_of(own_pid()))
      if (const auto info = process_info(pid); info && !info->ended()) found.push_back(*info);
    return found;
  }

  /// A family of `generations`, each in a session of its own, deaf to everything that can be ignored.
  static void start_family(int generations) {
    auto ready = make_pipe();
    if (::fork() == 0) raise_family(generations, ready->write.get());
    char byte;
    for (int left = generations; left > 0; --left) EXPECT_EQ(::read(ready->read.get(), &byte, 1), 1);
  }

 private:
  [[noreturn]] static void raise_family(int generations, int ready) {
    ::setsid();
    for (const int signal : {SIGTERM, SIGHUP, SIGINT}) ::signal(signal, SIG_IGN);
    if (generations > 1 && ::fork() == 0) raise_family(generations - 1, ready);
    if (::write(ready, "", 1) == 1)
      for (;;) ::pause();
    ::_exit(1);
  }
};

TEST_F(KillAll, EndsEveryGeneration) {
  start_family(5);
  ASSERT_THAT(running(), SizeIs(5));
  EXPECT_THAT(kill_all(running, 10s), IsEmpty());
  while (::waitpid(-1, nullptr, 0) > 0) continue;
  EXPECT_THAT(running(), IsEmpty());
}

// A signal takes its time. For ever, if there was none.
char state_once_stopped(const ProcessInfo& process) {
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(process.pid), &info, WSTOPPED | WEXITED | WNOWAIT);
  const auto now = process_info(process.pid);
  return now ? now->state : '?';
}

TEST_F(KillAll, StopsFirstAndKillsOnceNothingNewIsFound) {
  start_family(1);
  int calls = 0;
  std::vector<char> states;
  kill_all(
      [&] {
        const auto found = running();
        if (++calls == 2)
          for (const auto& process : found) states.push_back(state_once_stopped(process));
        return found;
      },
      10s);
  EXPECT_EQ(calls, 2);
  EXPECT_THAT(states, testing::ElementsAre('T'));
}

TEST_F(KillAll, LeavesWhatGoesOnMultiplyingStoppedForTheNextTime) {
  const auto multiply = [] {
    start_family(1);
    return running();
  };
  EXPECT_THAT(kill_all(multiply, 0s), IsEmpty());
  const auto left = running();
  EXPECT_THAT(left, SizeIs(2));
  for (const auto& process : left) EXPECT_EQ(state_once_stopped(process), 'T');
  kill_all(running, 0s);
  while (::waitpid(-1, nullptr, 0) > 0) continue;
  EXPECT_THAT(running(), IsEmpty());
}

}  // namespace

}  // namespace pm::os
