#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pm/core/exit.h"
#include "pm/core/limits.h"
#include "pm/core/name.h"
#include "pm/core/restart.h"
#include "pm/core/time.h"

namespace pm::core {

/// Microseconds since the epoch, of the wall clock: for people and other programs, never for deciding.
using WallTime = std::int64_t;

/// What is known of one instance at one moment, the same for every output: tables, JSON, metrics.
struct ProcessSnapshot {
  InstanceId id;
  std::string state;              ///< as of state_name
  std::string reason;             ///< why it is so, one clause; empty: it goes without saying
  std::optional<WallTime> since;  ///< when the state was entered; nullopt: it was never asked for
  Pid pid = Pid::none;            ///< of the leader, while it lives
  Generation generation = 0;
  std::optional<int> port;
  std::optional<WallTime> started_at;  ///< of the life in progress
  std::optional<Duration> uptime;      ///< of the life in progress
  int restarts = 0;                    ///< lives that followed a backoff
  std::optional<Exit> last_exit;       ///< of the latest life that ended
  std::optional<Duration> last_lived;
  std::optional<WallTime> last_ended_at;
  std::optional<Duration> next_restart;  ///< from now
  std::optional<Duration> kill_in;       ///< while stopping: until SIGKILL
  std::optional<double> cpu_percent;     ///< of one processor, the whole process tree
  std::optional<std::uint64_t> rss_bytes;
  std::string command;
  friend bool operator==(const ProcessSnapshot&, const ProcessSnapshot&) = default;
};

/// What a supervisor says of itself.
struct StatusSnapshot {
  std::string version;
  Pid pid = Pid::none;
  std::string root, procfile;
  WallTime started_at = 0;
  bool shutting_down = false;
  std::map<std::string, int> formation;
  std::vector<ProcessSnapshot> processes;
  friend bool operator==(const StatusSnapshot&, const StatusSnapshot&) = default;
};

/// What `pm why` answers from.
struct Explanation {
  ProcessSnapshot process;
  int failures = 0;  ///< in a row, up to now
  RestartPolicy restart;
  StopPolicy stop;
  std::vector<std::string> last_lines;  ///< the latest that it wrote itself, without newlines
  std::vector<KeptLimit> limits = {};   ///< as they were for the latest life
  friend bool operator==(const Explanation&, const Explanation&) = default;
};

// What those who follow the events are told.

struct StateEvent {
  ProcessSnapshot process;  ///< without cpu and rss
  std::string from;         ///< the state before
  friend bool operator==(const StateEvent&, const StateEvent&) = default;
};
struct FormationEvent {
  std::map<std::string, int> formation;
  friend bool operator==(const FormationEvent&, const FormationEvent&) = default;
};
struct ReloadEvent {  ///< names of types
  std::vector<std::string> added, removed, changed;
  friend bool operator==(const ReloadEvent&, const ReloadEvent&) = default;
};
struct ShutdownEvent {
  std::string reason;
  friend bool operator==(const ShutdownEvent&, const ShutdownEvent&) = default;
};
struct Event {
  WallTime time = 0;
  std::variant<StateEvent, FormationEvent, ReloadEvent, ShutdownEvent> what;
  friend bool operator==(const Event&, const Event&) = default;
};

}  // namespace pm::core
