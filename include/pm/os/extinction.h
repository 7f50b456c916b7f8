#pragma once

#include <cstddef>

#include "pm/core/name.h"

namespace pm::os {

/// One round of ending every descendant of `root`, which is this process or one of its children, but not
/// `root` itself: all of them are stopped first, again and again until no new one turns up, then all get
/// SIGKILL. What is stopped keeps its place under RLIMIT_NPROC and pids.max, so that a fork bomb runs out of
/// room instead of outrunning its end. Zombies do not count; children of this process are the caller's to
/// reap.
///
/// How many were found alive: who wants none to be left repeats the round, waiting for a SIGCHLD in between,
/// until it is 0. What may not be signalled (EPERM) or sleeps uninterruptibly is found again each time. A
/// round takes at most about a twentieth of a second, and allocates nothing. Not for two threads at a time.
/// Without /proc it finds nothing.
std::size_t kill_descendants(core::Pid root);

}  // namespace pm::os
