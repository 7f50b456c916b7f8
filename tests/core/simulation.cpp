#include "core/simulation.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/dice.h"
#include "core/witness.h"
#include "core/world.h"
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

constexpr int kMostTurns = 120, kTurnsToSettle = 2000;

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

std::vector<TypePlan> random_types(Dice& dice) {
  std::vector<TypePlan> types{{"web", dice.below(3), random_policy(dice)}};
  if (dice.chance(60)) types.push_back({"worker", dice.below(3), random_policy(dice)});
  return types;
}

RunPolicy random_run(Dice& dice) {
  const ExitWhen all[] = {ExitWhen::all,     ExitWhen::all,   ExitWhen::never, ExitWhen::never,
                          ExitWhen::failure, ExitWhen::named, ExitWhen::any};
  RunPolicy run{dice.one_of(all), std::nullopt};
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

class Simulation {
 public:
  Simulation(std::uint64_t seed, Trace trace)
      : dice_{seed},
        trace_{trace},
        types_{random_types(dice_)},
        run_{random_run(dice_)},
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
    settle();
    outcome_.fault = witness_.fault();
    return std::move(outcome_);
  }

 private:
  // Things go wrong, and the user gives commands in between.
  void disturb() {
    const auto until = now_ + dice_.between(1s, 15s);
    const auto pace = dice_.between(200ms, 10s);
    auto command_at = now_ + dice_.between(0ms, pace);
    for (int turns = 0; turns < kMostTurns && !witness_.fault(); ++turns) {
      const auto happens = next();
      const auto at = happens ? std::min(*happens, command_at) : command_at;
      if (at > until) return;
      move_clock(at);
      turn();
      if (now_ < command_at) continue;
      command();
      command_at = now_ + dice_.between(0ms, pace);
    }
  }

  // Until nothing happens any more.
  void settle() {
    for (int turns = 0; turns < kTurnsToSettle && !witness_.fault(); ++turns) {
      const auto at = next();
      if (!at) return witness_.check_settled(core_);
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
    const int which = dice_.below(100);
    if (which < 20) return start();
    if (which < 40) return stop();
    if (which < 60) return restart();
    if (which < 70) return kill();
    if (which < 92) return scale();
    if (which < 95) return shut_down();
    kill_all();
  }

  void start() {
    const auto ids = some_instances("start");
    witness_.held(ids, false);
    answer(core_.start(ids, now_));
    expect(ids, "what was started is on its way up",
           [](const State& state) { return !at_rest(state) && !std::holds_alternative<Ending>(state); });
  }

  void stop() {
    const auto ids = some_instances("stop");
    witness_.held(ids, true);
    answer(core_.stop(ids, now_));
    expect(ids, "what was stopped does not run", [](const State& state) {
      return !std::holds_alternative<Running>(state) && !std::holds_alternative<Ending>(state);
    });
  }

  void restart() {
    const auto ids = some_instances("restart");
    witness_.held(ids, false);
    answer(core_.restart(ids, now_));
    expect(ids, "what was restarted ends or starts", [](const State& state) {
      return std::holds_alternative<Starting>(state) || std::holds_alternative<Stopping>(state);
    });
  }

  void kill() {
    const auto ids = some_instances("kill");
    witness_.held(ids, true);
    if (!core_.shutting_down()) witness_.killed(ids, now_);
    answer(core_.kill(ids, now_));
    expect(ids, "what was killed gets no grace", [](const State& state) {
      const auto* stopping = std::get_if<Stopping>(&state);
      return stopping ? !stopping->kill_at : !due(state);
    });
  }

  void scale() {
    std::map<std::string, int> counts;
    for (const auto& type : types_)
      if (dice_.chance(70)) counts[type.name] = dice_.below(4);
    if (dice_.chance(5)) counts["unknown"] = 2;
    for (const auto& [name, count] : counts) log("scale {}={}", name, count);
    witness_.scaled(counts);
    answer(core_.scale(counts, now_));
  }

  void shut_down() {
    const int status = dice_.below(256);
    log("shut down with {}", status);
    witness_.ended(status);
    answer(core_.shut_down(status, now_));
  }

  void kill_all() {
    log("kill all");
    if (core_.shutting_down()) witness_.killed(core_.instances(), now_);
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
    witness_.check(core_, now_, lag_);
    if (witness_.fault()) log("BROKEN: {}", *witness_.fault());
  }

  void tell(const Changed& change) {
    log("    {} #{} {} → {}", change.id, change.generation, state_name(change.from), state_name(change.to));
    see(state_name(change.to));
    witness_.changed(change);
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

  Dice dice_;
  Trace trace_;
  std::vector<TypePlan> types_;
  RunPolicy run_;
  World world_;
  Witness witness_;
  Supervision core_;
  TimePoint now_{};
  Duration lag_{};  // all that the clock has been late
  Outcome outcome_;
};

}  // namespace

Outcome play(std::uint64_t seed, Trace trace) { return Simulation{seed, trace}.play(); }

}  // namespace pm::core::simulation
