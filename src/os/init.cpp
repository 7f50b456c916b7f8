#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>

#include "block_guard.h"
#include "command_start.h"
#include "pm/os/extinction.h"
#include "pm/os/process_tree.h"
#include "pm/os/syscall.h"

namespace pm::os {

using core::Exit;
using core::Result;

namespace {

constexpr timespec kBetweenRounds{.tv_sec = 0, .tv_nsec = 10'000'000};
// SIGKILL takes effect at once but for processes in an uninterruptible wait, and such as another user owns.
constexpr int kMostRounds = 200;

bool is_pid_1() { return ::getpid() == 1; }

// All that can be. A fault of this process ends it whether its signal is blocked or not (signal(7)); sent by
// somebody it is for the command.
sigset_t all_signals() {
  sigset_t all;
  ::sigfillset(&all);
  return all;
}

/// One command and what it leaves behind, for as long as it takes.
class Init {
 public:
  explicit Init(pid_t child) : child_{child} {}

  Exit wait() {
    const auto all = all_signals();
    while (!end_) on_signal(::sigwaitinfo(&all, nullptr));
    take_terminal();
    kill_what_is_left();
    return *end_;
  }

 private:
  void on_signal(int signal) {
    if (signal == SIGCHLD) return reap();
    if (signal == SIGCONT) give_terminal();
    if (signal > 0) ::kill(-child_, signal);
  }

  void reap() {
    siginfo_t info{};
    while (retry([&] { return ::waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOHANG); }) == 0 &&
           info.si_pid != 0) {
      if (info.si_pid == child_) note(info);
      info.si_pid = 0;
    }
  }

  void note(const siginfo_t& info) {
    if (info.si_code == CLD_EXITED)
      end_ = Exit::code(info.si_status);
    else if (info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED)
      end_ = Exit::signal(info.si_status);
    else if (!is_pid_1())  // of which nobody would ask to go on
      stop();
  }

  // Whoever waits for this job sees it stopped, too; SIGCONT comes when it goes on.
  void stop() {
    take_terminal();
    ::raise(SIGSTOP);
  }

  void give_terminal() {
    if (::tcgetpgrp(0) == ::getpgrp()) ::tcsetpgrp(0, child_);
  }
  void take_terminal() {
    if (::tcgetpgrp(0) == child_) ::tcsetpgrp(0, ::getpgrp());
  }

  void kill_what_is_left() {
    const auto all = all_signals();
    for (int round = 0; round < kMostRounds; ++round) {
      if (is_pid_1()) ::kill(-1, SIGKILL);  // without /proc, too
      const auto found = kill_descendants(own_pid());
      reap();
      if (found == 0) return;
      ::sigtimedwait(&all, nullptr, &kBetweenRounds);
      reap();
    }
  }

  pid_t child_;
  std::optional<Exit> end_;
};

}  // namespace

Result<Exit> run_as_init(const ForegroundCommand& command) {
  become_subreaper();
  const BlockGuard block{all_signals()};
  const auto started = start_command(command, CommandGroup::own);
  if (!started) return started.error();
  const auto exit = Init{started->pid}.wait();
  if (started->failure) return explain(*started->failure, command);
  return exit;
}

}  // namespace pm::os
