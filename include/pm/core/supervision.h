#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pm/core/machine.h"
#include "pm/core/name.h"

namespace pm::core {

/// When the run ends by itself.
enum class ExitWhen {
  any,      ///< as soon as an instance has ended for good
  failure,  ///< as soon as one has failed for good
  all,      ///< when every instance has ended by itself and none is due to run
  named,    ///< when the instance of RunPolicy::exit_code_from has ended for good
  never,
};

struct RunPolicy {
  ExitWhen exit_when = ExitWhen::all;
  std::optional<InstanceId> exit_code_from;
};

struct TypePlan {
  std::string name;
  int instances = 1;
  Policy policy;
};

/// A type as a reload found it.
struct ReloadedType {
  TypePlan plan;
  bool changed = false;  ///< its instances have to be restarted for that
};

/// How the latest life of an instance ended.
struct Ended {
  Exit how;
  Duration lived;
  TimePoint at;
  friend bool operator==(const Ended&, const Ended&) = default;
};

/// One instance: what it is, and how it came to be so.
struct Instance {
  Generation generation = 0;  ///< of the latest spawn that was asked for; 0: none yet
  State state = Stopped{};
  bool held = false;               ///< the user stopped it: it stays down until the user starts it
  int restarts = 0;                ///< lives that followed a backoff
  std::optional<TimePoint> since;  ///< when the latest life began
  std::optional<Ended> last;
  bool failed = false;  ///< of one that ended for good: whether that was a failure, as the policy was then
};

// What the driver is to do, in this order.

/// Carry out `order` for one life of one instance.
struct Command {
  InstanceId id;
  Generation generation = 0;
  Order order = Order::spawn;
  friend bool operator==(const Command&, const Command&) = default;
};
/// Tell those who watch: the instance went from one state to the other.
struct Changed {
  InstanceId id;
  Generation generation = 0;
  State from, to;
  std::optional<Ended> last;
  TimePoint at;
  friend bool operator==(const Changed&, const Changed&) = default;
};
using Action = std::variant<Command, Changed>;
using Actions = std::vector<Action>;

/// The whole formation: what the user wants (counts, stopped by hand, the end of the run) and what is (a
/// state for each instance). Everything else is derived. It is a value: no clock, no chance, no process;
/// every event takes `now`, and those that may begin a backoff take `u` in [−1, 1], the dice for its jitter.
/// Events of an older generation are dropped.
class Supervision {
 public:
  Supervision(std::vector<TypePlan> types, RunPolicy run);

  // What the driver reports.
  Actions spawned(const InstanceId& id, Generation generation, Pid pid, TimePoint now);
  Actions spawn_failed(const InstanceId& id, Generation generation, const SpawnFailure& failure,
                       TimePoint now, double u);
  Actions leader_exited(const InstanceId& id, Generation generation, Exit how, TimePoint now);
  Actions gone(const InstanceId& id, Generation generation, Exit how, TimePoint now, double u);
  /// Does all that is due by `now`; call it when next_wake() has come.
  Actions time(TimePoint now);

  // What the user asks for. Unknown ids are left out: a selector was resolved against instances() before.
  /// Starts the whole formation.
  Actions begin(TimePoint now);
  Actions start(std::span<const InstanceId> ids, TimePoint now);
  Actions stop(std::span<const InstanceId> ids, TimePoint now);
  /// A new life for each, whatever it does now: a life that is still being spawned is not yet the new one, as
  /// it may have been asked for before the files were read anew.
  Actions restart(std::span<const InstanceId> ids, TimePoint now);
  /// SIGKILL, and down until the user starts it; also during a shutdown.
  Actions kill(std::span<const InstanceId> ids, TimePoint now);
  /// Sets the counts of the types named; those that shrink lose their highest numbers. Unknown types are left
  /// out.
  Actions scale(const std::map<std::string, int>& counts, TimePoint now);
  /// Takes over what the files say now, in their order: starts what is new, stops what is not named any more,
  /// restarts the instances of what has changed, those that had ended by themselves too. A count that the
  /// user set by scale() stays, and so does what he stopped.
  Actions reload(const std::vector<ReloadedType>& types, TimePoint now);
  /// From the next event on. Unknown types are left out.
  void set_policy(std::string_view type, const Policy& policy);
  /// Ends the run with `status`; the first call decides. Everything is stopped, nothing starts any more.
  Actions shut_down(int status, TimePoint now);
  /// Ends what a shutdown has not ended yet, without grace.
  Actions kill_all(TimePoint now);

  std::optional<TimePoint> next_wake() const;
  bool shutting_down() const { return end_status_.has_value(); }
  /// The exit status of the run, once it is shutting down and every instance is at rest.
  std::optional<int> finished() const;
  /// In the order of the Procfile, then by number.
  std::vector<InstanceId> instances() const;
  /// How many instances() are.
  std::size_t size() const;
  const Instance* find(const InstanceId& id) const;
  /// Without the types that a reload has taken away.
  std::map<std::string, int> formation() const;
  /// Whether an instance is to have a life, as things stand.
  bool wanted(const InstanceId& id) const;
  /// Of a type that has instances.
  const Policy& policy(std::string_view type) const;

 private:
  struct Type {
    TypePlan plan;
    std::map<int, Instance> instances;  // by number; one that a shrink has taken stays until it is at rest
    int configured = 0;    // as the files have it; differs from plan.instances where the user scaled
    bool removed = false;  // by a reload: it goes with its last instance
  };
  bool wanted(const Type& type, int number, const Instance& instance) const;
  void set_count(Actions& out, Type& type, int count, TimePoint now);
  void renew(Actions& out, Type& type, int count, TimePoint now);
  Type* find_type(std::string_view name);
  const Type* find_type(std::string_view name) const;
  Instance* current(const InstanceId& id, Generation generation);
  void apply(Actions& out, const InstanceId& id, Instance& instance, Step step, TimePoint now);
  template <class Event>
  Actions for_each(std::span<const InstanceId> ids, TimePoint now, Event&& event);
  void stop_all(Actions& out, TimePoint now);
  void conclude(Actions& out, TimePoint now);
  void retire_removed();
  void end_run_if_due(Actions& out, TimePoint now);
  /// The status of the run, if one instance ends it, or all together do.
  std::optional<int> ending_by_one() const;
  std::optional<int> ending_by_all() const;
  bool all_ended() const;

  std::vector<Type> types_;
  std::map<InstanceId, Generation>
      retired_;  // of those that are gone: one that comes back counts its lives on
  RunPolicy run_;
  std::optional<int> end_status_;
  bool ended_by_policy_ = false;
};

}  // namespace pm::core
