#pragma once

#include <termios.h>

#include <string>

#include "pm/core/error.h"
#include "pm/core/name.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

/// Takes this process's terminal for a scope: every byte of the keyboard comes as it is, and nothing is
/// echoed (cfmakeraw(3)). However the process ends, the terminal is as it was before: by the destructor, by a
/// signal that ends it (SIGTERM, SIGHUP, SIGSEGV, …: their handlers put things right and let the signal have
/// its way), and after a SIGKILL by a guard, a small process of its own that is forked off. The handlers, the
/// guard and the terminal are the whole process's, so there is at most one, made before there are threads.
class RawTerminal {
 public:
  /// `fd`: the terminal, open for writing, which stays the caller's. `leave`: bytes that are written to it at
  /// the end, before its modes are restored. Once its parent ends, this process gets a SIGTERM
  /// (PR_SET_PDEATHSIG, prctl(2)), for nobody would be there to take the terminal back. Errors: failed, if
  /// `fd` is no terminal, cannot be written to or there can be no guard; then all is as before.
  static core::Result<RawTerminal> enter(int fd, std::string leave);

  /// What a SIGTSTP asks for, to be called by whoever has caught it: gives the terminal back and stops this
  /// process. On SIGCONT take_again() is due.
  void stop();
  /// For a SIGCONT: takes the terminal again, which the shell has had. After a SIGSTOP, which cannot be
  /// caught, `leave` comes first. What is shown there is to be drawn anew.
  void take_again();

  RawTerminal(RawTerminal&& other) noexcept;
  RawTerminal& operator=(RawTerminal&&) = delete;
  ~RawTerminal();

 private:
  RawTerminal() = default;

  bool entered_ = false;
  core::Pid guard_ = core::Pid::none;
  UniqueFd to_guard_;  // its end tells that this process has ended
};

}  // namespace pm::os
