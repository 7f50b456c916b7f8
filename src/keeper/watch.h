#pragma once

#include <sys/types.h>

#include <cstdint>

#include "estate.h"
#include "pm/keeper/protocol.h"

namespace pm::keeper {

/// What a keeper is set to watch. The descriptors are numbers, not owners: a keeper never leaves its
/// function.
struct Ward {
  const char* name;  ///< for messages
  pid_t pid;         ///< a child of this process
  int below;         ///< the link to it
  int above = -1;    ///< the link to the keeper of this keeper; -1: people know this process
};

/// Which signals a keeper passes on.
bool is_passed_on(int signal);

/// A keeper's whole life, from here to its end. It allocates nothing, opens nothing but what it clears away
/// at the end, and waits in one place. SIGCHLD and what it is to pass on are blocked when it is called.
class Watch {
 public:
  explicit Watch(const Ward& ward) : ward_{ward} {}
  [[noreturn]] void keep();

 private:
  void take_descriptors();
  void wait();
  void on_signals();
  void on_messages_from_below();
  void on_messages_from_above();
  void orphaned();
  void insist();
  void note(Message& message);
  /// Clears away the children that have ended; whether there are others.
  bool reap();
  [[noreturn]] void finish();
  void kill_what_is_left();

  Ward ward_;
  int signals_ = -1;
  bool ended_ = false;
  int code_ = 0, signal_ = 0;  // of the ward's end; at most one is not 0
  std::int64_t deadline_ = 0;  // for the ward to end, once this keeper is orphaned; 0: none
  Estate estate_;
  Message message_;
};

}  // namespace pm::keeper
