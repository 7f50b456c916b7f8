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
/// its way), and after a SIGKILL by a guard, a small process of its own. There is at most one.
class RawTerminal {
 public:
  /// `fd`: the terminal, to be written to, which stays the caller's. `leave`: bytes that are written to it at
  /// the end, before its modes are restored. Once its parent ends, this
  /// process gets a SIGTERM (PR_SET_PDEATHSIG, prctl(2)), for nobody would be there to take the terminal
  /// back. Errors: failed, if `fd` is no terminal.
  static core::Result<RawTerminal> enter(int fd, std::string leave);

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
