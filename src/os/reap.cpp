#include "pm/os/reap.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "pm/os/syscall.h"

namespace pm::os {

namespace {

// A child that has asked its parent to trace it (PTRACE_TRACEME) stops at every signal, and tells it here
// whether that was asked for or not. Nobody here traces: it is let go, with its signal; what it stopped for
// at its exec is none.
void let_go(const siginfo_t& info) {
  const int signal = info.si_status & 0x7F;
  ::ptrace(PTRACE_DETACH, info.si_pid, nullptr,
           reinterpret_cast<void*>(signal == SIGTRAP ? 0L : static_cast<long>(signal)));
}

}  // namespace

std::optional<Reaped> reap() {
  for (;;) {
    siginfo_t info{};
    if (retry([&] { return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG); }) == -1 || info.si_pid == 0)
      return std::nullopt;
    const core::Pid pid{info.si_pid};
    switch (info.si_code) {
      case CLD_EXITED: return Reaped{pid, core::Exit::code(info.si_status)};
      case CLD_KILLED:
      case CLD_DUMPED: return Reaped{pid, core::Exit::signal(info.si_status)};
      default: let_go(info);
    }
  }
}

}  // namespace pm::os
