#include "words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "pm/core/text.h"
#include "pm/term/width.h"

namespace pm::panes {

using core::Duration;
using core::ProcessSnapshot;
using namespace std::chrono_literals;

std::string brief(Duration duration) {
  const auto s = std::max<std::int64_t>(0, std::chrono::floor<std::chrono::seconds>(duration).count());
  if (s < 60) return fmt::format("{}s", s);
  if (s < 3600) return fmt::format("{}m", s / 60);
  if (s < 86400) return fmt::format("{}h{:02}m", s / 3600, s / 60 % 60);
  return fmt::format("{}d{}h", s / 86400, s / 3600 % 24);
}

std::string brief_bytes(std::uint64_t bytes) {
  constexpr std::string_view kUnits = "BKMGTPE";
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return fmt::format("{:.{}f}{}", value, unit > 1 && value < 9.95 ? 1 : 0, kUnits[unit]);
}

std::string ago(core::WallTime then, core::WallTime now) {
  const auto s = std::max<core::WallTime>(now - then, 0) / 1'000'000;
  if (s < 60) return fmt::format("{}s ago", s);
  if (s < 3600) return fmt::format("{}m ago", s / 60);
  if (s < 86400) return fmt::format("{}h ago", s / 3600);
  return fmt::format("{}d ago", s / 86400);
}

std::string sparkline(const std::deque<double>& cpu, std::size_t columns) {
  constexpr std::array<std::string_view, 8> kSteps{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const auto shown = std::min(columns, cpu.size());
  const auto begin = cpu.end() - static_cast<std::ptrdiff_t>(shown);
  const auto most = shown == 0 ? 100.0 : std::max(100.0, *std::max_element(begin, cpu.end()));
  std::string line;
  for (auto value = begin; value != cpu.end(); ++value)
    line += kSteps[static_cast<std::size_t>(std::clamp(*value / most, 0.0, 1.0) * 7 + 0.5)];
  return line;
}

namespace {

std::optional<Duration> retry_in(const Pane& pane, const Moment& moment) {
  if (!pane.process->next_restart) return std::nullopt;
  return std::max(Duration{0}, *pane.process->next_restart - (moment.now - pane.known_at));
}

// Counts down to 0 when it happens, not a second before.
std::string countdown(Duration left) { return brief(left + 1s - 1ns); }

// "by user" of "stopped by user": the state's name stands beside it.
std::string reason_of(const ProcessSnapshot& process) {
  auto reason = core::printable(process.reason);
  const auto name = process.state + " ";
  return reason.starts_with(name) ? reason.substr(name.size()) : reason;
}

// Whether the state is worth a word of its own beside that reason.
bool speaks_for_itself(std::string_view reason) {
  return reason.starts_with("exited") || reason.starts_with("killed");
}

// "exited with code 1 after 0.3s, 5m ago", or less of it.
std::string describe_end(const ProcessSnapshot& process, const Moment& moment, int columns) {
  const auto state = core::printable(process.state);
  const auto reason = reason_of(process);
  const bool by_itself = process.state == "waiting" || process.state == "failed";
  const auto words =
      reason.empty() && process.last_exit && process.state != "stopped" ? core::describe(*process.last_exit)
      : reason.empty()                                                  ? state
      : speaks_for_itself(reason)                                       ? reason
                                  : fmt::format("{}{} {}", state, by_itself ? ":" : "", reason);
  const bool is_soon_over = process.next_restart.has_value();
  const auto when =
      process.since && !is_soon_over ? fmt::format(", {}", ago(*process.since, moment.wall)) : std::string{};
  if (term::width_of(words + when) <= columns) return words + when;
  if (term::width_of(words) <= columns) return words;
  return shortened(words.substr(0, words.find(" after ")), columns);
}

}  // namespace

std::string shortened(std::string_view text, int columns) {
  if (term::width_of(text) <= columns) return std::string{text};
  if (columns <= 0) return {};
  return std::string{term::fitting(text, columns - 1)} + "…";
}

std::string state_words(const Pane& pane, const Moment& moment, int columns) {
  if (!pane.process) return "";
  auto words = core::printable(pane.process->state);
  const auto left = retry_in(pane, moment);
  if (!left) return words;
  const auto retry = fmt::format("retry in {}", countdown(*left));
  const auto both = fmt::format("{}, {}", words, retry);
  return term::width_of(both) <= columns ? both : term::width_of(retry) <= columns ? retry : words;
}

std::string end_words(const Pane& pane, const Settings& settings, const Moment& moment, int columns) {
  if (!pane.process || pane.is_up() || pane.process->state == "stopping") return "";
  const bool is_due = pane.process->next_restart.has_value();
  const auto hint = fmt::format("{} starts it{}", settings.shown(is_due ? Action::restart : Action::start),
                                is_due ? " now" : "");
  constexpr int kLeastDescription = 8;
  const int room = columns - term::width_of(hint) - 3;
  if (room < kLeastDescription) return shortened(hint, columns);
  return fmt::format("{} · {}", describe_end(*pane.process, moment, room), hint);
}

std::vector<std::string> failures(std::span<const Pane> panes) {
  std::vector<std::string> words;
  for (const auto& pane : panes) {
    if (!pane.process || (pane.process->state != "exited" && pane.process->state != "failed")) continue;
    const auto& end = pane.process->last_exit;
    if (end && end->status() != 0) words.push_back(fmt::format("{} {}", pane.name, core::describe(*end)));
  }
  return words;
}

std::string count_words(std::span<const Pane> panes) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kStates{{{"running", "up"},
                                                                                  {"starting", "starting"},
                                                                                  {"stopping", "stopping"},
                                                                                  {"waiting", "waiting"},
                                                                                  {"backoff", "in backoff"},
                                                                                  {"failed", "failed"},
                                                                                  {"exited", "exited"},
                                                                                  {"stopped", "stopped"}}};
  std::vector<std::string> parts;
  for (const auto& [state, word] : kStates) {
    const auto count = std::count_if(panes.begin(), panes.end(), [state = state](const Pane& pane) {
      return pane.process && pane.process->state == state;
    });
    if (count > 0) parts.push_back(fmt::format("{} {}", count, word));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string total_words(std::span<const Pane> panes) {
  double cpu = 0;
  std::uint64_t memory = 0;
  bool known = false;
  for (const auto& pane : panes) {
    if (!pane.process || !pane.process->rss_bytes) continue;
    known = true;
    memory += *pane.process->rss_bytes;
    cpu += pane.process->cpu_percent.value_or(0);
  }
  return known ? fmt::format("{:.0f}% {}", cpu, brief_bytes(memory)) : "";
}

}  // namespace pm::panes
