#include "process_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "pm/core/overloaded.h"
#include "pm/core/text.h"

namespace pm::cli {

using core::ProcessSnapshot;
using core::WallTime;

WallTime wall_now() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

namespace {

constexpr WallTime kSecond = 1'000'000;

core::Duration between(WallTime then, WallTime now) {
  return std::chrono::microseconds{std::max<WallTime>(now - then, 0)};
}

std::tm local_time(WallTime time) {
  const auto seconds = static_cast<std::time_t>(time / kSecond);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return parts;
}

std::string formatted(const std::tm& parts, const char* format) {
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

}  // namespace

std::string ago(WallTime then, WallTime now) {
  const auto s = std::max<WallTime>(now - then, 0) / kSecond;
  if (s < 60) return fmt::format("{}s ago", s);
  if (s < 3600) return fmt::format("{}m ago", s / 60);
  if (s < 86400) return fmt::format("{}h ago", s / 3600);
  return fmt::format("{}d ago", s / 86400);
}

std::string clock_time(WallTime time, WallTime now) {
  const auto then = local_time(time), today = local_time(now);
  const bool same_day = then.tm_year == today.tm_year && then.tm_yday == today.tm_yday;
  return formatted(then, same_day ? "%H:%M:%S" : "%F %H:%M:%S");
}

std::string human_bytes(std::uint64_t bytes) {
  constexpr std::string_view kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 999.5; ++unit) value /= 1000;
  return fmt::format("{:.{}f} {}", value, unit > 0 && value < 9.95 ? 1 : 0, kUnits[unit]);
}

std::string reason_of(const ProcessSnapshot& process) {
  const auto reason = core::printable(process.reason), name = core::printable(process.state) + " ";
  return reason.starts_with(name) ? reason.substr(name.size()) : reason;
}

namespace {

bool is_on_its_way(const ProcessSnapshot& process) {
  return process.state == "stopping" || process.state == "starting" || process.state == "waiting";
}

std::string progress_of(const ProcessSnapshot& process, WallTime now) {
  auto text = fmt::format("{} {}", core::to_string(process.id), core::printable(process.state));
  if (process.since) text += fmt::format(" {}", core::human(between(*process.since, now)));
  if (process.state == "stopping")
    text += process.kill_in ? fmt::format(", SIGKILL in {}", core::human(*process.kill_in))
                            : ", SIGKILL was sent";
  if (process.state == "waiting" && !process.reason.empty()) text += ": " + core::printable(process.reason);
  return text;
}

}  // namespace

std::string progress_line(std::span<const ProcessSnapshot> processes, WallTime now, std::size_t width) {
  std::vector<std::string> parts;
  for (const auto& process : processes)
    if (is_on_its_way(process)) parts.push_back(progress_of(process, now));
  std::string line, more;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto rest = parts.size() - i - 1;
    const auto longer = line + (i == 0 ? "" : " · ") + parts[i];
    const auto remark = rest == 0 ? "" : fmt::format(" · {} more", rest);
    if (i > 0 && core::columns(longer) + core::columns(remark) > width) break;
    line = longer;
    more = remark;
  }
  return core::shortened(line + more, width);
}

namespace {

std::string pairs(const std::map<std::string, int>& formation) {
  std::vector<std::string> words;
  for (const auto& [type, count] : formation) words.push_back(fmt::format("{}={}", type, count));
  return fmt::format("{}", fmt::join(words, " "));
}

/// Whether the event is the end of a life, so that its exit is news.
bool ends_life(const core::StateEvent& event) {
  return event.process.state != "stopping" && (event.from == "running" || event.from == "stopping");
}

std::string end_details(const core::StateEvent& event) {
  const auto& process = event.process;
  std::vector<std::string> parts;
  if (const auto reason = reason_of(process); !reason.empty()) parts.push_back(reason);
  if (process.last_exit && ends_life(event)) {
    const auto end = core::describe(*process.last_exit);
    if (parts.empty() || !parts.front().starts_with(end)) parts.push_back(end);
  }
  if (process.next_restart)
    parts.push_back(fmt::format("next start in {}", core::human(*process.next_restart)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string state_details(const core::StateEvent& event) {
  const auto& process = event.process;
  if (process.state == "starting") return "";
  if (process.state != "running") return end_details(event);
  const auto text = fmt::format("pid {}", static_cast<int>(process.pid));
  return process.port ? fmt::format("{}, port {}", text, *process.port) : text;
}

std::string named_lists(const core::ReloadEvent& reload) {
  std::string text;
  const auto add = [&](const char* word, const std::vector<std::string>& names) {
    if (!names.empty()) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", word, fmt::join(names, " "));
  };
  add("added", reload.added);
  add("removed", reload.removed);
  add("changed", reload.changed);
  return text.empty() ? "nothing changed" : text;
}

}  // namespace

std::string event_line(const core::Event& event, const Screen& screen, std::size_t& name_width) {
  struct Parts {
    std::string name, word;
    std::string_view color;
    std::string details;
  };
  const auto parts = std::visit(core::overloaded{
                                    [](const core::StateEvent& what) -> Parts {
                                      const auto& process = what.process;
                                      return {core::to_string(process.id), core::printable(process.state),
                                              color_of(process.state), state_details(what)};
                                    },
                                    [](const core::FormationEvent& what) -> Parts {
                                      return {"pm", "formation", "", pairs(what.formation)};
                                    },
                                    [](const core::ReloadEvent& what) -> Parts {
                                      return {"pm", "reload", "", named_lists(what)};
                                    },
                                    [](const core::ShutdownEvent& what) -> Parts {
                                      return {"pm", "shutdown", "", core::printable(what.reason)};
                                    },
                                },
                                event.what);
  name_width = std::max(name_width, parts.name.size());
  auto line = fmt::format("{}  {:<{}}  {}", formatted(local_time(event.time), "%H:%M:%S"), parts.name,
                          name_width, painted(parts.word, parts.color, screen));
  if (!parts.details.empty())
    line += fmt::format("{:{}}  {}", "", 9 - std::min<std::size_t>(parts.word.size(), 9), parts.details);
  return line + "\n";
}

}  // namespace pm::cli
