#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/world.h"
#include "pm/core/operation.h"
#include "pm/core/supervision.h"

namespace pm::core::simulation {

/// Keeps its own account of what was asked for, what was ordered and what was reported, and holds the
/// supervision against it and against the world after every event.
class Witness {
 public:
  Witness(const std::vector<TypePlan>& types, const RunPolicy& run, const World& world);

  using Aims = std::vector<Wait::Aim>;

  // What the user asked for, before the supervision hears of it.
  void started(std::span<const InstanceId> ids);
  void stopped(std::span<const InstanceId> ids);
  void restarted(std::span<const InstanceId> ids);
  void killed(std::span<const InstanceId> ids, TimePoint now);
  /// Both answer with what has to come true for that.
  Aims scaled(const std::map<std::string, int>& counts);
  Aims reloaded(const std::vector<ReloadedType>& types);
  void set_policy(const std::string& type, const Policy& policy);
  void ended(int status);
  void killed_all(TimePoint now);

  /// What was true of an instance when somebody began to wait for it.
  struct Asked {
    Goal goal;
    std::uint64_t request;  // the number of the latest one
    TimePoint at;
    State state;
    Generation generation;
    Pid before;
    bool had_life;  // something of it was there, or on its way
  };
  Asked asked(const Wait::Aim& aim, TimePoint now) const;
  /// Holds an answer against what has come true, in the event that brought it about.
  void answered(const Asked& asked, const Settled& answer, TimePoint now);

  /// What was reported, before the supervision hears of it.
  void reported(const Report& report, TimePoint now);

  // What the supervision answered; a command before the world carries it out.
  void changed(const Changed& change);
  void ordered(const Command& command, TimePoint now);

  /// After every event. `lag`: how late, at most, the supervision was told of things.
  void check(Supervision& core, TimePoint now, Duration lag);
  /// When nothing happens any more.
  void check_settled(const Supervision& core);

  void require(bool holds, const char* rule);
  void require(bool holds, const char* rule, const InstanceId& about);
  /// The first rule that was broken.
  const std::optional<std::string>& fault() const { return fault_; }
  bool ending() const { return status_.has_value(); }

 private:
  struct Life {
    Pid pid = Pid::none;  // once it was reported
    bool failed_to_spawn = false;
    std::optional<Exit> end;  // of its leader, once it was reported
  };
  struct Type {
    Policy policy;
    int configured = 0;
    bool removed = false;
  };
  struct Known {
    // Those stay when the formation has lost it.
    std::vector<Life> lives;              // by generation, from 1
    Generation stale = 0;                 // the latest that was to make room for a new one
    std::uint64_t upped = 0, downed = 0;  // by which request, the latest

    bool there = false;
    bool held = false;
    bool may_start = false;  // in the event in progress the user asked for a life
    bool failed = false;     // of one that ended for good: was that a failure?
    State state = Stopped{};
    Generation generation = 0;
    TimePoint began;
    bool leader_ended = false;
    std::optional<Ended> last;
    std::optional<TimePoint> end_by;  // if it was asked to end
    bool may_be_killed = false;       // what is left of it was sent the stop signal, or gets no grace
  };
  bool wanted(const InstanceId& id, const Known& known) const;
  const Policy& policy(const InstanceId& id) const { return types_.at(id.type).policy; }
  int count(const std::string& type) const;
  Known* there(const InstanceId& id);
  void hold(std::span<const InstanceId> ids);
  void cut_short(const InstanceId& id, Known& known, TimePoint now);
  void grow(Aims& aims, const std::string& type, int from, int to);
  void shrink(Aims& aims, const std::string& type, int from, int to);
  void reload_type(Aims& aims, const ReloadedType& found);
  void renew(Aims& aims, const std::string& type, int staying);
  Life* life(const InstanceId& id, Generation generation);
  void answered_done(const Asked& asked, const Settled& answer, Known& known);
  void answered_unchanged(const Asked& asked, const Settled& answer, const Known& known);
  void take_end(const InstanceId& id, const State& state);
  void order_spawn(const Command& command, Known& known);
  void check_transition(const Changed& change);
  void check_run(const Supervision& core);
  int first_failure(const Supervision& core);  // of what is down for good
  void check_instances(const Supervision& core);
  void check_instance(const InstanceId& id, const Known& known, const Instance& instance);
  void check_presence(const InstanceId& id, Known& known, const Instance* instance);
  void check_stops(TimePoint now, Duration lag);
  void check_time(Supervision& core, TimePoint now);
  void check_finished(const Supervision& core);

  std::map<std::string, Type> types_;  // also those that a reload has taken away
  RunPolicy run_;
  const World& world_;
  std::uint64_t requests_ = 0;
  std::map<std::string, int> counts_;
  std::map<InstanceId, Known> known_;
  std::optional<int> status_;  // of the run, once it is ending
  bool by_policy_ = false;
  std::optional<int> due_status_;  // of an end that the exit policy asks for
  std::optional<std::string> fault_;
};

}  // namespace pm::core::simulation
