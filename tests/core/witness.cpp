#include "core/witness.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

namespace pm::core::simulation {

namespace {

// From an order to kill, which may have to wait for the spawn, to the last report of the life.
constexpr Duration kDelays = kDeathDelay + 2 * kReportDelay;

template <class... States>
bool is(const State& state) {
  return (std::holds_alternative<States>(state) || ...);
}

const Exit* final_end_of(const State& state) {
  if (const auto* exited = std::get_if<Exited>(&state)) return &exited->how;
  if (const auto* failed = std::get_if<Failed>(&state)) return &failed->how;
  return nullptr;
}

}  // namespace

Witness::Witness(const std::vector<TypePlan>& types, const RunPolicy& run, const World& world)
    : types_{types}, run_{run}, world_{world} {
  for (const auto& type : types_) {
    counts_[type.name] = type.instances;
    for (int number = 1; number <= type.instances; ++number) known_[{type.name, number}].there = true;
  }
}

void Witness::require(bool holds, const char* rule) {
  if (!holds && !fault_) fault_ = rule;
}

void Witness::require(bool holds, const char* rule, const InstanceId& about) {
  if (!holds && !fault_) fault_ = fmt::format("{}: {}", to_string(about), rule);
}

const TypePlan& Witness::plan(const InstanceId& id) const {
  return *std::find_if(types_.begin(), types_.end(), [&](const auto& type) { return type.name == id.type; });
}

bool Witness::wanted(const InstanceId& id, const Known& known) const {
  return !ending() && !known.held && id.number <= counts_.at(id.type);
}

void Witness::held(std::span<const InstanceId> ids, bool down) {
  if (ending()) return;
  for (const auto& id : ids)
    if (const auto known = known_.find(id); known != known_.end() && known->second.there)
      known->second.held = down;
}

void Witness::killed(std::span<const InstanceId> ids, TimePoint now) {
  for (const auto& id : ids) {
    if (!world_.has(id)) continue;
    auto& known = known_[id];
    known.end_by = std::min(known.end_by.value_or(TimePoint::max()), now + kDelays);
    known.may_be_killed = true;
  }
}

void Witness::scaled(const std::map<std::string, int>& counts) {
  if (ending()) return;
  for (const auto& [name, count] : counts) {
    if (!counts_.contains(name)) continue;
    for (int number = counts_[name] + 1; number <= count; ++number) {
      auto& known = known_[{name, number}];
      known.there = true;
      known.held = false;
    }
    counts_[name] = count;
  }
}

void Witness::ended(int status) {
  if (!ending()) status_ = status;
}

void Witness::reported(const Report& report, TimePoint now) {
  if (report.repeated) return;
  auto& known = known_[report.id];
  const auto end = [&](Exit how) {
    if (!known.leader_ended) known.last = Ended{how, now - known.began, now};
    known.leader_ended = true;
  };
  if (std::holds_alternative<Spawned>(report.news)) known.began = now;
  if (const auto* exited = std::get_if<LeaderExited>(&report.news)) {
    end(exited->how);
    const bool killing = known.end_by && !due(known.state);
    known.may_be_killed = killing;  // else what the leader left has to be asked first
  }
  if (const auto* gone = std::get_if<Gone>(&report.news)) end(gone->how);
  if (const auto* failure = std::get_if<SpawnFailure>(&report.news); failure && !failure->transient)
    known.last = Ended{Exit::code(failure->status), Duration{0}, now};
}

void Witness::changed(const Changed& change) {
  auto& known = known_[change.id];
  require(change.from == known.state, "a change begins where the one before it ended", change.id);
  require(change.from != change.to, "a change changes something", change.id);
  require(change.last == known.last, "a change says how the latest life ended", change.id);
  check_transition(change);
  known.state = change.to;
  const bool begins = is<Starting>(change.to) && !is<Starting>(change.from);
  if (begins || at_rest(change.to)) known.end_by.reset();
  take_end(change.id, change.to);
}

void Witness::check_transition(const Changed& change) {
  const auto& policy = plan(change.id).policy.restart;
  if (const auto* exited = std::get_if<Exited>(&change.to))
    require(policy.restart == Restart::never ||
                (policy.restart == Restart::on_failure && exited->how.clean(policy.success_codes)),
            "only what the restart policy lets go has exited", change.id);
  if (is<Starting>(change.from) && is<Failed>(change.to))
    require(change.last && change.last->at == change.at, "a spawn that failed for now is tried again",
            change.id);
  if (const auto* backoff = std::get_if<Backoff>(&change.to)) {
    const bool clean = backoff->how.clean(policy.success_codes);
    require(policy.restart == Restart::always || (policy.restart == Restart::on_failure && !clean),
            "only what the restart policy starts again backs off", change.id);
    const auto wait = backoff->until - change.at;
    require(wait >= 0s && wait <= policy.max * (1 + policy.jitter), "a wait is at most the maximum",
            change.id);
  }
}

// What the exit policy makes of an end.
void Witness::take_end(const InstanceId& id, const State& state) {
  const auto* end = final_end_of(state);
  if (!end || ending()) return;
  const bool failed = is<Failed>(state) || !end->clean(plan(id).policy.restart.success_codes);
  const bool ends = run_.exit_when == ExitWhen::any || (run_.exit_when == ExitWhen::failure && failed) ||
                    (run_.exit_when == ExitWhen::named && run_.exit_code_from == id);
  if (ends && !due_status_) due_status_ = end->status();
}

void Witness::ordered(const Command& command, TimePoint now) {
  auto& known = known_[command.id];
  if (command.order == Order::spawn) return order_spawn(command, known);
  require(command.generation == known.generation, "orders are for the latest life", command.id);
  require(world_.has(command.id, command.generation), "orders are for a life that is there", command.id);
  require(command.order != Order::remind || is<Stopping>(known.state), "reminders are of a stop", command.id);
  require(command.order != Order::kill || known.may_be_killed, "what is killed was asked to end", command.id);
  if (command.order == Order::signal) known.may_be_killed = true;
  if (!known.end_by) known.end_by = now + plan(command.id).policy.stop.timeout + kDelays;
}

void Witness::order_spawn(const Command& command, Known& known) {
  const auto& id = command.id;
  require(!ending(), "nothing is spawned once the run is ending", id);
  require(!world_.has(id), "nothing is spawned while something of the life before is there", id);
  require(command.generation == known.generation + 1, "every spawn is the next generation", id);
  require(wanted(id, known), "only what is wanted is spawned", id);
  known.generation = command.generation;
  known.leader_ended = false;
  known.may_be_killed = false;
}

void Witness::check(Supervision& core, TimePoint now, Duration lag) {
  check_run(core);
  check_instances(core);
  check_stops(now, lag);
  check_time(core, now);
  check_finished(core);
}

void Witness::check_run(const Supervision& core) {
  require(core.formation() == counts_, "the formation is what was asked for");
  if (!ending()) {
    bool all = run_.exit_when != ExitWhen::never, any = false;
    for (const auto& [id, known] : known_) {
      if (!known.there || (id.number > counts_[id.type] && at_rest(known.state))) continue;
      any = true;
      if (!final_end_of(known.state)) all = false;
    }
    if (!due_status_ && all && any) due_status_ = first_failure(core);
    by_policy_ = due_status_.has_value();
    status_ = due_status_;
  }
  require(core.shutting_down() == ending(), "the run ends when it was asked to or its exit policy says so");
}

int Witness::first_failure(const Supervision& core) {
  const Ended* first = nullptr;
  for (const auto& id : core.instances()) {
    const auto& known = known_[id];
    const bool clean = known.last && known.last->how.clean(plan(id).policy.restart.success_codes);
    const bool failed = is<Failed>(known.state) || (is<Exited>(known.state) && !clean);
    if (failed && known.last && (!first || known.last->at < first->at)) first = &*known.last;
  }
  return first ? first->how.status() : 0;
}

void Witness::check_instances(const Supervision& core) {
  std::size_t there = 0;
  for (auto& [id, known] : known_) {
    const auto* instance = core.find(id);
    check_presence(id, known, instance);
    if (!instance) continue;
    ++there;
    check_instance(id, known, *instance);
  }
  require(core.instances().size() == there, "there are no other instances");
}

// One that the formation has lost is there until it is at rest; its number counts on.
void Witness::check_presence(const InstanceId& id, Known& known, const Instance* instance) {
  if (id.number > counts_[id.type] && at_rest(known.state))
    known = Known{.generation = known.generation, .began = known.began, .leader_ended = known.leader_ended};
  require(known.there == (instance != nullptr), "the instances are those of the formation", id);
}

void Witness::check_instance(const InstanceId& id, const Known& known, const Instance& instance) {
  const auto& state = instance.state;
  require(state == known.state, "the changes told make up the state", id);
  require(instance.generation == known.generation, "generations only grow, one for each spawn", id);
  require(instance.held == known.held, "what the user stopped is held, and nothing else", id);
  require(instance.last == known.last, "the latest end is kept as it was reported", id);
  require(!instance.since || *instance.since == known.began, "a life began when it was reported", id);
  require(at_rest(state) != world_.has(id), "an instance is at rest when nothing of it is left", id);
  if (wanted(id, known)) {
    require(!is<Stopped>(state), "what is wanted is not stopped", id);
  } else {
    require(!is<Running, Waiting, Backoff, Ending>(state), "what is not wanted is stopped", id);
    require(ending() || !final_end_of(state), "what the user stopped says so", id);
  }
}

void Witness::check_stops(TimePoint now, Duration lag) {
  for (const auto& [id, known] : known_)
    require(!known.end_by || now <= *known.end_by + lag, "every stop ends in time", id);
}

void Witness::check_time(Supervision& core, TimePoint now) {
  std::optional<TimePoint> next;
  for (const auto& [id, known] : known_)
    if (const auto when = due(known.state); when && (!next || *when < *next)) next = when;
  require(core.next_wake() == next, "the next wake is the first time that is due");
  if (!next || *next > now) require(core.time(now).empty(), "nothing happens before its time");
}

void Witness::check_finished(const Supervision& core) {
  if (!core.finished()) return require(!ending() || !world_.empty(), "the run is over when all is at rest");
  require(ending() && world_.empty(), "the run is not over before all is at rest");
  auto expected = status_;
  if (by_policy_ && run_.exit_code_from)
    if (const auto named = known_.find(*run_.exit_code_from); named != known_.end() && named->second.last)
      expected = named->second.last->how.status();
  require(core.finished() == expected, "the exit status is that of the first end of the run");
}

void Witness::check_settled(const Supervision& core) {
  require(!ending() || core.finished(), "a run that is ending ends");
  for (const auto& [id, known] : known_) {
    if (!known.there || ending()) continue;
    const bool up = is<Running>(known.state) && world_.runs(id, known.generation);
    const bool converged = wanted(id, known) ? up || final_end_of(known.state) : is<Stopped>(known.state);
    require(converged, "what runs converges to what is wanted", id);
  }
}

}  // namespace pm::core::simulation
