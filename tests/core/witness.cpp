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
    : run_{run}, world_{world} {
  for (const auto& type : types) {
    types_[type.name] = {type.policy, type.instances};
    counts_[type.name] = type.instances;
    for (int number = 1; number <= type.instances; ++number) {
      auto& known = known_[{type.name, number}];
      known.there = known.may_start = true;
    }
  }
}

void Witness::require(bool holds, const char* rule) {
  if (!holds && !fault_) fault_ = rule;
}

void Witness::require(bool holds, const char* rule, const InstanceId& about) {
  if (!holds && !fault_) fault_ = fmt::format("{}: {}", to_string(about), rule);
}

int Witness::count(const std::string& type) const {
  const auto it = counts_.find(type);
  return it == counts_.end() ? 0 : it->second;
}

bool Witness::wanted(const InstanceId& id, const Known& known) const {
  return !ending() && !known.held && id.number <= count(id.type);
}

Witness::Known* Witness::there(const InstanceId& id) {
  const auto it = known_.find(id);
  return it != known_.end() && it->second.there ? &it->second : nullptr;
}

void Witness::started(std::span<const InstanceId> ids) {
  if (ending()) return;
  ++requests_;
  for (const auto& id : ids)
    if (auto* known = there(id)) {
      known->held = false;
      known->may_start = true;
      known->upped = requests_;
    }
}

void Witness::hold(std::span<const InstanceId> ids) {
  ++requests_;
  for (const auto& id : ids)
    if (auto* known = there(id)) {
      known->held = true;
      known->downed = requests_;
    }
}

void Witness::stopped(std::span<const InstanceId> ids) {
  if (!ending()) hold(ids);
}

void Witness::restarted(std::span<const InstanceId> ids) {
  if (ending()) return;
  started(ids);
  for (const auto& id : ids)
    if (auto* known = there(id)) known->stale = known->generation;
}

// Also while the run is ending.
void Witness::killed(std::span<const InstanceId> ids, TimePoint now) {
  hold(ids);
  for (const auto& id : ids)
    if (auto* known = there(id)) cut_short(id, *known, now);
}

void Witness::killed_all(TimePoint now) {
  if (!ending()) return;
  for (auto& [id, known] : known_) cut_short(id, known, now);
}

void Witness::cut_short(const InstanceId& id, Known& known, TimePoint now) {
  if (!world_.has(id)) return;
  known.end_by = std::min(known.end_by.value_or(TimePoint::max()), now + kDelays);
  known.may_be_killed = true;
}

void Witness::grow(Aims& aims, const std::string& type, int from, int to) {
  for (int number = from + 1; number <= to; ++number) {
    auto& known = known_[{type, number}];
    known.there = known.may_start = true;
    known.held = false;
    known.upped = requests_;
    aims.push_back({{type, number}, Goal::up});
  }
}

void Witness::shrink(Aims& aims, const std::string& type, int from, int to) {
  for (int number = to + 1; number <= from; ++number) {
    known_[{type, number}].downed = requests_;
    aims.push_back({{type, number}, Goal::down});
  }
}

Witness::Aims Witness::scaled(const std::map<std::string, int>& counts) {
  Aims aims;
  if (ending()) return aims;
  ++requests_;
  for (const auto& [name, count] : counts) {
    if (!counts_.contains(name)) continue;
    grow(aims, name, counts_[name], count);
    shrink(aims, name, counts_[name], count);
    counts_[name] = count;
  }
  return aims;
}

Witness::Aims Witness::reloaded(const std::vector<ReloadedType>& types) {
  Aims aims;
  if (ending()) return aims;
  ++requests_;
  for (auto& [name, type] : types_) {
    const bool gone = std::none_of(types.begin(), types.end(),
                                   [&](const ReloadedType& found) { return found.plan.name == name; });
    if (!gone || type.removed) continue;
    shrink(aims, name, counts_[name], 0);
    counts_.erase(name);
    type.removed = true;
  }
  for (const auto& found : types) reload_type(aims, found);
  return aims;
}

void Witness::reload_type(Aims& aims, const ReloadedType& found) {
  const auto& name = found.plan.name;
  const bool came = !counts_.contains(name);
  auto& type = types_[name];
  const int before = count(name);
  const bool by_user = !came && before != type.configured;
  const int after = by_user ? before : found.plan.instances;
  if (found.changed || came) renew(aims, name, std::min(before, after));
  grow(aims, name, before, after);
  shrink(aims, name, before, after);
  counts_[name] = after;
  type = {found.plan.policy, found.plan.instances};
}

void Witness::renew(Aims& aims, const std::string& type, int staying) {
  for (auto& [id, known] : known_) {
    if (id.type != type) continue;
    known.stale = known.generation;
    if (!known.there || known.held || id.number > staying) continue;
    known.may_start = true;
    aims.push_back({id, Goal::renewed});
  }
}

void Witness::set_policy(const std::string& type, const Policy& policy) {
  if (counts_.contains(type)) types_[type].policy = policy;
}

Witness::Life* Witness::life(const InstanceId& id, Generation generation) {
  auto& lives = known_[id].lives;
  return generation == 0 || generation > lives.size() ? nullptr : &lives[generation - 1];
}

Witness::Asked Witness::asked(const Wait::Aim& aim, TimePoint now) const {
  Asked asked{aim.goal, requests_, now, Stopped{}, 0, Pid::none, world_.has(aim.id)};
  if (const auto it = known_.find(aim.id); it != known_.end()) {
    const auto& known = it->second;
    asked.state = known.state;
    asked.generation = known.generation;
    if (asked.had_life && !known.leader_ended) asked.before = known.lives.back().pid;
  }
  return asked;
}

void Witness::answered(const Asked& asked, const Settled& answer, TimePoint now) {
  const auto& id = answer.id;
  auto& known = known_[id];
  const bool up = asked.goal != Goal::down;
  require(answer.goal == asked.goal && answer.before == asked.before, "an answer says what was", id);
  require(answer.took == now - asked.at, "an answer says how long it took", id);
  switch (answer.how) {
    case Settled::How::done: return answered_done(asked, answer, known);
    case Settled::How::unchanged: return answered_unchanged(asked, answer, known);
    case Settled::How::failed: {
      const bool own =
          known.generation > asked.generation || (asked.goal == Goal::up && is<Starting>(asked.state));
      require(up && own && is<Failed, Waiting>(known.state) && known.lives.back().failed_to_spawn,
              "what failed could not be spawned", id);
      return require(!answer.reason.empty(), "a failure has a reason", id);
    }
    case Settled::How::superseded: {
      const bool other =
          up ? !wanted(id, known) || known.downed > asked.request : known.upped > asked.request;
      require(other, "only another request supersedes one", id);
      return require(!answer.reason.empty(), "what was superseded has a reason", id);
    }
  }
}

void Witness::answered_done(const Asked& asked, const Settled& answer, Known& known) {
  const auto& id = answer.id;
  const auto* before = asked.had_life ? life(id, asked.generation) : nullptr;
  const bool had_to_end = before && asked.goal != Goal::up;
  require(had_to_end ? answer.exit == before->end : !answer.exit, "an answer says how the life before ended",
          id);
  if (asked.goal == Goal::down) {
    require(asked.had_life || is<Backoff, Waiting>(asked.state), "something was brought down", id);
    return require(!world_.has(id) && is<Stopped, Exited, Failed>(known.state) && answer.pid == Pid::none,
                   "of what is down nothing is there", id);
  }
  const bool on_its_way = asked.goal == Goal::up && is<Starting>(asked.state);
  require(known.generation >= asked.generation + (on_its_way ? 0 : 1), "what is up began since", id);
  require(answer.pid != Pid::none && answer.pid == known.lives.back().pid, "what is up was spawned", id);
  require(is<Running>(known.state) && world_.has(id, known.generation), "what is up runs", id);
}

void Witness::answered_unchanged(const Asked& asked, const Settled& answer, const Known& known) {
  const auto& id = answer.id;
  require(asked.goal != Goal::renewed, "what is renewed changes", id);
  require(!answer.exit, "where nothing changed nothing ended", id);
  if (asked.goal == Goal::down)
    return require(is<Stopped, Exited, Failed>(asked.state) && !world_.has(id), "it was down already", id);
  require(is<Running>(asked.state) && known.state == asked.state, "it was up already", id);
  require(answer.pid == asked.before, "what was up already has the same pid", id);
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
    life(report.id, report.generation)->end = known.last->how;
  };
  if (const auto* spawned = std::get_if<Spawned>(&report.news)) {
    known.began = now;
    life(report.id, report.generation)->pid = spawned->pid;
  }
  if (const auto* exited = std::get_if<LeaderExited>(&report.news)) {
    end(exited->how);
    const bool killing = known.end_by && !due(known.state);
    known.may_be_killed = killing;  // else what the leader left has to be asked first
  }
  if (const auto* gone = std::get_if<Gone>(&report.news)) end(gone->how);
  if (const auto* failure = std::get_if<SpawnFailure>(&report.news)) {
    life(report.id, report.generation)->failed_to_spawn = true;
    if (!failure->transient) known.last = Ended{Exit::code(failure->status), Duration{0}, now};
  }
}

void Witness::changed(const Changed& change) {
  auto& known = known_[change.id];
  require(change.from == known.state, "a change begins where the one before it ended", change.id);
  require(change.from != change.to, "a change changes something", change.id);
  require(change.last == known.last, "a change says how the latest life ended", change.id);
  check_transition(change);
  known.state = change.to;
  const bool begins = is<Starting>(change.to) && change.generation > known.generation;
  if (begins || at_rest(change.to)) known.end_by.reset();
  take_end(change.id, change.to);
}

void Witness::check_transition(const Changed& change) {
  const auto& policy = this->policy(change.id).restart;
  if (is<Stopped, Exited, Failed>(change.from))
    require(is<Stopped>(change.to) || known_[change.id].may_start,
            "what is down stays so until the user asks", change.id);
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
  const bool failed = is<Failed>(state) || !end->clean(policy(id).restart.success_codes);
  known_[id].failed = failed;
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
  if (command.order == Order::signal) {
    require(
        due_status_ || !wanted(command.id, known) || known.stale >= command.generation || known.leader_ended,
        "only what has to end is asked to", command.id);
    known.may_be_killed = true;
  }
  if (!known.end_by) known.end_by = now + policy(command.id).stop.timeout + kDelays;
}

void Witness::order_spawn(const Command& command, Known& known) {
  const auto& id = command.id;
  require(!ending(), "nothing is spawned once the run is ending", id);
  require(!world_.has(id), "nothing is spawned while something of the life before is there", id);
  require(command.generation == known.generation + 1, "every spawn is the next generation", id);
  require(wanted(id, known), "only what is wanted is spawned", id);
  known.generation = command.generation;
  known.lives.emplace_back();
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
    for (const auto& [name, number] : counts_)
      if (number == 0 && types_[name].configured > 0) all = false;  // the user has scaled it to nothing
    for (const auto& [id, known] : known_) {
      if (!known.there || (id.number > count(id.type) && at_rest(known.state))) continue;
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
    if (final_end_of(known.state) && known.failed && known.last && (!first || known.last->at < first->at))
      first = &*known.last;
  }
  return first ? first->how.status() : 0;
}

void Witness::check_instances(const Supervision& core) {
  std::size_t there = 0;
  for (auto& [id, known] : known_) {
    const auto* instance = core.find(id);
    known.may_start = false;
    check_presence(id, known, instance);
    if (!instance) continue;
    ++there;
    check_instance(id, known, *instance);
  }
  require(core.instances().size() == there, "there are no other instances");
}

// One that the formation has lost is there until it is at rest; its number counts on.
void Witness::check_presence(const InstanceId& id, Known& known, const Instance* instance) {
  if (known.there && id.number > count(id.type) && at_rest(known.state))
    known = Known{.lives = std::move(known.lives),
                  .stale = known.stale,
                  .upped = known.upped,
                  .downed = known.downed,
                  .generation = known.generation,
                  .began = known.began,
                  .leader_ended = known.leader_ended};
  require(known.there == (instance != nullptr), "the instances are those of the formation", id);
}

void Witness::check_instance(const InstanceId& id, const Known& known, const Instance& instance) {
  const auto& state = instance.state;
  require(state == known.state, "the changes told make up the state", id);
  require(instance.generation == known.generation, "generations only grow, one for each spawn", id);
  require(instance.held == known.held, "what the user stopped is held, and nothing else", id);
  require(instance.last == known.last, "the latest end is kept as it was reported", id);
  require(!instance.since || *instance.since == known.began, "a life began when it was reported", id);
  require(!is<Running>(state) || known.generation > known.stale, "what is outdated makes room", id);
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
