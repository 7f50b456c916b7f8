#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/world.h"
#include "pm/core/supervision.h"

namespace pm::core::simulation {

/// Keeps its own account of what was asked for, what was ordered and what was reported, and holds the
/// supervision against it and against the world after every event.
class Witness {
 public:
  Witness(const std::vector<TypePlan>& types, const RunPolicy& run, const World& world);

  // What the user asked for, before the supervision hears of it.
  void held(std::span<const InstanceId> ids, bool down);
  void killed(std::span<const InstanceId> ids, TimePoint now);
  void scaled(const std::map<std::string, int>& counts);
  void ended(int status);

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
  struct Known {
    bool there = false;
    bool held = false;
    State state = Stopped{};
    Generation generation = 0;
    TimePoint began;
    bool leader_ended = false;
    std::optional<Ended> last;
    std::optional<TimePoint> end_by;  // if it was asked to end
    bool may_be_killed = false;       // what is left of it was sent the stop signal, or gets no grace
  };
  bool wanted(const InstanceId& id, const Known& known) const;
  const TypePlan& plan(const InstanceId& id) const;
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

  std::vector<TypePlan> types_;
  RunPolicy run_;
  const World& world_;
  std::map<std::string, int> counts_;
  std::map<InstanceId, Known> known_;
  std::optional<int> status_;  // of the run, once it is ending
  bool by_policy_ = false;
  std::optional<int> due_status_;  // of an end that the exit policy asks for
  std::optional<std::string> fault_;
};

}  // namespace pm::core::simulation
