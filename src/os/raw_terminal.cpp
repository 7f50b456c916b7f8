#include "pm/os/raw_terminal.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <utility>

#include "pm/os/pipe.h"
#include "pm/os/syscall.h"

namespace pm::os {

using core::Result;

namespace {

constexpr int kDeadly[] = {SIGTERM, SIGHUP,  SIGINT, SIGQUIT, SIGSEGV,
                           SIGBUS,  SIGABRT, SIGFPE, SIGILL,  SIGSYS};

// A signal handler can reach nothing else; the guard has a copy.
struct Taken {
  volatile std::sig_atomic_t fd = -1, given_back = 0;
  termios before{}, raw{};
  std::string leave;
  struct sigaction actions[std::size(kDeadly)] = {};
} taken;

// The bytes are not waited for: where nobody reads the terminal any more (it was stopped with Ctrl-S, it is
// gone), its modes come first.
void write_leave() {
  pollfd room{.fd = taken.fd, .events = POLLOUT, .revents = 0};
  if (::poll(&room, 1, 0) == 1) [[maybe_unused]]
    const auto size = ::write(taken.fd, taken.leave.data(), taken.leave.size());
}

// Only async-signal-safe calls.
void give_back() {
  write_leave();
  ::tcsetattr(taken.fd, TCSANOW, &taken.before);
}

extern "C" void on_deadly(int signal) {
  const int before = errno;
  if (taken.fd >= 0 && !taken.given_back) give_back();
  taken.fd = -1;
  errno = before;
  ::raise(signal);  // the handler was taken away when it was called (SA_RESETHAND)
}

void catch_deadly() {
  for (std::size_t i = 0; i < std::size(kDeadly); ++i) {
    struct sigaction action {};
    if (::sigaction(kDeadly[i], nullptr, &action) == -1) continue;
    taken.actions[i] = action;
    if (action.sa_handler == SIG_IGN) continue;  // nohup(1)
    action = {};
    action.sa_handler = on_deadly;
    action.sa_flags = SA_RESETHAND;
    ::sigaction(kDeadly[i], &action, nullptr);
  }
}

void release_deadly() {
  for (std::size_t i = 0; i < std::size(kDeadly); ++i) ::sigaction(kDeadly[i], &taken.actions[i], nullptr);
}

// Whoever has the terminal by now may have set it up for itself.
bool still_raw() {
  termios now{};
  return ::tcgetattr(taken.fd, &now) == 0 && now.c_lflag == taken.raw.c_lflag &&
         now.c_iflag == taken.raw.c_iflag && now.c_oflag == taken.raw.c_oflag;
}

// Whether no other job has the terminal: it is still this one's, or the shell's that has started it, who may
// have set it up by now but knows nothing of what was on its screen.
bool is_in_front(pid_t group, pid_t shell) {
  const auto front = ::tcgetpgrp(taken.fd);
  return front == group || front == shell || front == ::getsid(0);
}

// Waits until the pipe ends: with a byte if all is well, without one if the process was killed.
[[noreturn]] void guard(int pipe, pid_t shell) {
  for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTTOU, SIGTSTP, SIGPIPE})
    ::signal(signal, SIG_IGN);
  const auto group = ::getpgrp();
  ::setpgid(0, 0);  // or it would end with the others
  char byte;
  const bool well = retry([&] { return ::read(pipe, &byte, 1); }) == 1;
  if (!well && still_raw())
    give_back();
  else if (!well && is_in_front(group, shell))
    write_leave();
  ::_exit(0);
}

// Descriptors above this one have to wait for the guard's end where there is no close_range(2) (Linux 5.9).
constexpr unsigned kClosedOneByOne = 4096;

void close_all(unsigned first, unsigned last) {
  if (first > last || ::syscall(SYS_close_range, first, last, 0U) == 0) return;
  for (unsigned fd = first; fd <= std::min(last, kClosedOneByOne); ++fd) ::close(static_cast<int>(fd));
}

// All but what the guard needs.
void close_others(int pipe, int terminal) {
  const auto low = static_cast<unsigned>(std::min(pipe, terminal));
  const auto high = static_cast<unsigned>(std::max(pipe, terminal));
  if (low > 0) close_all(0, low - 1);
  close_all(low + 1, high - 1);
  close_all(high + 1, ~0U);
}

}  // namespace

Result<RawTerminal> RawTerminal::enter(int fd, std::string leave) {
  if (::tcgetattr(fd, &taken.before) == -1) return system_error("cannot use the terminal");
  if ((::fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
    return core::Error{.what = "cannot write to the terminal",
                       .hint = "it is open for reading only; redirect it with '<>', or not at all"};
  taken.raw = taken.before;
  ::cfmakeraw(&taken.raw);
  taken.leave = std::move(leave);

  auto pipe = make_pipe();
  if (!pipe) return pipe.error();
  const auto parent = ::getppid(), shell = ::getpgid(parent);
  const auto guard_pid = ::fork();
  if (guard_pid == -1) return system_error("cannot start a process");
  taken.fd = fd;
  taken.given_back = 0;
  if (guard_pid == 0) {
    pipe->write.reset();  // or the pipe would never end
    close_others(pipe->read.get(), fd);
    guard(pipe->read.get(), shell);
  }
  RawTerminal terminal;
  terminal.entered_ = true;
  terminal.guard_ = core::Pid{guard_pid};
  terminal.to_guard_ = std::move(pipe->write);
  catch_deadly();
  if (::tcsetattr(fd, TCSADRAIN, &taken.raw) == -1) return system_error("cannot set up the terminal");
  ::tcgetattr(fd, &taken.raw);  // as far as it could be had
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::raise(SIGTERM);
  return terminal;
}

RawTerminal::RawTerminal(RawTerminal&& other) noexcept
    : entered_{std::exchange(other.entered_, false)},
      guard_{other.guard_},
      to_guard_{std::move(other.to_guard_)} {}

void RawTerminal::stop() {
  give_back();
  taken.given_back = 1;  // not a second time, should a signal end it meanwhile
  ::raise(SIGSTOP);
}

void RawTerminal::take_again() {
  if (!taken.given_back) give_back();
  taken.given_back = 0;
  retry([] { return ::tcsetattr(taken.fd, TCSADRAIN, &taken.raw); });
}

RawTerminal::~RawTerminal() {
  if (!entered_) return;
  ::prctl(PR_SET_PDEATHSIG, 0);
  if (!taken.given_back) give_back();
  taken.fd = -1;
  release_deadly();
  const char well = 1;
  [[maybe_unused]] const auto size = ::write(to_guard_.get(), &well, 1);
  to_guard_.reset();
  retry([&] { return ::waitpid(static_cast<pid_t>(guard_), nullptr, 0); });
}

}  // namespace pm::os
