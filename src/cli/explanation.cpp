#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "pm/core/text.h"
#include "process_text.h"

namespace pm::cli {

using core::Explanation;
using core::human;
using core::ProcessSnapshot;
using core::WallTime;

namespace {

/// A policy that always restarts asks not whether an end was a failure.
std::string ends_text(const Explanation& explanation) {
  const auto what = explanation.restart.restart == core::Restart::always ? "ended" : "failed";
  return explanation.failures == 1 ? fmt::format("it {} once", what)
                                   : fmt::format("it {} {} times in a row", what, explanation.failures);
}

std::string because(const ProcessSnapshot& process) {
  return process.reason.empty() ? "" : ": " + reason_of(process);
}

std::string next_start(const ProcessSnapshot& process) {
  return process.next_restart ? fmt::format(", the next start is in {}", human(*process.next_restart)) : "";
}

std::string how_ended(const ProcessSnapshot& process, WallTime now) {
  if (!process.last_exit) return "it ended";
  auto text = fmt::format("it {}", core::describe(*process.last_exit));
  if (process.last_exit->signal()) text = fmt::format("it was {}", core::describe(*process.last_exit));
  return process.last_ended_at ? fmt::format("{} {}", text, ago(*process.last_ended_at, now)) : text;
}

/// Delays like "500ms" or "10s" as a person writes them in pm.toml.
std::string exact(core::Duration duration) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  if (ms < 1000) return fmt::format("{}ms", ms);
  if (ms % 60'000 == 0 && ms > 60'000) return fmt::format("{}m", ms / 60'000);
  return ms % 1000 == 0 ? fmt::format("{}s", ms / 1000)
                        : fmt::format("{:.1f}s", static_cast<double>(ms) / 1000);
}

std::string growth(const core::RestartPolicy& policy) {
  const auto how = policy.factor == 2 ? std::string{"delays double"}
                                      : fmt::format("each delay {:g} times the last", policy.factor);
  return fmt::format("{} up to {}", how, exact(policy.max));
}

std::string backoff(const Explanation& explanation) {
  const auto& process = explanation.process;
  if (explanation.failures == 0) return "in backoff: it ended by itself" + next_start(process);
  return fmt::format("in backoff: {}{} (attempt {}, {})", ends_text(explanation), next_start(process),
                     explanation.failures + 1, growth(explanation.restart));
}

std::string running(const Explanation& explanation) {
  const auto& process = explanation.process;
  auto text = fmt::format("running with pid {}", static_cast<int>(process.pid));
  if (process.uptime) text += fmt::format(" for {}", human(*process.uptime));
  if (process.restarts > 0)
    text += fmt::format(", after {}",
                        process.restarts == 1 ? "one restart" : fmt::format("{} restarts", process.restarts));
  return text;
}

std::string stopping(const ProcessSnapshot& process, WallTime now) {
  auto text = std::string{"stopping"};
  if (process.since)
    text +=
        fmt::format(" for {}", human(std::chrono::microseconds{std::max<WallTime>(now - *process.since, 0)}));
  if (!process.kill_in) return text + ", SIGKILL was sent";
  return text + fmt::format("{}, SIGKILL follows in {}", because(process), human(*process.kill_in));
}

std::string stopped(const ProcessSnapshot& process, WallTime now) {
  if (!process.since && process.reason.empty()) return "stopped: it was never started";
  const auto reason = reason_of(process);
  const auto separator = reason.empty() ? "" : reason.starts_with("by ") ? " " : ": ";
  const auto when = process.since ? ", " + ago(*process.since, now) : "";
  return fmt::format("stopped{}{}{}", separator, reason, when);
}

/// What follows "worker.1 is ".
std::string headline(const Explanation& explanation, WallTime now) {
  const auto& process = explanation.process;
  const auto& state = process.state;
  if (state == "running") return running(explanation);
  if (state == "starting") return "starting" + because(process);
  if (state == "waiting") return "waiting" + because(process) + next_start(process);
  if (state == "stopping") return stopping(process, now);
  if (state == "backoff") return backoff(explanation);
  if (state == "exited")
    return fmt::format("down: {}, and its policy (restart {}) lets it be", how_ended(process, now),
                       core::to_string(explanation.restart.restart));
  if (state == "failed") return fmt::format("down for good{}, {}", because(process), how_ended(process, now));
  if (state == "stopped") return stopped(process, now);
  return core::printable(state) + because(process);
}

std::string last_life(const ProcessSnapshot& process, WallTime now) {
  auto text = core::describe(*process.last_exit);
  if (process.last_lived) text = fmt::format("{}, {}", human(*process.last_lived), text);
  if (process.last_ended_at) text += fmt::format(" at {}", clock_time(*process.last_ended_at, now));
  return text;
}

std::string policy(const Explanation& explanation) {
  const auto& [restart, initial, factor, max, jitter, reset_after, max_restarts, codes] = explanation.restart;
  auto text = fmt::format("restart {}", core::to_string(restart));
  if (restart != core::Restart::never) {
    text += fmt::format(", backoff {} × {:g} up to {}, forgiven after {}", exact(initial), factor, exact(max),
                        exact(reset_after));
    if (max_restarts > 0) text += fmt::format(", at most {} in a row", max_restarts);
  }
  return text + fmt::format(", stopped by {}, SIGKILL after {}", core::signal_name(explanation.stop.signal),
                            exact(explanation.stop.timeout));
}

std::string advice(const ProcessSnapshot& process) {
  const auto name = core::to_string(process.id);
  const auto& state = process.state;
  const auto logs = fmt::format(" · pm logs {} shows more", name);
  if (state == "running") return fmt::format("pm restart {0} or pm stop {0}", name) + logs;
  if (state == "starting") return fmt::format("pm logs -f {} follows it", name);
  if (state == "stopping") return fmt::format("pm kill {} does not wait", name) + logs;
  if (state == "backoff" || state == "waiting")
    return fmt::format("pm restart {} starts it at once", name) + logs;
  return fmt::format("pm start {} starts it", name) + logs;
}

/// `text` without what only a terminal understands: colours, cursor movements, titles (ECMA-48, 5.4 and 5.6).
std::string without_escapes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\x1b') {
      out += text[i];
      continue;
    }
    if (++i >= text.size()) break;
    if (text[i] == '[') {
      do ++i;
      while (i < text.size() && (text[i] < '\x40' || text[i] > '\x7e'));
    } else if (text[i] == ']') {
      while (i < text.size() && text[i] != '\a' && text[i] != '\\') ++i;
    }
  }
  return out;
}

std::string entry(std::string_view name, const std::string& text, const Screen& screen) {
  constexpr std::size_t kIndent = 14;
  const auto shown =
      screen.width && *screen.width > kIndent ? core::shortened(text, *screen.width - kIndent) : text;
  return fmt::format("  {}{:{}}{}\n", painted(name, kDim, screen), "", kIndent - 2 - name.size(), shown);
}

}  // namespace

std::string explanation_text(const Explanation& explanation, const Screen& screen, WallTime now) {
  const auto& process = explanation.process;
  auto text = fmt::format("{} is {}\n", painted(core::to_string(process.id), color_of(process.state), screen),
                          headline(explanation, now));
  if (process.last_exit) text += entry("last life", last_life(process, now), screen);
  auto name = std::string_view{"last lines"};
  for (const auto& line : explanation.last_lines) {
    text += entry(name, core::printable(without_escapes(line)), screen);
    name = "";
  }
  text += entry("policy", policy(explanation), screen);
  auto title = std::string_view{"limits"};
  for (const auto& limit : explanation.limits) {
    text += entry(title, core::printable(core::describe(limit)), screen);
    title = "";
  }
  return text + entry("now", advice(process), screen);
}

}  // namespace pm::cli
