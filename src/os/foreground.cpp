#include "pm/os/foreground.h"

#include <sys/wait.h>

#include <csignal>
#include <initializer_list>

#include "block_guard.h"
#include "command_start.h"
#include "pm/os/syscall.h"

namespace pm::os {

using core::Exit;
using core::Result;

namespace {

/// Puts a signal's handler aside for a scope.
class HandlerGuard {
 public:
  HandlerGuard(int signal, void (*handler)(int)) : signal_{signal} {
    struct sigaction action {};
    action.sa_handler = handler;
    ::sigaction(signal_, &action, &before_);
  }
  HandlerGuard(const HandlerGuard&) = delete;
  HandlerGuard& operator=(const HandlerGuard&) = delete;
  ~HandlerGuard() { ::sigaction(signal_, &before_, nullptr); }

 private:
  int signal_;
  struct sigaction before_ {};
};

sigset_t signals_of(std::initializer_list<int> numbers) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : numbers) ::sigaddset(&set, number);
  return set;
}

Exit decode(int status) {
  return WIFSIGNALED(status) ? Exit::signal(WTERMSIG(status)) : Exit::code(WEXITSTATUS(status));
}

/// Passes on what `signals` brings until `child` has ended.
Exit wait_for(pid_t child, const sigset_t& signals) {
  for (;;) {
    const int signal = ::sigwaitinfo(&signals, nullptr);
    int status = 0;
    if (::waitpid(child, &status, WNOHANG) == child) return decode(status);
    if (signal > 0 && signal != SIGCHLD) ::kill(child, signal);
  }
}

}  // namespace

Result<Exit> run_in_foreground(const ForegroundCommand& command) {
  const auto awaited = signals_of({SIGCHLD, SIGTERM, SIGHUP});
  const BlockGuard block{awaited};
  const HandlerGuard interrupt{SIGINT, SIG_IGN}, quit{SIGQUIT, SIG_IGN}, reap{SIGCHLD, SIG_DFL};
  const auto started = start_command(command, CommandGroup::ours);
  if (!started) return started.error();
  const auto exit = wait_for(started->pid, awaited);
  if (started->failure) return explain(*started->failure, command);
  return exit;
}

}  // namespace pm::os
