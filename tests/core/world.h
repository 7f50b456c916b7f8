#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "core/dice.h"
#include "pm/core/supervision.h"

namespace pm::core::simulation {

// What a driver reports of a life; Spawned or SpawnFailure first, Gone last.
struct Spawned {
  Pid pid;
};
struct LeaderExited {
  Exit how;
};
struct Gone {
  Exit how;
};
using News = std::variant<Spawned, SpawnFailure, LeaderExited, Gone>;

struct Report {
  TimePoint at;
  std::uint64_t number;  ///< in the order they came up
  InstanceId id;
  Generation generation;
  News news;
  bool repeated = false;  ///< it was delivered before, perhaps long ago
};

/// A machine full of processes that behave as badly as processes do. It stands in for the driver and for the
/// system: it carries out commands and comes up with reports, on a clock that the caller moves.
class World {
 public:
  explicit World(Dice& dice) : dice_{dice} {}

  /// From now on every spawn succeeds, and what is spawned runs until it is stopped.
  void calm_down() { calm_ = true; }

  void carry_out(const Command& command, TimePoint now);

  /// When something happens next; nullopt: nothing will, unless a command brings it about.
  std::optional<TimePoint> next() const;

  /// The first report that is due by `now`.
  std::optional<Report> deliver(TimePoint now);

  /// Whether anything of the instance is there: a process, a spawn on its way, an end not reported yet.
  bool has(const InstanceId& id) const;
  bool has(const InstanceId& id, Generation generation) const;
  /// Whether the leader of that life runs.
  bool runs(const InstanceId& id, Generation generation) const;
  bool empty() const { return lives_.empty(); }

 private:
  enum class Manners { obeys, dawdles, ignores };
  struct Process {
    Manners manners = Manners::obeys;
    bool in_group = true;  // reached by a signal to the process group of the leader
    bool alive = true;
    Exit how = Exit::code(0);
    std::optional<TimePoint> ends_at;
  };
  struct Life {
    InstanceId id;
    Generation generation;
    std::vector<Process> processes;  // the leader first; none if the spawn failed
    TimePoint reported_at;
  };

  void spawn(const Command& command, TimePoint now);
  Process leader(TimePoint now);
  Process descendant(TimePoint now);
  SpawnFailure failure();
  void signal(Life& life, TimePoint now);
  void kill(Life& life, TimePoint now);
  void end_processes(TimePoint now);
  void end_process(Life& life, Process& process, TimePoint now);
  void report(Life& life, News news, TimePoint now);
  Manners manners();
  Life* find(const InstanceId& id, Generation generation);
  const Life* find(const InstanceId& id, Generation generation) const;

  Dice& dice_;
  bool calm_ = false;
  std::vector<Life> lives_;  // until their last report is delivered
  std::vector<Report> reports_;
  std::uint64_t reports_made_ = 0;
  int pids_given_ = 100;
};

/// From the end of the last process of a life to its last report, and from SIGKILL to that end, at most.
constexpr Duration kReportDelay = 50ms, kDeathDelay = 20ms;

}  // namespace pm::core::simulation
