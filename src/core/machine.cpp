#include "pm/core/machine.h"

#include <fmt/format.h>

#include "pm/core/overloaded.h"

namespace pm::core {

namespace {

// Long enough that a program which simply takes a moment is not reported, short enough to say it well before
// SIGKILL.
constexpr Duration kRemindAfter = 2s;

Step kill(Pid pid, TimePoint since) {
  return {Stopping{pid, since, std::nullopt, std::nullopt}, {Order::kill}};
}

Step stay(const State& state) { return {state, {}}; }

Step spawn(int failures, int attempts = 0) { return {Starting{failures, attempts}, {Order::spawn}}; }

Step ask_to_end(const Policy& policy, Pid pid, TimePoint now) {
  const auto kill_at = now + policy.stop.timeout;
  const auto remind_at =
      policy.stop.timeout > kRemindAfter ? std::optional{now + kRemindAfter} : std::nullopt;
  return {Stopping{pid, now, remind_at, kill_at}, {Order::signal}};
}

// What follows an end that nobody asked for.
State settle(const RestartPolicy& policy, Exit how, Duration lived, int failures, TimePoint now, double u) {
  const bool clean = how.clean(policy.success_codes);
  if (policy.restart == Restart::never || (clean && policy.restart == Restart::on_failure))
    return Exited{how};
  if (policy.restart == Restart::on_failure && cannot_be_run(policy, how, lived))
    return Failed{how, how == Exit::code(127) ? "command not found" : "command not executable"};
  const int in_a_row = forgives(policy, lived, failures) ? 1 : failures + 1;
  if (policy.max_restarts > 0 && in_a_row > policy.max_restarts)
    return Failed{how, fmt::format("gave up after {} restart{} in a row", policy.max_restarts,
                                   policy.max_restarts == 1 ? "" : "s")};
  return Backoff{how, now + restart_delay(policy, in_a_row, u), in_a_row};
}

}  // namespace

std::string_view state_name(const State& state) {
  return std::visit(overloaded{
                        [](const Stopped&) { return "stopped"; },
                        [](const Waiting&) { return "waiting"; },
                        [](const Starting&) { return "starting"; },
                        [](const Running&) { return "running"; },
                        [](const Stopping&) { return "stopping"; },
                        [](const Ending&) { return "stopping"; },
                        [](const Backoff&) { return "backoff"; },
                        [](const Exited&) { return "exited"; },
                        [](const Failed&) { return "failed"; },
                    },
                    state);
}

bool at_rest(const State& state) {
  return std::visit(overloaded{
                        [](const Stopped&) { return true; },
                        [](const Waiting&) { return true; },
                        [](const Starting&) { return false; },
                        [](const Running&) { return false; },
                        [](const Stopping&) { return false; },
                        [](const Ending&) { return false; },
                        [](const Backoff&) { return true; },
                        [](const Exited&) { return true; },
                        [](const Failed&) { return true; },
                    },
                    state);
}

std::optional<TimePoint> due(const State& state) {
  using When = std::optional<TimePoint>;
  return std::visit(overloaded{
                        [](const Stopped&) -> When { return {}; },
                        [](const Waiting& s) -> When { return s.until; },
                        [](const Starting&) -> When { return {}; },
                        [](const Running&) -> When { return {}; },
                        [](const Stopping& s) -> When { return s.remind_at ? s.remind_at : s.kill_at; },
                        [](const Ending& s) -> When { return s.kill_at; },
                        [](const Backoff& s) -> When { return s.until; },
                        [](const Exited&) -> When { return {}; },
                        [](const Failed&) -> When { return {}; },
                    },
                    state);
}

Step on_start(const Policy&, const State& state, TimePoint now) {
  return std::visit(
      overloaded{
          [&](const Stopped&) { return spawn(0); },
          [&](const Waiting&) { return spawn(0); },
          [&](const Starting&) { return stay(state); },
          [&](const Running&) { return stay(state); },
          [&](const Stopping&) { return stay(state); },  // a new life follows, since it is wanted
          [&](const Ending& s) {                         // likewise, but without the wait for a failure
            return Step{Stopping{Pid::none, now, std::nullopt, s.kill_at}, {}};
          },
          [&](const Backoff&) { return spawn(0); },
          [&](const Exited&) { return spawn(0); },
          [&](const Failed&) { return spawn(0); },
      },
      state);
}

Step on_stop(const Policy& policy, const State& state, TimePoint now) {
  const Step stopped{Stopped{}, {}};
  return std::visit(
      overloaded{
          [&](const Stopped&) { return stay(state); },
          [&](const Waiting&) { return stopped; },
          [&](const Starting&) { return stay(state); },  // on_spawned sees whether it is still wanted
          [&](const Running& s) { return ask_to_end(policy, s.pid, now); },
          [&](const Stopping&) { return stay(state); },
          [&](const Ending& s) {
            return Step{Stopping{Pid::none, now, std::nullopt, s.kill_at}, {}};
          },
          [&](const Backoff&) { return stopped; },
          [&](const Exited&) { return stopped; },
          [&](const Failed&) { return stopped; },
      },
      state);
}

Step on_restart(const Policy& policy, const State& state, TimePoint now) {
  if (auto starting = state; auto* outdated = std::get_if<Starting>(&starting)) {
    outdated->outdated = true;
    return {starting, {}};
  }
  return at_rest(state) ? on_start(policy, state, now) : on_stop(policy, state, now);
}

Step on_kill(const State& state, TimePoint now) {
  const Step stopped{Stopped{}, {}};
  return std::visit(overloaded{
                        [&](const Stopped&) { return stay(state); },
                        [&](const Waiting&) { return stopped; },
                        [&](Starting s) {
                          s.killed = true;
                          return Step{s, {}};
                        },
                        [&](const Running& s) { return kill(s.pid, now); },
                        [&](const Stopping& s) { return kill(s.pid, s.since); },
                        [&](const Ending&) { return kill(Pid::none, now); },
                        [&](const Backoff&) { return stopped; },
                        [&](const Exited&) { return stopped; },
                        [&](const Failed&) { return stopped; },
                    },
                    state);
}

Step on_spawned(const Policy& policy, const State& state, Pid pid, bool wanted, TimePoint now) {
  const auto* starting = std::get_if<Starting>(&state);
  if (!starting) return stay(state);
  if (starting->killed) return kill(pid, now);
  if (!wanted || starting->outdated) return ask_to_end(policy, pid, now);
  return {Running{pid, now, starting->failures}, {}};
}

Step on_spawn_failed(const Policy& policy, const State& state, const SpawnFailure& failure, bool wanted,
                     TimePoint now, double u) {
  const auto* starting = std::get_if<Starting>(&state);
  if (!starting) return stay(state);
  if (!wanted) return {Stopped{}, {}};
  if (starting->outdated) return spawn(0);
  if (!failure.transient) return {Failed{Exit::code(failure.status), failure.reason}, {}};
  const int attempts = starting->attempts + 1;
  return {
      Waiting{failure.reason, now + restart_delay(policy.restart, attempts, u), attempts, starting->failures},
      {}};
}

Step on_leader_exit(const Policy& policy, const State& state, Exit how, TimePoint now) {
  if (const auto* running = std::get_if<Running>(&state))
    return {Ending{how, now - running->since, running->failures, now + policy.stop.timeout}, {Order::signal}};
  const auto* stopping = std::get_if<Stopping>(&state);
  if (!stopping || stopping->pid == Pid::none) return stay(state);
  auto next = *stopping;
  next.pid = Pid::none;
  // What the stop signal to the group has not reached gets it now, one by one; a kill in progress just goes
  // on.
  return {next, {stopping->kill_at ? Order::signal : Order::kill}};
}

Step on_gone(const Policy& policy, const State& state, Exit how, bool wanted, TimePoint now, double u) {
  const auto over = [&](Exit end, Duration lived, int failures) -> Step {
    if (!wanted) return {Stopped{}, {}};
    return {settle(policy.restart, end, lived, failures, now, u), {}};
  };
  return std::visit(overloaded{
                        [&](const Stopped&) { return stay(state); },
                        [&](const Waiting&) { return stay(state); },
                        [&](const Starting&) { return stay(state); },
                        [&](const Running& s) { return over(how, now - s.since, s.failures); },
                        [&](const Stopping&) {
                          return wanted ? spawn(0) : Step{Stopped{}, {}};
                        },
                        [&](const Ending& s) { return over(s.how, s.lived, s.failures); },
                        [&](const Backoff&) { return stay(state); },
                        [&](const Exited&) { return stay(state); },
                        [&](const Failed&) { return stay(state); },
                    },
                    state);
}

Step on_time(const State& state, TimePoint now) {
  const auto when = due(state);
  if (!when || now < *when) return stay(state);
  return std::visit(overloaded{
                        [&](const Stopped&) { return stay(state); },
                        [&](const Waiting& s) { return spawn(s.failures, s.attempts); },
                        [&](const Starting&) { return stay(state); },
                        [&](const Running&) { return stay(state); },
                        [&](Stopping s) -> Step {
                          s.remind_at.reset();
                          if (now < *s.kill_at) return {s, {Order::remind}};
                          s.kill_at.reset();
                          return {s, {Order::kill}};
                        },
                        [&](Ending s) -> Step {
                          s.kill_at.reset();
                          return {s, {Order::kill}};
                        },
                        [&](const Backoff& s) { return spawn(s.failures); },
                        [&](const Exited&) { return stay(state); },
                        [&](const Failed&) { return stay(state); },
                    },
                    state);
}

}  // namespace pm::core
