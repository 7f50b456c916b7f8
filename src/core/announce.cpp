#include "pm/core/announce.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "pm/core/overloaded.h"

namespace pm::core {

namespace {

using Line = std::optional<std::string>;

// A stop that took longer than this is worth its duration.
constexpr Duration kLongStop = 1s;

std::string ordinal(int n) {
  const int tens = n / 10 % 10, ones = n % 10;
  const char* suffix = tens == 1 ? "th" : ones == 1 ? "st" : ones == 2 ? "nd" : ones == 3 ? "rd" : "th";
  return fmt::format("{}{}", n, suffix);
}

bool left_processes(const State& from) { return std::holds_alternative<Ending>(from); }

// Whether the change is the end of a life, told with how its leader ended.
bool ends_life(const State& from) { return std::holds_alternative<Running>(from) || left_processes(from); }

// The type that serves HTTP, as every Procfile has it.
constexpr std::string_view kWeb = "web";

// Once: a person who has seen where it is does not look for it again with every restart.
std::string started(const Changed& change, Pid pid, std::optional<int> port) {
  auto text = fmt::format("started with pid {}", static_cast<int>(pid));
  if (port) text += fmt::format(", port {}", *port);
  if (port && change.id.type == kWeb && change.generation == 1)
    text += fmt::format(" · http://127.0.0.1:{} once it listens", *port);
  return text;
}

Line stopped(const Changed& change) {
  const auto* stopping = std::get_if<Stopping>(&change.from);
  if (!stopping || !change.last) return std::nullopt;
  auto text = describe(change.last->how);
  if (change.at - stopping->since >= kLongStop)
    text += fmt::format(" after {}", human(change.at - stopping->since));
  return text;
}

// How the leader ended, unless that was told when it left processes behind.
std::string end_of(const Changed& change, const Exit& how, std::string_view separator) {
  return left_processes(change.from) ? std::string{} : fmt::format("{}{}", describe(how), separator);
}

Line backing_off(const Changed& change, const Backoff& to) {
  if (!ends_life(change.from) || !change.last) return std::nullopt;
  const auto in_a_row = to.how == Exit::code(0) ? std::string{} : ordinal(to.failures) + " failure, ";
  return fmt::format("{}restarting in {} ({}ran {})", end_of(change, to.how, ", "),
                     human(to.until - change.at), in_a_row, human(change.last->lived));
}

Line exited(const Changed& change, const Exited& to) {
  const auto text = end_of(change, to.how, "");
  return text.empty() ? Line{} : text;
}

Line failed(const Changed& change, const Failed& to) {
  if (ends_life(change.from)) return end_of(change, to.how, ": ") + to.reason;
  return fmt::format("cannot be started: {}", to.reason);
}

}  // namespace

Line announce(const Changed& change, std::optional<int> port) {
  const bool was_starting = std::holds_alternative<Starting>(change.from);
  return std::visit(overloaded{
                        [&](const Stopped&) -> Line { return stopped(change); },
                        [&](const Waiting& to) -> Line {
                          return fmt::format("cannot be started yet: {}, trying again in {}", to.reason,
                                             human(to.until - change.at));
                        },
                        [&](const Starting&) -> Line { return stopped(change); },
                        [&](const Running& to) -> Line { return started(change, to.pid, port); },
                        [&](const Stopping& to) -> Line {
                          return was_starting ? Line{started(change, to.pid, port)} : Line{};
                        },
                        [&](const Ending& to) -> Line {
                          return fmt::format("{}, stopping what it left running", describe(to.how));
                        },
                        [&](const Backoff& to) -> Line { return backing_off(change, to); },
                        [&](const Exited& to) -> Line { return exited(change, to); },
                        [&](const Failed& to) -> Line { return failed(change, to); },
                    },
                    change.to);
}

std::string announce_reload(const ReloadEvent& event) {
  std::vector<std::string> parts;
  const auto add = [&](const std::vector<std::string>& types, const char* what) {
    for (const auto& type : types) parts.push_back(fmt::format("'{}' {}", type, what));
  };
  add(event.added, "is new");
  add(event.removed, "is gone");
  add(event.changed, "changed");
  return fmt::format("reloaded: {}", parts.empty() ? "no type is new, gone or changed"
                                                   : fmt::format("{}", fmt::join(parts, ", ")));
}

std::string announce_reminder(const Stopping& stopping, TimePoint now) {
  return fmt::format("still stopping, SIGKILL in {}", human(stopping.kill_at.value_or(now) - now));
}

}  // namespace pm::core
