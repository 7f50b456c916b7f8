#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

namespace pm::fault {

/// A system call of the process under test, about to be made or just answered.
struct Call {
  pid_t pid;
  long number;  ///< as in <sys/syscall.h>
  std::array<std::uint64_t, 6> arguments;
  /// What descriptor `fd` of the process refers to: "/tmp/…/a.1.log", "pipe:[4711]".
  std::string file(std::uint64_t fd) const;
};

/// What happens to a process that would not happen by itself. Each is asked in the thread of the injector.
struct Faults {
  /// The errno that the call is to fail with, without being made; 0: let it be made.
  std::function<int(const Call&)> error = {};
  /// A signal that arrives while the call is being made; 0: none.
  std::function<int(const Call&)> signal = {};
  /// Whether a signal that is about to be delivered is lost.
  std::function<bool(int)> lose = {};
  /// Seconds by which CLOCK_REALTIME is off. Works for a process that was started with without_vdso().
  std::function<std::int64_t()> clock_offset = {};
};

/// Holds on to a process by ptrace(2) for as long as it lives, and makes its system calls fail. What the
/// process starts is not traced.
class Injector {
 public:
  Injector(pid_t pid, Faults faults);
  Injector(const Injector&) = delete;
  ~Injector() { stop(); }

  /// Lets go of the process; nothing is injected any more. Safe to call twice.
  void stop();
  /// How many faults there were.
  int injected() const { return injected_; }

 private:
  void trace();
  bool step(int status);
  void on_call();

  pid_t pid_;
  Faults faults_;
  std::atomic<bool> stopping_{false}, ended_{false}, attached_{false};
  std::atomic<int> injected_{0};
  int pending_error_ = 0;
  bool wants_time_ = false;
  std::uint64_t time_at_ = 0;
  std::thread thread_;
};

/// Whether a process can be traced here.
bool can_trace();

/// For Launch::before_exec; the test then calls without_vdso(), and the program asks the kernel for the time.
void be_traced();
/// Takes the kernel's own code, which tells the time without a system call, away from a program that has just
/// begun to run with be_traced(), and lets it go on.
void without_vdso(pid_t pid);

}  // namespace pm::fault
