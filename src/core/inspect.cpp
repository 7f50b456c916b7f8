#include "pm/core/inspect.h"

#include <fmt/format.h>

#include <algorithm>

#include "pm/core/overloaded.h"

namespace pm::core {

namespace {

std::string reason_of(const Supervision& core, const InstanceId& id, const Instance& instance) {
  return std::visit(overloaded{
                        [&](const Stopped&) -> std::string {
                          if (instance.held) return "stopped by user";
                          return core.shutting_down() ? "the run is ending" : "";
                        },
                        [&](const Waiting& s) { return s.reason; },
                        [&](const Starting&) { return std::string{}; },
                        [&](const Running&) { return std::string{}; },
                        [&](const Stopping& s) -> std::string {
                          if (!s.kill_at) return "SIGKILL was sent";
                          if (s.pid == Pid::none) return "stopping what it left running";
                          return core.wanted(id) ? "restarting" : "";
                        },
                        [&](const Ending& s) { return describe(s.how) + ", stopping what it left running"; },
                        [&](const Backoff& s) {
                          return instance.last ? fmt::format("{} after {}", describe(s.how),
                                                             human(instance.last->lived))
                                               : describe(s.how);
                        },
                        [&](const Exited& s) { return describe(s.how); },
                        [&](const Failed& s) { return s.reason; },
                    },
                    instance.state);
}

int failures_of(const State& state) {
  return std::visit(overloaded{
                        [](const Stopped&) { return 0; },
                        [](const Waiting& s) { return s.failures; },
                        [](const Starting& s) { return s.failures; },
                        [](const Running& s) { return s.failures; },
                        [](const Stopping&) { return 0; },
                        [](const Ending& s) { return s.failures; },
                        [](const Backoff& s) { return s.failures; },
                        [](const Exited&) { return 0; },
                        [](const Failed&) { return 0; },
                    },
                    state);
}

// What takes until then, from now on; nothing is due in the past.
std::optional<Duration> until(std::optional<TimePoint> when, TimePoint now) {
  return when ? std::optional{std::max(*when - now, Duration{0})} : std::nullopt;
}

void take_life(ProcessSnapshot& out, const Instance& instance, Pid leader, TimePoint now) {
  out.pid = leader;
  if (leader != Pid::none && instance.since) out.uptime = now - *instance.since;
}

ProcessSnapshot inspect(const Supervision& core, const InstanceId& id, const Instance& instance,
                        TimePoint now) {
  ProcessSnapshot out{.id = id};
  out.state = state_name(instance.state);
  out.reason = reason_of(core, id, instance);
  out.generation = instance.generation;
  out.restarts = instance.restarts;
  if (instance.last) {
    out.last_exit = instance.last->how;
    out.last_lived = instance.last->lived;
  }
  if (const auto* s = std::get_if<Running>(&instance.state)) take_life(out, instance, s->pid, now);
  if (const auto* s = std::get_if<Stopping>(&instance.state)) {
    take_life(out, instance, s->pid, now);
    out.kill_in = until(s->kill_at, now);
  }
  if (const auto* s = std::get_if<Ending>(&instance.state)) out.kill_in = until(s->kill_at, now);
  if (const auto* s = std::get_if<Waiting>(&instance.state)) out.next_restart = until(s->until, now);
  if (const auto* s = std::get_if<Backoff>(&instance.state)) out.next_restart = until(s->until, now);
  return out;
}

}  // namespace

ProcessSnapshot inspect(const Supervision& core, const InstanceId& id, TimePoint now) {
  const auto* instance = core.find(id);
  return instance ? inspect(core, id, *instance, now) : ProcessSnapshot{.id = id};
}

ProcessSnapshot inspect(const Supervision& core, const Changed& change) {
  const auto* now = core.find(change.id);
  auto instance = now ? *now : Instance{};
  instance.generation = change.generation;
  instance.state = change.to;
  instance.last = change.last;
  return inspect(core, change.id, instance, change.at);
}

Explanation explain(const Supervision& core, const InstanceId& id, TimePoint now) {
  Explanation out{.process = inspect(core, id, now)};
  if (const auto* instance = core.find(id)) {
    out.failures = failures_of(instance->state);
    out.restart = core.policy(id.type).restart;
    out.stop = core.policy(id.type).stop;
  }
  return out;
}

}  // namespace pm::core
