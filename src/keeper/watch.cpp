#include "watch.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>

#include "pm/os/extinction.h"
#include "pm/os/output.h"
#include "pm/os/process_tree.h"
#include "pm/os/syscall.h"

namespace pm::keeper {

namespace {

constexpr int kStderr = 2, kBelow = 3, kAbove = 4, kOthers = 5;

constexpr std::int64_t kMillisecond = 1'000'000;
// A supervisor that was told to end for the want of its keeper takes half a second for its processes, and may
// wait a while for the reader of its output. One that is stopped or hangs takes for ever.
constexpr std::int64_t kOrphansTime = 10'000 * kMillisecond;
// SIGKILL takes effect at once but for processes in an uninterruptible wait, and such as another user owns.
constexpr std::int64_t kKillingTime = 2'000 * kMillisecond;
constexpr int kBetweenRoundsMs = 10;

std::int64_t monotonic() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000 * kMillisecond + now.tv_nsec;
}

int milliseconds_until(std::int64_t deadline) {
  const auto left = deadline - monotonic();
  return left > 0 ? static_cast<int>(left / kMillisecond) + 1 : 0;
}

// Without close_range(2) (Linux 5.9) it has to be one by one.
void close_from(unsigned first) {
  constexpr unsigned kMost = 4096;
  if (::syscall(SYS_close_range, first, ~0U, 0U) == 0) return;
  for (unsigned fd = first; fd < kMost; ++fd) ::close(static_cast<int>(fd));
}

// A line that is put together without allocating anything.
class Line {
 public:
  Line& operator<<(std::string_view text) {
    const auto size = std::min(text.size(), text_.size() - size_);
    std::memcpy(text_.data() + size_, text.data(), size);
    size_ += size;
    return *this;
  }
  std::string_view text() const { return {text_.data(), size_}; }

 private:
  std::array<char, 512> text_{};
  std::size_t size_ = 0;
};

std::string_view name_of(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name ? name : "?";
}

}  // namespace

bool is_passed_on(int signal) {
  switch (signal) {
    case SIGKILL:
    case SIGSTOP:
    case SIGCHLD:  // of our own children
    case SIGTSTP:  // the jobs' and the terminal's, for the whole process group
    case SIGTTIN:
    case SIGTTOU:
    case SIGCONT:
    case SIGWINCH:
    case SIGURG:
    case SIGPIPE:
    case SIGSEGV:  // a fault of this process
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGTRAP:
    case SIGABRT:
    case SIGSYS:
    case SIGXCPU:
    case SIGXFSZ: return false;
    default: return signal < 32 || signal >= SIGRTMIN;  // those between are the C library's
  }
}

void Watch::keep() {
  take_descriptors();
  while (!ended_) wait();
  finish();
}

// Whoever waits for the end of a pipe or terminal that this program was started with waits for the
// supervisor.
void Watch::take_descriptors() {
  constexpr int kAside = 16;
  ward_.below = ::fcntl(ward_.below, F_DUPFD_CLOEXEC, kAside);
  if (ward_.above >= 0) ward_.above = ::fcntl(ward_.above, F_DUPFD_CLOEXEC, kAside);
  ::close(0);
  ::close(1);
  ::dup3(ward_.below, kBelow, O_CLOEXEC);
  if (ward_.above >= 0)
    ::dup3(ward_.above, kAbove, O_CLOEXEC);
  else
    ::close(kAbove);
  close_from(kOthers);
  ward_.below = kBelow;
  if (ward_.above >= 0) ward_.above = kAbove;

  sigset_t awaited;
  ::sigemptyset(&awaited);
  ::sigaddset(&awaited, SIGCHLD);
  for (int signal = 1; signal < NSIG; ++signal)
    if (is_passed_on(signal)) ::sigaddset(&awaited, signal);
  signals_ = ::signalfd(-1, &awaited, SFD_NONBLOCK | SFD_CLOEXEC);
}

void Watch::wait() {
  pollfd watched[] = {{signals_, POLLIN, 0}, {ward_.below, POLLIN, 0}, {ward_.above, POLLIN, 0}};
  const int patience = deadline_ > 0 ? milliseconds_until(deadline_) : -1;
  const int ready = ::poll(watched, std::size(watched), patience);
  if (ready == 0) insist();
  if (ready <= 0) return;
  if (watched[2].revents != 0) on_messages_from_above();
  if (watched[1].revents != 0) on_messages_from_below();
  if (watched[0].revents != 0) on_signals();
}

void Watch::on_signals() {
  signalfd_siginfo info;
  while (os::retry([&] { return ::read(signals_, &info, sizeof info); }) == sizeof info)
    if (info.ssi_signo != SIGCHLD && ward_.above < 0 && deadline_ == 0)
      send_signal(ward_.below, static_cast<int>(info.ssi_signo));
  reap();
}

bool Watch::reap() {
  for (;;) {
    siginfo_t info{};
    if (os::retry([&] { return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG); }) == -1) return false;
    if (info.si_pid == 0) return true;
    if (info.si_pid != ward_.pid || ended_) continue;
    ended_ = true;
    (info.si_code == CLD_EXITED ? code_ : signal_) = info.si_status;
  }
}

void Watch::on_messages_from_below() {
  for (;;) switch (receive(ward_.below, message_)) {
      case Received::message: note(message_); break;
      case Received::nothing: return;
      case Received::ended:  // it is about to end, or has just been killed: SIGCHLD tells
        ::close(ward_.below);
        ward_.below = -1;
        return;
    }
}

void Watch::note(Message& message) {
  if (ward_.above >= 0) {
    int descriptors[kMostDescriptors];
    std::size_t count = 0;
    for (const auto& descriptor : message.descriptors)
      if (descriptor) descriptors[count++] = descriptor.get();
    send(ward_.above, message.kind, message.payload(), {descriptors, count});
  }
  if (const auto place = socket_of(message)) {
    estate_.note_socket(*place);
    // A client is shown the process that has called listen(2) last (SO_PEERCRED, unix(7)): the one it is to
    // know.
    if (ward_.above < 0 && message.descriptors[0]) ::listen(message.descriptors[0].get(), SOMAXCONN);
  }
  if (message.kind == Kind::cgroup) estate_.note_cgroup(message.payload());
  if (message.kind == Kind::voice && message.descriptors[0]) ::dup2(message.descriptors[0].get(), kStderr);
  for (auto& descriptor : message.descriptors) descriptor.reset();
}

void Watch::on_messages_from_above() {
  for (;;) switch (receive(ward_.above, message_)) {
      case Received::message:
        send(ward_.below, message_.kind, message_.payload());
        for (auto& descriptor : message_.descriptors) descriptor.reset();
        break;
      case Received::nothing: return;
      case Received::ended: return orphaned();
    }
}

void Watch::orphaned() {
  ::close(ward_.above);
  ward_.above = -1;
  deadline_ = monotonic() + kOrphansTime;
  send(ward_.below, Kind::orphaned);
  ::kill(ward_.pid, SIGCONT);
}

void Watch::insist() {
  ::kill(ward_.pid, SIGKILL);  // ours, and not reaped: it is no other's pid
  deadline_ = monotonic() + kBetweenRoundsMs * kMillisecond;
}

void Watch::finish() {
  if (ward_.below >= 0) on_messages_from_below();  // what it has said last
  estate_.kill_cgroups();
  kill_what_is_left();
  estate_.remove();
  if (signal_ == 0) ::_exit(code_);
  Line line;
  line << "pm: error: " << ward_.name << " was killed by SIG" << name_of(signal_)
       << ", and everything that it ran with it\n";
  if (signal_ == SIGKILL)
    line << "  hint: somebody has sent it, or the kernel, for lack of memory: dmesg tells; 'pm start' starts "
            "anew\n";
  else
    line << "  hint: this is a fault of pm; 'pm start' starts anew\n";
  os::complain(line.text());
  ::_exit(128 + signal_);
}

void Watch::kill_what_is_left() {
  const bool is_init = ::getpid() == 1;
  const auto deadline = monotonic() + kKillingTime;
  for (;;) {
    if (is_init)
      ::kill(-1, SIGKILL);  // without /proc, and whoever was brought into the namespace from outside
    if (!reap())
      return;  // what loses its parent becomes a child of this process: without one there is nobody
    const auto found = os::kill_descendants(os::own_pid());
    reap();
    if (found == 0) return;
    if (monotonic() > deadline)
      return os::complain("pm: warning: some processes cannot be killed and are left running\n");
    pollfd child{signals_, POLLIN, 0};
    ::poll(&child, 1, kBetweenRoundsMs);
    signalfd_siginfo info;
    while (os::retry([&] { return ::read(signals_, &info, sizeof info); }) == sizeof info) continue;
    reap();
  }
}

}  // namespace pm::keeper
