#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pm/core/exit.h"
#include "pm/core/name.h"
#include "pm/core/restart.h"
#include "pm/core/time.h"

namespace pm::core {

// The states of one instance. A state carries exactly what is true in it; every event is answered by every
// state.
//
//   Stopped ──start──▶ Starting ──spawned──▶ Running ──ends──▶ (Ending) ──gone──▶ Backoff ──time──▶ Starting
//                         │                    │                                 └▶ Exited, Failed
//                         └─failed─▶ Waiting   └──stop──▶ Stopping ──gone──▶ Stopped, or Starting if wanted
//                         again
//
// "Ends" is the end of the leader, the process that was spawned; "gone" is the end of everything it has
// started. A life is over only when it is gone, so that no two lives of an instance ever overlap.

struct Stopped {  ///< asked to be down
  friend bool operator==(const Stopped&, const Stopped&) = default;
};
struct Waiting {  ///< wanted, but something that a start needs is missing: descriptors, processes, memory
  std::string reason;
  TimePoint until;  ///< of the next attempt
  int attempts = 1;
  int failures = 0;
  friend bool operator==(const Waiting&, const Waiting&) = default;
};
struct Starting {  ///< the spawn was asked for and not answered yet
  int failures = 0;
  int attempts = 0;     ///< that failed for lack of something
  bool killed = false;  ///< SIGKILL it is, as soon as there is something to kill
  bool outdated =
      false;  ///< it was asked for before what a new life is to follow: ends as soon as it is there
  friend bool operator==(const Starting&, const Starting&) = default;
};
struct Running {
  Pid pid;
  TimePoint since;
  int failures = 0;  ///< in a row, before this life
  friend bool operator==(const Running&, const Running&) = default;
};
struct Stopping {                      ///< asked to end
  Pid pid;                             ///< none: the leader has ended, what it has started has not
  TimePoint since;                     ///< when it was asked
  std::optional<TimePoint> remind_at;  ///< when to tell a person that this takes long
  std::optional<TimePoint> kill_at;    ///< nullopt: SIGKILL was sent
  friend bool operator==(const Stopping&, const Stopping&) = default;
};
struct Ending {  ///< the leader ended by itself and left processes behind, which are being stopped
  Exit how;
  Duration lived;
  int failures = 0;
  std::optional<TimePoint> kill_at;  ///< nullopt: SIGKILL was sent
  friend bool operator==(const Ending&, const Ending&) = default;
};
struct Backoff {  ///< ended by itself, starts again
  Exit how;
  TimePoint until;
  int failures = 1;
  friend bool operator==(const Backoff&, const Backoff&) = default;
};
struct Exited {  ///< ended by itself, stays down
  Exit how;
  friend bool operator==(const Exited&, const Exited&) = default;
};
struct Failed {  ///< gave up, or cannot be run
  Exit how;
  std::string reason;
  friend bool operator==(const Failed&, const Failed&) = default;
};
using State = std::variant<Stopped, Waiting, Starting, Running, Stopping, Ending, Backoff, Exited, Failed>;

/// The words of every output, in the order in which a person wants to know of them.
inline constexpr std::array<std::string_view, 8> kStateNames = {"running", "starting", "stopping", "backoff",
                                                                "waiting", "failed",   "exited",   "stopped"};
std::string_view state_name(const State& state);

/// Whether there is nothing of the instance: no process, and no spawn on its way.
bool at_rest(const State& state);

/// When the state wants to be woken by on_time; nullopt if only an event can change it.
std::optional<TimePoint> due(const State& state);

/// Why a spawn failed.
struct SpawnFailure {
  bool transient = false;  ///< for lack of something that may come back: try again
  int status = 127;        ///< else what a shell would report: 127 not found, 126 not executable
  std::string reason;
  friend bool operator==(const SpawnFailure&, const SpawnFailure&) = default;
};

/// What the driver is to do for the instance.
enum class Order {
  spawn,   ///< start a new life
  signal,  ///< the stop signal and SIGCONT: to the process group, or, once the leader has ended, to each
           ///< process left
  kill,    ///< SIGKILL to everything that is left, now and until it is gone
  remind,  ///< tell the person that it is still stopping
};

struct Step {
  State next;
  std::vector<Order> orders;
};

struct Policy {
  RestartPolicy restart;
  StopPolicy stop;
};

// The events. `wanted`: whether the instance is to run, as things stand after the event; `u` in [−1, 1] is
// the dice for the jitter. None of them is a failure on the part of the caller: an event that a state does
// not expect leaves it as it is.

/// The user, or the formation, wants a life now: whatever backs off, waits or is down starts at once.
Step on_start(const Policy& policy, const State& state, TimePoint now);
/// The life in progress is to end, and a new one to follow if `wanted` still holds then.
Step on_stop(const Policy& policy, const State& state, TimePoint now);
/// A life that begins from now on, whatever is in progress: what is still being spawned makes room for it as
/// soon as it is there, what is down starts at once.
Step on_restart(const Policy& policy, const State& state, TimePoint now);
/// The life in progress is to end as with on_stop, without grace.
Step on_kill(const State& state, TimePoint now);
Step on_spawned(const Policy& policy, const State& state, Pid pid, bool wanted, TimePoint now);
Step on_spawn_failed(const Policy& policy, const State& state, const SpawnFailure& failure, bool wanted,
                     TimePoint now, double u);
/// The leader ended and left processes behind.
Step on_leader_exit(const Policy& policy, const State& state, Exit how, TimePoint now);
/// Nothing of the life is left; `how` is the end of its leader.
Step on_gone(const Policy& policy, const State& state, Exit how, bool wanted, TimePoint now, double u);
/// The time that due() named has come.
Step on_time(const State& state, TimePoint now);

}  // namespace pm::core
