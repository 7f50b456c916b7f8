#include "pm/os/signals.h"

#include <signal.h>

#include <array>
#include <atomic>
#include <cstddef>

namespace pm::os {

namespace {

std::array<std::atomic<bool>, NSIG> noted;
static_assert(std::atomic<bool>::is_always_lock_free, "a handler may write nothing else (signal-safety(7))");

void note(int signal) { noted[static_cast<std::size_t>(signal)] = true; }

}  // namespace

bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

void ignore_output_signals() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGTTOU, SIG_IGN);
}

void note_signal(int signal) {
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = SA_RESTART;
  ::sigaction(signal, &action, nullptr);
}

bool take_noted_signal(int signal) { return noted[static_cast<std::size_t>(signal)].exchange(false); }

void unblock_signals() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace pm::os
