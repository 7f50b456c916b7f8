#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "pm/core/text.h"
#include "process_text.h"

namespace pm::cli {

using core::Duration;
using core::ProcessSnapshot;
using core::WallTime;

namespace {

constexpr std::size_t kColumns = 9, kState = 1, kLast = kColumns - 1;
constexpr std::array<std::string_view, kColumns> kHeads = {"NAME",     "STATE", "PID", "PORT",     "UPTIME",
                                                           "RESTARTS", "CPU",   "MEM", "LAST EXIT"};
// The last column is left out before it says less than this.
constexpr std::size_t kLeastLast = 9;
constexpr std::string_view kNothing = "-", kGap = "  ";

using Row = std::array<std::string, kColumns>;

bool is_number(std::size_t column) { return column > kState && column < kLast; }

std::string short_exit(const core::Exit& exit) {
  return exit.code() ? fmt::format("code {}", *exit.code()) : core::signal_name(*exit.signal());
}

std::string ended_ago(const ProcessSnapshot& process, WallTime now) {
  return process.last_ended_at ? ", " + ago(*process.last_ended_at, now) : "";
}

/// "code 1 after 0.3s"
std::string last_life(const ProcessSnapshot& process) {
  if (!process.last_exit) return std::string{kNothing};
  auto text = short_exit(*process.last_exit);
  if (process.last_lived) text += fmt::format(" after {}", core::human(*process.last_lived));
  return text;
}

std::string retry(const ProcessSnapshot& process) {
  return process.next_restart ? fmt::format(", retry in {}", core::human(*process.next_restart)) : "";
}

std::string last_exit(const ProcessSnapshot& process, WallTime now) {
  const auto& state = process.state;
  const auto reason = reason_of(process);
  if (state == "stopping")
    return process.kill_in ? fmt::format("SIGKILL in {}", core::human(*process.kill_in)) : "SIGKILL was sent";
  if (state == "waiting") return (reason.empty() ? std::string{kNothing} : reason) + retry(process);
  if (state == "backoff") return last_life(process) + retry(process);
  if (state == "exited") return last_life(process) + ended_ago(process, now);
  if (state == "failed")
    return reason.empty()      ? last_life(process) + ended_ago(process, now)
           : process.last_exit ? fmt::format("{}: {}", short_exit(*process.last_exit), reason)
                               : reason;
  if (state == "stopped" && !reason.empty())
    return process.since ? fmt::format("{} {}", reason, ago(*process.since, now)) : reason;
  return process.last_exit ? short_exit(*process.last_exit) + ended_ago(process, now) : std::string{kNothing};
}

Row row_of(const ProcessSnapshot& process, WallTime now) {
  const auto or_nothing = [](bool there, auto text) { return there ? text() : std::string{kNothing}; };
  return {
      core::to_string(process.id),
      core::printable(process.state),
      or_nothing(process.pid != core::Pid::none,
                 [&] { return std::to_string(static_cast<int>(process.pid)); }),
      or_nothing(process.port.has_value(), [&] { return std::to_string(*process.port); }),
      or_nothing(process.uptime.has_value(), [&] { return core::human(*process.uptime); }),
      std::to_string(process.restarts),
      or_nothing(process.cpu_percent.has_value(),
                 [&] { return fmt::format("{:.1f}%", *process.cpu_percent); }),
      or_nothing(process.rss_bytes.has_value(), [&] { return human_bytes(*process.rss_bytes); }),
      last_exit(process, now),
  };
}

using Widths = std::array<std::size_t, kColumns>;

Widths widths_of(const std::vector<Row>& rows) {
  Widths widths{};
  for (std::size_t column = 0; column < kColumns; ++column) widths[column] = kHeads[column].size();
  for (const auto& row : rows)
    for (std::size_t column = 0; column < kColumns; ++column)
      widths[column] = std::max(widths[column], core::columns(row[column]));
  return widths;
}

/// What a table shows of its columns: the first `count` of them, of the last of these `last_width` columns.
struct Fit {
  std::size_t count = kColumns, last_width = 0;
};

Fit fit(const Widths& widths, std::optional<std::size_t> room) {
  if (!room) return {kColumns, widths[kLast]};
  std::size_t used = 0;
  for (std::size_t column = 0; column < kColumns; ++column) {
    const auto before = used + (column == 0 ? 0 : kGap.size());
    const auto left = *room > before ? *room - before : 0;
    if (column == kLast && left >= std::min(widths[column], kLeastLast))
      return {kColumns, std::min(left, widths[column])};
    if (left < widths[column]) return column == 0 ? Fit{1, left} : Fit{column, widths[column - 1]};
    used = before + widths[column];
  }
  return {};
}

std::string line_of(const Row& row, const Widths& widths, const Fit& fit, const Screen& screen,
                    std::string_view state_color) {
  std::string line;
  for (std::size_t column = 0; column < fit.count; ++column) {
    const bool last = column + 1 == fit.count;
    const auto text = last ? core::shortened(row[column], fit.last_width) : row[column];
    const auto width = last ? fit.last_width : widths[column];
    const std::string padding(width - std::min(width, core::columns(text)), ' ');
    if (column > 0) line += kGap;
    if (is_number(column)) line += padding;
    line += column == kState ? painted(text, state_color, screen) : text;
    if (!is_number(column) && !last) line += padding;
  }
  return line + "\n";
}

}  // namespace

std::string process_table(std::span<const ProcessSnapshot> processes, const Screen& screen, WallTime now) {
  std::vector<Row> rows;
  for (const auto& process : processes) rows.push_back(row_of(process, now));
  const auto widths = widths_of(rows);
  const auto shown = fit(widths, screen.width);
  Row heads;
  std::copy(kHeads.begin(), kHeads.end(), heads.begin());
  auto text = line_of(heads, widths, shown, screen, "");
  for (std::size_t i = 0; i < rows.size(); ++i)
    text += line_of(rows[i], widths, shown, screen, color_of(processes[i].state));
  return text;
}

}  // namespace pm::cli
