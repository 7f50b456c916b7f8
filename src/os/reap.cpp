#include "pm/os/reap.h"

#include <sys/wait.h>

#include "pm/os/syscall.h"

namespace pm::os {

std::optional<Reaped> reap() {
  siginfo_t info{};
  if (retry([&] { return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG); }) == -1 || info.si_pid == 0)
    return std::nullopt;
  const auto how =
      info.si_code == CLD_EXITED ? core::Exit::code(info.si_status) : core::Exit::signal(info.si_status);
  return Reaped{core::Pid{info.si_pid}, how};
}

bool has_children() {
  siginfo_t info{};
  return retry([&] { return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT); }) == 0;  // else ECHILD
}

}  // namespace pm::os
