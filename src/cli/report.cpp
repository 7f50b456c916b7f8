#include "report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "pm/core/text.h"

namespace pm::cli {

using api::OperationReport;
using core::Error;
using core::Goal;
using core::Settled;

namespace {

using Entries = std::vector<std::string>;

constexpr std::size_t kEntryGap = 3;
// More entries than that about one type are counted on a terminal, not told one by one.
constexpr std::size_t kMostTold = 12;

int number(core::Pid pid) { return static_cast<int>(pid); }

/// "(exited with code 0, 0.3s)"; nothing where no life was in progress.
std::string how_it_ended(const Settled& one) {
  if (one.before == core::Pid::none && !one.exit) return {};
  if (!one.exit) return fmt::format(" ({})", core::human(one.took));
  return fmt::format(" ({}, {})", core::describe(*one.exit), core::human(one.took));
}

std::string renewed(const Settled& one) {
  if (one.before == core::Pid::none) return fmt::format("started (pid {})", number(one.pid));
  return fmt::format("restarted (pid {} → {}, {})", number(one.before), number(one.pid),
                     core::human(one.took));
}

std::string_view wished(Goal goal, bool killed) {
  switch (goal) {
    case Goal::up: return "started";
    case Goal::renewed: return "restarted";
    case Goal::down: return killed ? "killed" : "stopped";
  }
  return {};
}

/// What became of one that came out as asked; follows its name.
std::string outcome(const Settled& one, bool killed) {
  const bool before = one.how == Settled::How::unchanged;
  switch (one.goal) {
    case Goal::up:
      return before ? fmt::format("was running already (pid {})", number(one.pid))
                    : fmt::format("started (pid {})", number(one.pid));
    case Goal::renewed: return renewed(one);
    case Goal::down:
      return before ? "was stopped already" : std::string{wished(one.goal, killed)} + how_it_ended(one);
  }
  return {};
}

bool came_out(const Settled& one) {
  return one.how == Settled::How::done || one.how == Settled::How::unchanged;
}

Error error_of(const Settled& one, std::string_view wish) {
  const bool superseded = one.how == Settled::How::superseded;
  auto reason = core::printable(one.reason);
  if (reason.empty()) reason = superseded ? "somebody asked for something else meanwhile" : "it failed";
  return {.kind = superseded ? Error::Kind::conflict : Error::Kind::failed,
          .what = fmt::format("{} was not {}: {}", core::to_string(one.id), wish, reason)};
}

/// One hint for all of them; a list of three hundred would hide what it is about.
void give_hint(Report& report, const OperationReport& operation) {
  const auto found = std::find_if(operation.results.begin(), operation.results.end(),
                                  [](const auto& one) { return !came_out(one); });
  if (found == operation.results.end() || report.errors.empty()) return;
  report.errors.back().hint =
      fmt::format("'pm why {0}' tells more, 'pm logs {0}' what it wrote", core::to_string(found->id));
}

std::vector<Error> errors_of(const OperationReport& operation, bool killed = false) {
  std::vector<Error> errors;
  for (const auto& one : operation.results)
    if (!came_out(one)) errors.push_back(error_of(one, wished(one.goal, killed)));
  return errors;
}

/// One entry a line, or, on a terminal, as many as fit, in columns.
std::string laid_out(const Entries& entries, const Screen& screen) {
  std::size_t widest = 1;
  for (const auto& entry : entries) widest = std::max(widest, core::columns(entry));
  const auto across =
      screen.width ? std::max<std::size_t>((*screen.width + kEntryGap) / (widest + kEntryGap), 1) : 1;
  std::string text;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const bool ends = (i + 1) % across == 0 || i + 1 == entries.size();
    text += entries[i];
    text += ends ? "\n" : std::string(widest - core::columns(entries[i]) + kEntryGap, ' ');
  }
  return text;
}

Entries entries_of(const OperationReport& operation, bool killed = false) {
  Entries entries;
  for (const auto& one : operation.results)
    if (came_out(one)) entries.push_back(fmt::format("{} {}", core::to_string(one.id), outcome(one, killed)));
  return entries;
}

/// `entries` by commas behind `head`, broken between them where the terminal ends.
std::string behind(std::string head, const Entries& entries, const Screen& screen) {
  std::string text = std::move(head), indent(core::columns(text), ' ');
  auto used = indent.size();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto entry = entries[i] + (i + 1 < entries.size() ? "," : "");
    const auto width = core::columns(entry);
    if (i > 0 && used + 1 + width > *screen.width) {
      text += "\n" + indent;
      used = indent.size();
    } else if (i > 0) {
      text += " ";
      ++used;
    }
    text += entry;
    used += width;
  }
  return text + "\n";
}

/// "299 started, 1 was running already"
Entries counted(const std::vector<Settled>& results) {
  std::vector<std::pair<std::string, int>> counts;
  for (const auto& one : results) {
    if (!came_out(one)) continue;
    const auto word = one.how == Settled::How::unchanged ? "unchanged" : std::string{wished(one.goal, false)};
    const auto found =
        std::find_if(counts.begin(), counts.end(), [&](const auto& count) { return count.first == word; });
    if (found == counts.end())
      counts.emplace_back(word, 1);
    else
      ++found->second;
  }
  Entries entries;
  for (const auto& [word, count] : counts) entries.push_back(fmt::format("{} {}", count, word));
  return entries;
}

OperationReport of_type(const OperationReport& operation, const std::string& type) {
  OperationReport part;
  for (const auto& one : operation.results)
    if (one.id.type == type) part.results.push_back(one);
  return part;
}

std::string scale_line(const std::string& type, int before, int after, const OperationReport& operation,
                       const Screen& screen) {
  if (before == after) return fmt::format("{} stays {}\n", type, after);
  const auto head = fmt::format("{} {} → {}", type, before, after);
  const auto part = of_type(operation, type);
  const auto entries = entries_of(part);
  if (!screen.width || entries.empty()) return head + "\n" + laid_out(entries, screen);
  return behind(head + "   ", entries.size() > kMostTold ? counted(part.results) : entries, screen);
}

std::string requested(core::Verb verb) { return fmt::format("asked to {}", core::to_string(verb)); }

Report finished(std::string text, const OperationReport& operation, bool killed = false) {
  Report report{std::move(text), errors_of(operation, killed)};
  give_hint(report, operation);
  return report;
}

}  // namespace

Report report_on(core::Verb verb, const OperationReport& operation, const Screen& screen) {
  const bool killed = verb == core::Verb::kill;
  if (!operation.accepted_only)
    return finished(laid_out(entries_of(operation, killed), screen), operation, killed);
  Entries entries;
  for (const auto& process : operation.processes)
    entries.push_back(fmt::format("{} {}", core::to_string(process.id), requested(verb)));
  return {laid_out(entries, screen), {}};
}

Report report_on_scale(const OperationReport& operation, const std::vector<std::string>& named,
                       const Screen& screen) {
  std::string text;
  for (const auto& [type, after] : operation.formation) {
    const auto found = operation.previous.find(type);
    const int before = found == operation.previous.end() ? 0 : found->second;
    if (before != after || std::find(named.begin(), named.end(), type) != named.end())
      text += scale_line(type, before, after, operation, screen);
  }
  return finished(std::move(text), operation);
}

Report report_on_reload(const OperationReport& operation, const Screen& screen) {
  std::string text;
  const auto add = [&](const char* word, const std::vector<std::string>& names) {
    if (!names.empty()) text += fmt::format("{} {}\n", word, fmt::join(names, ", "));
  };
  if (operation.reload) {
    add("added", operation.reload->added);
    add("removed", operation.reload->removed);
    add("changed", operation.reload->changed);
  }
  if (text.empty() && operation.results.empty()) text = "nothing to start, stop or restart\n";
  return finished(text + laid_out(entries_of(operation), screen), operation);
}

Report report_on_signal(int signal, const OperationReport& operation, const Screen& screen) {
  const auto name = core::signal_name(signal);
  Report report;
  Entries entries;
  for (const auto& one : operation.results) {
    if (came_out(one))
      entries.push_back(
          fmt::format("{} was sent {} (pid {})", core::to_string(one.id), name, number(one.pid)));
    else
      report.errors.push_back(error_of(one, "sent " + name));
  }
  report.text = laid_out(entries, screen);
  give_hint(report, operation);
  return report;
}

}  // namespace pm::cli
