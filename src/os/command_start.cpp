#include "command_start.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "pm/os/pipe.h"
#include "pm/os/syscall.h"

namespace pm::os {

using core::Error;
using core::Result;

namespace {

using At = StartFailure::At;

/// Strings as exec(3) wants them; they stay with their owner.
std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const auto& string : strings) result.push_back(const_cast<char*>(string.c_str()));
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> entries(const std::map<std::string, std::string>& environment) {
  std::vector<std::string> result;
  for (const auto& [name, value] : environment) result.push_back(name + "=" + value);
  return result;
}

void keep_only_standard_descriptors() {
  if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  constexpr int kFew = 65536;  // before Linux 5.11
  for (int fd = 3; fd < kFew; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// SIGTTOU, which is for those who are not in front, is blocked.
void lead_group() {
  const bool in_front = ::tcgetpgrp(0) == ::getpgrp();
  ::setpgid(0, 0);
  if (in_front) ::tcsetpgrp(0, ::getpid());
}

/// The child's side, from fork to exec; answers only if that failed. PATH is looked up by execvp, which reads
/// it in `environ`: the child's own copy.
StartFailure become(const std::string& directory, char** arguments, char** environment, CommandGroup group,
                    pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  if (group == CommandGroup::own) lead_group();
  reset_signals();
  if (::chdir(directory.c_str()) == -1) return {At::directory, errno};
  keep_only_standard_descriptors();
  ::environ = environment;
  ::execvp(arguments[0], arguments);
  return {At::exec, errno};
}

/// What the child wrote into `pipe` before it gave up; nullopt if it became the program.
std::optional<StartFailure> failure_from(int pipe) {
  StartFailure failure{};
  const auto size = retry([&] { return ::read(pipe, &failure, sizeof failure); });
  return size == sizeof failure ? std::optional{failure} : std::nullopt;
}

}  // namespace

Result<StartedCommand> start_command(const ForegroundCommand& command, CommandGroup group) {
  auto variables = entries(command.environment);
  auto arguments = pointers(command.arguments), environment = pointers(variables);
  auto report = make_pipe();  // closed by exec, unless the child has something to say before
  if (!report) return report.error();
  const auto parent = ::getpid();
  const auto child = ::fork();
  if (child == -1) return system_error("cannot start a process");
  if (child == 0) {
    const auto failure = become(command.directory, arguments.data(), environment.data(), group, parent);
    [[maybe_unused]] const auto size = ::write(report->write.get(), &failure, sizeof failure);
    ::_exit(127);
  }
  report->write.reset();
  return StartedCommand{child, failure_from(report->read.get())};
}

Error explain(const StartFailure& failure, const ForegroundCommand& command) {
  if (failure.at == At::directory)
    return system_error(fmt::format("cannot change to '{}'", command.directory), failure.code);
  auto error = system_error(fmt::format("cannot run '{}'", command.arguments.front()), failure.code);
  if (failure.code == ENOENT || failure.code == ENOTDIR) error.kind = Error::Kind::not_found;
  return error;
}

}  // namespace pm::os
