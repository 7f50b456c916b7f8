#include "core/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/dice.h"
#include "core/witness.h"
#include "core/world.h"
#include "pm/core/operation.h"
#include "pm/core/overloaded.h"
#include "pm/core/supervision.h"

template <>
struct fmt::formatter<pm::core::InstanceId> : fmt::formatter<std::string> {
  auto format(const pm::core::InstanceId& id, format_context& context) const {
    return fmt::formatter<std::string>::format(pm::core::to_string(id), context);
  }
};

namespace pm::core::simulation {

namespace {

/// How much goes on in a schedule.
struct Size {
  int types, instances;        // at most, of each type
  int clients;                 // who give commands
  int patience;                // percent of the commands that are waited for before the next is given
  Duration least, most;        // that things go wrong for
  Duration pace;               // the longest pause between the commands of a client, at most
  int turns, turns_to_settle;  // at most
  bool lasts;                  // nobody ends the run before its time
};
constexpr Size kOrdinary{2, 2, 1, 0, 1s, 15s, 10s, 120, 2000, false},
    kStorm{3, 4, 8, 90, 20s, 20s, 2s, 100'000, 20'000, true};

Policy random_policy(Dice& dice) {
  const Restart restarts[] = {Restart::always, Restart::on_failure, Restart::on_failure, Restart::never};
  const Duration initials[] = {0ms, 100ms, 500ms, 2s}, resets[] = {500ms, 10s},
                 timeouts[] = {0s, 500ms, 3s, 5s};
  const int limits[] = {0, 0, 1, 3};
  Policy policy;
  policy.restart.restart = dice.one_of(restarts);
  policy.restart.initial = dice.one_of(initials);
  policy.restart.max = dice.chance(50) ? 1s : 30s;
  policy.restart.jitter = dice.chance(80) ? 0.1 : 1;
  policy.restart.reset_after = dice.one_of(resets);
  policy.restart.max_restarts = dice.one_of(limits);
  if (dice.chance(20)) policy.restart.success_codes = {0, 3};
  policy.stop.timeout = dice.one_of(timeouts);
  return policy;
}

const std::string kTypes[] = {"web", "worker", "clock"};

std::vector<TypePlan> random_types(Dice& dice, const Size& size) {
  std::vector<TypePlan> types;
  for (int i = 0; i < size.types; ++i)
    if (i == 0 || dice.chance(60))
      types.push_back({kTypes[i], dice.below(size.instances + 1), random_policy(dice)});
  return types;
}

RunPolicy random_run(Dice& dice, const Size& size) {
  const ExitWhen all[] = {ExitWhen::all,     ExitWhen::all,   ExitWhen::never, ExitWhen::never,
                          ExitWhen::failure, ExitWhen::named, ExitWhen::any};
  RunPolicy run{dice.one_of(all), std::nullopt};
  if (size.lasts) run.exit_when = ExitWhen::never;
  if (run.exit_when == ExitWhen::named || dice.chance(20))
    run.exit_code_from = InstanceId{"web", 1 + dice.below(2)};
  return run;
}

std::string text(const News& news) {
  return std::visit(
      overloaded{
          [](const Spawned& s) { return fmt::format("spawned with pid {}", static_cast<int>(s.pid)); },
          [](const SpawnFailure& f) { return fmt::format("spawn failed{}", f.transient ? " for now" : ""); },
          [](const LeaderExited& e) { return fmt::format("leader {}", describe(e.how)); },
          [](const Gone& g) { return fmt::format("gone, {}", describe(g.how)); },
      },
      news);
}

const char* text(Order order) {
  switch (order) {
    case Order::spawn: return "spawn";
    case Order::signal: return "signal";
    case Order::kill: return "kill";
    case Order::remind: return "remind";
  }
  return "";
}

const char* text(Goal goal) {
  switch (goal) {
    case Goal::up: return "up";
    case Goal::renewed: return "renewed";
    case Goal::down: return "down";
  }
  return "";
}

const char* text(Settled::How how) {
  switch (how) {
    case Settled::How::done: return "done";
    case Settled::How::unchanged: return "unchanged";
    case Settled::How::failed: return "failed";
    case Settled::How::superseded: return "superseded";
  }
  return "";
}

class Simulation {
 public:
  Simulation(std::uint64_t seed, Trace trace, const Size& size)
      : size_{size},
        dice_{seed},
        trace_{trace},
        types_{random_types(dice_, size)},
        run_{random_run(dice_, size)},
        world_{dice_},
        witness_{types_, run_, world_},
        core_{types_, run_} {}

  Outcome play() {
    log("a new run of {} types, exit policy {}", types_.size(), static_cast<int>(run_.exit_when));
    answer(core_.begin(now_));
    disturb();
    world_.calm_down();
    log("from here on nothing goes wrong");
    settle();
    shut_down();
    if (dice_.chance(30)) kill_all();
    if (dice_.chance(10)) kill();
    settle();
    outcome_.fault = witness_.fault();
    return std::move(outcome_);
  }

 private:
  struct Client {
    TimePoint next;      // when it gives its next command
    bool waits = false;  // for the answer to the latest one
  };
  struct Operation {
    Wait wait;
    std::map<InstanceId, Witness::Asked> asked;  // that are not answered yet
    std::size_t client = 0;
  };

  // Things go wrong, and users give commands in between.
  void disturb() {
    const auto until = now_ + dice_.between(size_.least, size_.most);
    pace_ = dice_.between(200ms, size_.pace);
    for (int n = 0; n < size_.clients; ++n) clients_.push_back({now_ + dice_.between(0ms, pace_)});
    for (int turns = 0; turns < size_.turns && !witness_.fault(); ++turns) {
      const auto happens = next();
      const auto command_at = clients_[first_client()].next;
      const auto at = happens ? std::min(*happens, command_at) : command_at;
      if (at > until) return;
      move_clock(at);
      turn();
      if (client_ = first_client(); now_ >= clients_[client_].next) command();
    }
  }

  std::size_t first_client() const {
    const auto first = std::min_element(
        clients_.begin(), clients_.end(),
        [](const Client& a, const Client& b) { return a.waits != b.waits ? b.waits : a.next < b.next; });
    return static_cast<std::size_t>(first - clients_.begin());
  }

  // Until nothing happens any more.
  void settle() {
    for (int turns = 0; turns < size_.turns_to_settle && !witness_.fault(); ++turns) {
      const auto at = next();
      if (!at) {
        witness_.require(operations_.empty(), "no request waits for ever");
        return witness_.check_settled(core_);
      }
      move_clock(*at);
      turn();
    }
    witness_.require(false, "when events stop, everything comes to rest");
  }

  std::optional<TimePoint> next() const {
    const auto world = world_.next(), core = core_.next_wake();
    return world && core ? std::min(*world, *core) : world ? world : core;
  }

  void move_clock(TimePoint at) {
    now_ = std::max(now_, at);
    if (!dice_.chance(2)) return;
    const auto late = dice_.between(0ms, 4s);  // the loop was held up
    log("{:.3f}s late", Seconds{late}.count());
    lag_ += late;
    now_ += late;
  }

  // One turn of the event loop.
  void turn() {
    const bool timers_first = dice_.chance(50);
    if (timers_first) time();
    while (auto report = world_.deliver(now_)) deliver(*report);
    if (!timers_first) time();
  }

  void time() {
    if (const auto due = core_.next_wake(); !due || *due > now_) return;
    answer(core_.time(now_));
    const auto next = core_.next_wake();
    witness_.require(!next || *next > now_, "all that is due is done");
  }

  void deliver(const Report& report) {
    if (trace_ == Trace::on)
      log("  {} #{} {}{}", report.id, report.generation, text(report.news),
          report.repeated ? ", once more" : "");
    witness_.reported(report, now_);
    const auto& [at, number, id, generation, news, repeated] = report;
    if (const auto* spawned = std::get_if<Spawned>(&news))
      answer(core_.spawned(id, generation, spawned->pid, now_));
    if (const auto* failure = std::get_if<SpawnFailure>(&news))
      answer(core_.spawn_failed(id, generation, *failure, now_, dice_.u()));
    if (const auto* exited = std::get_if<LeaderExited>(&news))
      answer(core_.leader_exited(id, generation, exited->how, now_));
    if (const auto* gone = std::get_if<Gone>(&news))
      answer(core_.gone(id, generation, gone->how, now_, dice_.u()));
  }

  void command() {
    clients_[client_] = {now_ + dice_.between(0ms, pace_), dice_.chance(size_.patience)};
    random_command();
    const bool waits = std::any_of(operations_.begin(), operations_.end(),
                                   [&](const Operation& operation) { return operation.client == client_; });
    if (!waits) clients_[client_].waits = false;
  }

  void random_command() {
    const int which = dice_.below(size_.lasts ? 94 : 100);
    if (which < 18) return start();
    if (which < 34) return stop();
    if (which < 54) return restart();
    if (which < 62) return kill();
    if (which < 78) return scale();
    if (which < 92) return reload();
    if (which < 94) return set_policy();
    if (which < 97) return shut_down();
    kill_all();
  }

  void start() {
    const auto ids = some_instances("start");
    witness_.started(ids);
    ask(aims(ids, Goal::up), [&] { return core_.start(ids, now_); });
    expect(ids, "what was started is on its way up",
           [](const State& state) { return !at_rest(state) && !std::holds_alternative<Ending>(state); });
  }

  void stop() {
    const auto ids = some_instances("stop");
    witness_.stopped(ids);
    ask(aims(ids, Goal::down), [&] { return core_.stop(ids, now_); });
    expect(ids, "what was stopped does not run", [](const State& state) {
      return !std::holds_alternative<Running>(state) && !std::holds_alternative<Ending>(state);
    });
  }

  void restart() {
    const auto ids = some_instances("restart");
    witness_.restarted(ids);
    ask(aims(ids, Goal::renewed), [&] { return core_.restart(ids, now_); });
    expect_renewed(ids);
  }

  void expect_renewed(std::span<const InstanceId> ids) {
    expect(ids, "what was restarted ends or starts", [](const State& state) {
      return std::holds_alternative<Starting>(state) || std::holds_alternative<Stopping>(state);
    });
  }

  void kill() {
    const auto ids = some_instances("kill");
    witness_.killed(ids, now_);
    ask(aims(ids, Goal::down), [&] { return core_.kill(ids, now_); });
    for (const auto& id : ids)
      if (const auto* instance = core_.find(id)) {
        const auto* stopping = std::get_if<Stopping>(&instance->state);
        witness_.require(stopping ? !stopping->kill_at : !due(instance->state),
                         "what was killed gets no grace", id);
      }
  }

  void scale() {
    std::map<std::string, int> counts;
    for (const auto& type : kTypes)
      if (dice_.chance(50)) counts[type] = dice_.below(size_.instances + 2);
    if (dice_.chance(5)) counts["unknown"] = 2;
    for (const auto& [name, count] : counts) log("scale {}={}", name, count);
    ask(witness_.scaled(counts), [&] { return core_.scale(counts, now_); });
  }

  // The files say something else, or not.
  void reload() {
    std::vector<ReloadedType> found;
    for (const auto& name : kTypes) {
      const auto known =
          std::find_if(types_.begin(), types_.end(), [&](const TypePlan& type) { return type.name == name; });
      const bool was_there = known != types_.end();
      if (!dice_.chance(was_there ? 85 : 30)) continue;
      auto plan = was_there ? *known : TypePlan{name, dice_.below(size_.instances + 1), random_policy(dice_)};
      if (was_there && dice_.chance(30)) plan.instances = dice_.below(size_.instances + 1);
      if (was_there && dice_.chance(30)) plan.policy = random_policy(dice_);
      found.push_back({plan, dice_.chance(40)});
      log("reload: {}={}{}", name, plan.instances, found.back().changed ? ", changed" : "");
    }
    if (!core_.shutting_down()) types_.clear();
    for (const auto& type : found)
      if (!core_.shutting_down()) types_.push_back(type.plan);
    const auto aims = witness_.reloaded(found);
    ask(aims, [&] { return core_.reload(found, now_); });
    std::vector<InstanceId> renewed;
    for (const auto& aim : aims)
      if (aim.goal == Goal::renewed) renewed.push_back(aim.id);
    expect_renewed(renewed);
  }

  void set_policy() {
    const auto& name = dice_.one_of(kTypes);
    const auto policy = random_policy(dice_);
    log("a new policy for {}", name);
    for (auto& type : types_)
      if (type.name == name) type.policy = policy;
    witness_.set_policy(name, policy);
    core_.set_policy(name, policy);
    answer({});
  }

  Witness::Aims aims(std::span<const InstanceId> ids, Goal goal) const {
    Witness::Aims aims;
    for (const auto& id : ids)
      if (core_.find(id)) aims.push_back({id, goal});
    return aims;
  }

  // As a supervisor does for a client: asks the core for something, and waits until it has come true.
  template <class Request>
  void ask(const Witness::Aims& aims, Request&& request) {
    auto& operation = operations_.emplace_back(Operation{Wait{aims, core_, now_}, {}, client_});
    for (const auto& aim : aims) operation.asked.try_emplace(aim.id, witness_.asked(aim, now_));
    const auto actions = request();
    operation.wait.asked(core_, now_);
    answer(actions);
  }

  void shut_down() {
    const int status = dice_.below(256);
    log("shut down with {}", status);
    witness_.ended(status);
    answer(core_.shut_down(status, now_));
  }

  void kill_all() {
    log("kill all");
    witness_.killed_all(now_);
    const bool early = !core_.shutting_down();
    const auto actions = core_.kill_all(now_);
    witness_.require(!early || actions.empty(), "only a shutdown is cut short");
    answer(actions);
  }

  std::vector<InstanceId> some_instances(const char* command) {
    auto ids = core_.instances();
    const int percent = dice_.chance(50) ? 100 : 40;
    std::erase_if(ids, [&](const InstanceId&) { return !dice_.chance(percent); });
    if (dice_.chance(5)) ids.push_back({"web", 9});
    for (const auto& id : ids) log("{} {}", command, id);
    return ids;
  }

  template <class Predicate>
  void expect(std::span<const InstanceId> ids, const char* rule, Predicate&& holds) {
    for (const auto& id : ids)
      if (const auto* instance = core_.find(id); instance && !core_.shutting_down())
        witness_.require(holds(instance->state), rule, id);
  }

  // Carries out what the supervision says, and has it checked.
  void answer(const Actions& actions) {
    for (const auto& action : actions)
      std::visit(overloaded{
                     [&](const Changed& change) { tell(change); },
                     [&](const Command& command) { carry_out(command); },
                 },
                 action);
    const bool begins_to_end = core_.shutting_down() && !std::exchange(ends_, core_.shutting_down());
    if (begins_to_end)
      for (auto& operation : operations_) operation.wait.shutting_down(now_);
    witness_.check(core_, now_, lag_);
    tell_clients();
    if (witness_.fault()) log("BROKEN: {}", *witness_.fault());
  }

  void tell(const Changed& change) {
    log("    {} #{} {} → {}", change.id, change.generation, state_name(change.from), state_name(change.to));
    see(state_name(change.to));
    witness_.changed(change);
    for (auto& operation : operations_) operation.wait.on(change, now_);
  }

  // Has every answer checked in the event that brought it about.
  void tell_clients() {
    for (auto& operation : operations_) {
      for (const auto& settled : operation.wait.settled()) {
        const auto asked = operation.asked.find(settled.id);
        if (asked == operation.asked.end()) continue;
        tell_client(asked->second, settled);
        operation.asked.erase(asked);
      }
      witness_.require(operation.wait.over() == operation.asked.empty(),
                       "a wait is over with its last answer");
      if (operation.wait.over() && !clients_.empty())
        clients_[operation.client] = {std::max(clients_[operation.client].next, now_), false};
    }
    std::erase_if(operations_, [](const Operation& operation) { return operation.wait.over(); });
  }

  void tell_client(const Witness::Asked& asked, const Settled& settled) {
    log("      {} {} {} {}", settled.id, text(settled.goal), text(settled.how), settled.reason);
    see(fmt::format("{} {}", text(settled.goal), text(settled.how)));
    witness_.answered(asked, settled, now_);
  }

  void carry_out(const Command& command) {
    log("    {} #{} {}!", command.id, command.generation, text(command.order));
    see(text(command.order));
    witness_.ordered(command, now_);
    world_.carry_out(command, now_);
  }

  void see(std::string_view what) {
    if (trace_ == Trace::on) outcome_.seen.emplace(what);
  }

  template <class... Args>
  void log(fmt::format_string<Args...> format, Args&&... args) {
    if (trace_ == Trace::off) return;
    outcome_.trace += fmt::format("{:9.3f}s ", Seconds{now_.time_since_epoch()}.count());
    outcome_.trace += fmt::format(format, std::forward<Args>(args)...) + '\n';
  }

  const Size& size_;
  Dice dice_;
  Trace trace_;
  std::vector<TypePlan> types_;  // as the files have them
  RunPolicy run_;
  World world_;
  Witness witness_;
  Supervision core_;
  TimePoint now_{};
  std::vector<Client> clients_;
  std::vector<Operation> operations_;
  std::size_t client_ = 0;  // who gives commands
  Duration pace_{};
  bool ends_ = false;
  Duration lag_{};  // all that the clock has been late
  Outcome outcome_;
};

}  // namespace

Outcome play(std::uint64_t seed, Trace trace) { return Simulation{seed, trace, kOrdinary}.play(); }

Outcome play_storm(std::uint64_t seed, Trace trace) { return Simulation{seed, trace, kStorm}.play(); }

}  // namespace pm::core::simulation
