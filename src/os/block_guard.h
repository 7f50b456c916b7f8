#pragma once

#include <csignal>

namespace pm::os {

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

}  // namespace pm::os
