#include "pm/os/daemon.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pm/os/append_file.h"
#include "pm/os/pipe.h"
#include "pm/os/syscall.h"

namespace pm::os {

using core::Exit;
using core::Pid;
using core::Result;

namespace {

constexpr int kStdin = 0, kStdout = 1, kStderr = 2, kReport = 3;

Result<UniqueFd> open_nothing() {
  UniqueFd nothing{::open("/dev/null", O_RDWR | O_CLOEXEC)};
  if (!nothing) return system_error("cannot open '/dev/null'");
  return nothing;
}

// What whoever started us has left open, and waits for the end of, is not ours to keep for days.
UniqueFd keep_only(UniqueFd report) {
  if (report.get() != kReport) {
    ::dup2(report.get(), kReport);
    report = UniqueFd{kReport};
  }
  ::fcntl(kReport, F_SETFD, FD_CLOEXEC);
  ::syscall(SYS_close_range, kReport + 1U, ~0U, 0U);  // Linux 5.9; older ones keep them
  return report;
}

Background become_background(UniqueFd nothing, UniqueFd output, UniqueFd report) {
  ::setsid();
  ::dup2(nothing.get(), kStdin);
  ::dup2(output.get(), kStdout);
  nothing.reset();
  output.reset();
  return Background{keep_only(std::move(report))};
}

Exit wait_for(pid_t child) {
  siginfo_t info{};
  retry([&] { return ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED); });
  return info.si_code == CLD_EXITED ? Exit::code(info.si_status) : Exit::signal(info.si_status);
}

Foreground wait_for_start(pid_t child, int report) {
  char byte = 0;
  const bool started = retry([&] { return ::read(report, &byte, 1); }) == 1;
  return {.background = Pid{child}, .end = started ? std::nullopt : std::optional{wait_for(child)}};
}

}  // namespace

bool Background::started() {
  const bool awaited = retry([&] { return ::write(report_.get(), "", 1); }) == 1;
  report_.reset();
  ::dup2(kStdout, kStderr);
  return awaited;
}

Exit wait_for_end(const Foreground& foreground) {
  return wait_for(static_cast<pid_t>(foreground.background));
}

Result<std::variant<Foreground, Background>> go_into_background(const std::string& output) {
  using Sides = std::variant<Foreground, Background>;
  auto nothing = open_nothing();
  auto target = output.empty() ? open_nothing() : open_to_append(output);
  auto report = make_pipe();
  if (!nothing) return nothing.error();
  if (!target) return target.error();
  if (!report) return report.error();

  ::signal(SIGCHLD, SIG_DFL);  // where it is ignored, nobody learns how a child ends
  const auto child = ::fork();
  if (child == -1) return system_error("cannot start a process in the background");
  if (child != 0) {
    report->write.reset();
    return Sides{wait_for_start(child, report->read.get())};
  }
  report->read.reset();
  return Sides{become_background(std::move(*nothing), std::move(*target), std::move(report->write))};
}

}  // namespace pm::os
