#include "pm/os/foreground.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>

#include "pm/os/pipe.h"
#include "pm/os/syscall.h"

namespace pm::os {

using core::Error;
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

/// Holds signals back for a scope, to be taken by sigwaitinfo.
class BlockGuard {
 public:
  explicit BlockGuard(const sigset_t& signals) { ::sigprocmask(SIG_BLOCK, &signals, &before_); }
  BlockGuard(const BlockGuard&) = delete;
  BlockGuard& operator=(const BlockGuard&) = delete;
  ~BlockGuard() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

sigset_t signals_of(std::initializer_list<int> numbers) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : numbers) ::sigaddset(&set, number);
  return set;
}

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

/// What kept the child from becoming the program.
struct Failure {
  enum class At { directory, exec } at;
  int code;
};

void keep_only_standard_descriptors() {
  if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  constexpr int kFew = 65536;  // before Linux 5.11
  for (int fd = 3; fd < kFew; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  const auto none = signals_of({});
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// The child's side, from fork to exec; answers only if that failed. PATH is looked up by execvp, which reads
/// it in `environ`: the child's own copy.
Failure become(const std::string& directory, char** arguments, char** environment, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  reset_signals();
  if (::chdir(directory.c_str()) == -1) return {Failure::At::directory, errno};
  keep_only_standard_descriptors();
  ::environ = environment;
  ::execvp(arguments[0], arguments);
  return {Failure::At::exec, errno};
}

Error explain(const Failure& failure, const ForegroundCommand& command) {
  if (failure.at == Failure::At::directory)
    return system_error(fmt::format("cannot change to '{}'", command.directory), failure.code);
  auto error = system_error(fmt::format("cannot run '{}'", command.arguments.front()), failure.code);
  if (failure.code == ENOENT || failure.code == ENOTDIR) error.kind = Error::Kind::not_found;
  return error;
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

/// What the child wrote into `pipe` before it gave up; nullopt if it became the program.
std::optional<Failure> failure_from(int pipe) {
  Failure failure{};
  const auto size = retry([&] { return ::read(pipe, &failure, sizeof failure); });
  return size == sizeof failure ? std::optional{failure} : std::nullopt;
}

}  // namespace

Result<Exit> run_in_foreground(const ForegroundCommand& command) {
  auto variables = entries(command.environment);
  auto arguments = pointers(command.arguments), environment = pointers(variables);
  auto report = make_pipe();  // closed by exec, unless the child has something to say before
  if (!report) return report.error();

  const auto awaited = signals_of({SIGCHLD, SIGTERM, SIGHUP});
  const BlockGuard block{awaited};
  const HandlerGuard interrupt{SIGINT, SIG_IGN}, quit{SIGQUIT, SIG_IGN}, reap{SIGCHLD, SIG_DFL};
  const auto parent = ::getpid();
  const auto child = ::fork();
  if (child == -1) return system_error("cannot start a process");
  if (child == 0) {
    const auto failure = become(command.directory, arguments.data(), environment.data(), parent);
    [[maybe_unused]] const auto size = ::write(report->write.get(), &failure, sizeof failure);
    ::_exit(127);
  }
  report->write.reset();
  const auto failure = failure_from(report->read.get());
  const auto exit = wait_for(child, awaited);
  if (failure) return explain(*failure, command);
  return exit;
}

}  // namespace pm::os
