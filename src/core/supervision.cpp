#include "pm/core/supervision.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace pm::core {

namespace {

// How an instance ended by itself for good; nullopt while it has not.
std::optional<Exit> final_end(const State& state) {
  if (const auto* exited = std::get_if<Exited>(&state)) return exited->how;
  if (const auto* failed = std::get_if<Failed>(&state)) return failed->how;
  return std::nullopt;
}

bool is_failure(const State& state, const RestartPolicy& policy) {
  const auto end = final_end(state);
  return std::holds_alternative<Failed>(state) || (end && !end->clean(policy.success_codes));
}

// Whether the process that was spawned is there, as far as was reported.
bool leader_runs(const State& state) {
  const auto* stopping = std::get_if<Stopping>(&state);
  return std::holds_alternative<Running>(state) || (stopping && stopping->pid != Pid::none);
}

void note_leader_end(Instance& instance, Exit how, TimePoint now) {
  if (leader_runs(instance.state)) instance.last = Ended{how, now - instance.since.value_or(now), now};
}

// Both find in what is const and in what is not, and answer with a pointer of that kind; nullptr: not there.
template <class Types>
auto* find_type_in(Types& types, std::string_view name) {
  const auto it =
      std::find_if(types.begin(), types.end(), [&](const auto& type) { return type.plan.name == name; });
  return it == types.end() ? nullptr : &*it;
}

template <class Types>
auto* find_instance_in(Types& types, const InstanceId& id) {
  auto* const type = find_type_in(types, id.type);
  decltype(&type->instances.begin()->second) found = nullptr;
  if (!type) return found;
  if (const auto it = type->instances.find(id.number); it != type->instances.end()) found = &it->second;
  return found;
}

}  // namespace

Supervision::Supervision(std::vector<TypePlan> types, RunPolicy run) : run_{std::move(run)} {
  for (auto& plan : types) {
    const int configured = plan.instances;
    Type type{.plan = std::move(plan), .configured = configured};
    for (int number = 1; number <= type.plan.instances; ++number) type.instances[number];
    types_.push_back(std::move(type));
  }
}

bool Supervision::wanted(const Type& type, int number, const Instance& instance) const {
  return !shutting_down() && !instance.held && number <= type.plan.instances;
}

Supervision::Type* Supervision::find_type(std::string_view name) { return find_type_in(types_, name); }

const Supervision::Type* Supervision::find_type(std::string_view name) const {
  return find_type_in(types_, name);
}

const Instance* Supervision::find(const InstanceId& id) const { return find_instance_in(types_, id); }

Instance* Supervision::current(const InstanceId& id, Generation generation) {
  auto* instance = find_instance_in(types_, id);
  return instance && instance->generation == generation ? instance : nullptr;
}

const Policy& Supervision::policy(std::string_view type) const {
  const auto* known = find_type(type);
  assert(known);
  return known->plan.policy;
}

std::vector<InstanceId> Supervision::instances() const {
  std::vector<InstanceId> ids;
  for (const auto& type : types_)
    for (const auto& [number, instance] : type.instances) ids.push_back({type.plan.name, number});
  return ids;
}

std::size_t Supervision::size() const {
  std::size_t count = 0;
  for (const auto& type : types_) count += type.instances.size();
  return count;
}

std::map<std::string, int> Supervision::formation() const {
  std::map<std::string, int> counts;
  for (const auto& type : types_)
    if (!type.removed) counts[type.plan.name] = type.plan.instances;
  return counts;
}

bool Supervision::wanted(const InstanceId& id) const {
  const auto* type = find_type(id.type);
  const auto* instance = find(id);
  return instance && wanted(*type, id.number, *instance);
}

std::optional<TimePoint> Supervision::next_wake() const {
  std::optional<TimePoint> next;
  for (const auto& type : types_)
    for (const auto& [number, instance] : type.instances)
      if (const auto when = due(instance.state); when && (!next || *when < *next)) next = when;
  return next;
}

std::optional<int> Supervision::finished() const {
  if (!shutting_down()) return std::nullopt;
  for (const auto& type : types_)
    for (const auto& [number, instance] : type.instances)
      if (!at_rest(instance.state)) return std::nullopt;
  if (ended_by_policy_ && run_.exit_code_from)
    if (const auto* named = find(*run_.exit_code_from); named && named->last)
      return named->last->how.status();
  return end_status_;
}

void Supervision::apply(Actions& out, const InstanceId& id, Instance& instance, Step step, TimePoint now) {
  const auto spawns = std::count(step.orders.begin(), step.orders.end(), Order::spawn);
  assert(spawns == 0 || !leader_runs(step.next));
  instance.generation += spawns;
  if (std::holds_alternative<Backoff>(instance.state) && spawns) ++instance.restarts;
  if (std::holds_alternative<Starting>(instance.state) && leader_runs(step.next)) instance.since = now;
  if (final_end(step.next)) instance.failed = is_failure(step.next, policy(id.type).restart);
  if (step.next != instance.state) {
    out.push_back(Changed{id, instance.generation, instance.state, step.next, instance.last, now});
    instance.state = std::move(step.next);
  }
  for (const auto order : step.orders) out.push_back(Command{id, instance.generation, order});
}

Actions Supervision::spawned(const InstanceId& id, Generation generation, Pid pid, TimePoint now) {
  Actions out;
  if (auto* instance = current(id, generation)) {
    const auto& type = *find_type(id.type);
    const bool still_wanted = wanted(type, id.number, *instance);
    apply(out, id, *instance, on_spawned(type.plan.policy, instance->state, pid, still_wanted, now), now);
  }
  return out;
}

Actions Supervision::spawn_failed(const InstanceId& id, Generation generation, const SpawnFailure& failure,
                                  TimePoint now, double u) {
  Actions out;
  if (auto* instance = current(id, generation)) {
    const auto& type = *find_type(id.type);
    const bool cannot_be_spawned = std::holds_alternative<Starting>(instance->state) && !failure.transient;
    if (cannot_be_spawned) instance->last = Ended{Exit::code(failure.status), Duration{0}, now};
    const bool still_wanted = wanted(type, id.number, *instance);
    apply(out, id, *instance,
          on_spawn_failed(type.plan.policy, instance->state, failure, still_wanted, now, u), now);
    conclude(out, now);
  }
  return out;
}

Actions Supervision::leader_exited(const InstanceId& id, Generation generation, Exit how, TimePoint now) {
  Actions out;
  if (auto* instance = current(id, generation)) {
    note_leader_end(*instance, how, now);
    apply(out, id, *instance, on_leader_exit(policy(id.type), instance->state, how, now), now);
  }
  return out;
}

Actions Supervision::gone(const InstanceId& id, Generation generation, Exit how, TimePoint now, double u) {
  Actions out;
  if (auto* instance = current(id, generation)) {
    const auto& type = *find_type(id.type);
    note_leader_end(*instance, how, now);
    const bool still_wanted = wanted(type, id.number, *instance);
    apply(out, id, *instance, on_gone(type.plan.policy, instance->state, how, still_wanted, now, u), now);
    conclude(out, now);
  }
  return out;
}

Actions Supervision::time(TimePoint now) {
  Actions out;
  for (auto& type : types_)
    for (auto& [number, instance] : type.instances)
      if (const auto when = due(instance.state); when && *when <= now)
        apply(out, {type.plan.name, number}, instance, on_time(instance.state, now), now);
  return out;
}

template <class Event>
Actions Supervision::for_each(std::span<const InstanceId> ids, TimePoint now, Event&& event) {
  Actions out;
  if (shutting_down()) return out;
  for (const auto& id : ids) {
    auto* instance = find_instance_in(types_, id);
    if (!instance) continue;
    const auto& type = *find_type(id.type);
    apply(out, id, *instance, event(type.plan.policy, *instance), now);
  }
  conclude(out, now);
  return out;
}

Actions Supervision::begin(TimePoint now) {
  const auto all = instances();
  return start(all, now);
}

Actions Supervision::start(std::span<const InstanceId> ids, TimePoint now) {
  return for_each(ids, now, [&](const Policy& policy, Instance& instance) {
    instance.held = false;
    return on_start(policy, instance.state, now);
  });
}

Actions Supervision::stop(std::span<const InstanceId> ids, TimePoint now) {
  return for_each(ids, now, [&](const Policy& policy, Instance& instance) {
    instance.held = true;
    return on_stop(policy, instance.state, now);
  });
}

Actions Supervision::restart(std::span<const InstanceId> ids, TimePoint now) {
  return for_each(ids, now, [&](const Policy& policy, Instance& instance) {
    instance.held = false;
    return on_restart(policy, instance.state, now);
  });
}

Actions Supervision::kill(std::span<const InstanceId> ids, TimePoint now) {
  Actions out;
  for (const auto& id : ids)
    if (auto* instance = find_instance_in(types_, id)) {
      instance->held = true;
      apply(out, id, *instance, on_kill(instance->state, now), now);
    }
  conclude(out, now);
  return out;
}

Actions Supervision::scale(const std::map<std::string, int>& counts, TimePoint now) {
  Actions out;
  if (shutting_down()) return out;
  for (const auto& [name, count] : counts)
    if (auto* type = find_type(name); type && !type->removed) set_count(out, *type, count, now);
  conclude(out, now);
  return out;
}

void Supervision::set_count(Actions& out, Type& type, int count, TimePoint now) {
  const auto& name = type.plan.name;
  const auto& policy = type.plan.policy;
  const int before = std::exchange(type.plan.instances, count);
  for (int number = before + 1; number <= count; ++number) {
    const auto generation = retired_[{name, number}];
    auto& instance = type.instances.try_emplace(number, Instance{.generation = generation}).first->second;
    instance.held = false;
    apply(out, {name, number}, instance, on_start(policy, instance.state, now), now);
  }
  for (auto& [number, instance] : type.instances)
    if (number > count) apply(out, {name, number}, instance, on_stop(policy, instance.state, now), now);
}

// A new life for every instance that stays among `count` and was not stopped by the user. What is being
// spawned is outdated in any case: it may be wanted again before it is there.
void Supervision::renew(Actions& out, Type& type, int count, TimePoint now) {
  for (auto& [number, instance] : type.instances)
    if (std::holds_alternative<Starting>(instance.state) || (number <= count && !instance.held))
      apply(out, {type.plan.name, number}, instance, on_restart(type.plan.policy, instance.state, now), now);
}

Actions Supervision::reload(const std::vector<ReloadedType>& types, TimePoint now) {
  Actions out;
  if (shutting_down()) return out;
  std::vector<Type> before = std::exchange(types_, {});
  for (const auto& [plan, changed] : types) {
    const auto known = std::find_if(before.begin(), before.end(),
                                    [&name = plan.name](const Type& type) { return type.plan.name == name; });
    auto& type = types_.emplace_back(known == before.end() ? Type{.plan = {.name = plan.name, .instances = 0}}
                                                           : std::move(*known));
    if (known != before.end()) before.erase(known);
    const bool scaled = !type.removed && type.plan.instances != type.configured;
    const int count = scaled ? type.plan.instances : plan.instances;
    type.plan.policy = plan.policy;
    type.configured = plan.instances;
    if (changed || type.removed) renew(out, type, count, now);
    type.removed = false;
    set_count(out, type, count, now);
  }
  for (auto& gone : before) {
    gone.removed = true;
    set_count(out, types_.emplace_back(std::move(gone)), 0, now);
  }
  conclude(out, now);
  return out;
}

void Supervision::set_policy(std::string_view name, const Policy& policy) {
  if (auto* type = find_type(name)) type->plan.policy = policy;
}

Actions Supervision::shut_down(int status, TimePoint now) {
  Actions out;
  if (shutting_down()) return out;
  end_status_ = status;
  stop_all(out, now);
  return out;
}

Actions Supervision::kill_all(TimePoint now) {
  Actions out;
  if (!shutting_down()) return out;
  for (auto& type : types_)
    for (auto& [number, instance] : type.instances)
      if (!at_rest(instance.state))
        apply(out, {type.plan.name, number}, instance, on_kill(instance.state, now), now);
  return out;
}

void Supervision::stop_all(Actions& out, TimePoint now) {
  for (auto& type : types_)
    for (auto& [number, instance] : type.instances)
      if (!final_end(instance.state))  // how it ended stays to be seen
        apply(out, {type.plan.name, number}, instance, on_stop(type.plan.policy, instance.state, now), now);
}

void Supervision::conclude(Actions& out, TimePoint now) {
  retire_removed();  // first: what the formation has lost does not hold up the end of the run
  end_run_if_due(out, now);
}

void Supervision::retire_removed() {
  for (auto& type : types_)
    std::erase_if(type.instances, [&](const auto& entry) {
      const auto& [number, instance] = entry;
      const bool removed = number > type.plan.instances && at_rest(instance.state);
      if (removed) retired_[{type.plan.name, number}] = instance.generation;
      return removed;
    });
  std::erase_if(types_, [](const Type& type) { return type.removed && type.instances.empty(); });
}

bool Supervision::all_ended() const {
  bool any = false;
  for (const auto& type : types_) {
    if (type.plan.instances == 0 && type.configured > 0 && !type.removed) return false;  // by the user
    for (const auto& [number, instance] : type.instances) {
      if (!final_end(instance.state)) return false;
      any = true;
    }
  }
  return any;
}

std::optional<int> Supervision::ending_by_one() const {
  for (const auto& type : types_)
    for (const auto& [number, instance] : type.instances) {
      const auto end = final_end(instance.state);
      if (!end) continue;
      const bool named = run_.exit_code_from == InstanceId{type.plan.name, number};
      if (run_.exit_when == ExitWhen::any || (run_.exit_when == ExitWhen::failure && instance.failed) ||
          (run_.exit_when == ExitWhen::named && named))
        return end->status();
    }
  return std::nullopt;
}

std::optional<int> Supervision::ending_by_all() const {
  if (run_.exit_when == ExitWhen::never || !all_ended()) return std::nullopt;
  const Ended* first_failed = nullptr;
  for (const auto& type : types_)
    for (const auto& [number, instance] : type.instances)
      if (final_end(instance.state) && instance.failed && instance.last)
        if (!first_failed || instance.last->at < first_failed->at) first_failed = &*instance.last;
  return first_failed ? first_failed->how.status() : 0;
}

void Supervision::end_run_if_due(Actions& out, TimePoint now) {
  if (shutting_down()) return;
  const auto by_one = ending_by_one();
  const auto status = by_one ? by_one : ending_by_all();
  if (!status) return;
  ended_by_policy_ = true;
  end_status_ = status;
  stop_all(out, now);
}

}  // namespace pm::core
