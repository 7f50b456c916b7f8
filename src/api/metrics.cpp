#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "pm/api/reply.h"
#include "text.h"

namespace pm::api {

namespace {

constexpr std::array<std::string_view, 8> kStates = {"stopped",  "waiting", "starting", "running",
                                                     "stopping", "backoff", "exited",   "failed"};

// Label values know three escapes.
std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : as_utf8(value)) {
    if (c == '\\' || c == '"') out += '\\';
    c == '\n' ? out += "\\n" : out += c;
  }
  return out;
}

// One family after the other, each with its samples.
class Exposition {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    add("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  template <class Number>
  void sample(std::string_view labels, Number value) {
    labels.empty() ? add("{} {}\n", name_, value) : add("{}{{{}}} {}\n", name_, labels, value);
  }
  std::string text() && { return std::move(text_); }

 private:
  template <class... Arguments>
  void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Arguments>(arguments)...);
  }
  std::string_view name_;
  std::string text_;
};

double to_seconds(core::WallTime time) { return static_cast<double>(time) / 1e6; }

std::string labels_of(const core::ProcessSnapshot& process) {
  return fmt::format(R"(process="{}",type="{}")", escaped(core::to_string(process.id)),
                     escaped(process.id.type));
}

using Processes = std::vector<core::ProcessSnapshot>;

void write_states(Exposition& out, const Processes& processes) {
  out.family("pm_process_state", "gauge", "1 for the state that the process is in, 0 for the others.");
  for (const auto& process : processes)
    for (const auto state : kStates)
      out.sample(fmt::format(R"({},state="{}")", labels_of(process), state), process.state == state ? 1 : 0);
}

// A family with a sample for each process that has `value`, and none for the others.
template <class Value>
void write_each(Exposition& out, const Processes& processes, std::string_view name, std::string_view type,
                std::string_view help, Value value) {
  out.family(name, type, help);
  for (const auto& process : processes)
    if (const auto number = value(process)) out.sample(labels_of(process), *number);
}

void write_processes(Exposition& out, const Processes& all) {
  using Process = core::ProcessSnapshot;
  write_states(out, all);
  write_each(out, all, "pm_process_restarts_total", "counter", "Lives that followed a backoff.",
             [](const Process& process) { return std::optional{process.restarts}; });
  write_each(out, all, "pm_process_generation", "gauge", "The number of the latest life.",
             [](const Process& process) { return std::optional{process.generation}; });
  write_each(out, all, "pm_process_start_time_seconds", "gauge",
             "When the life in progress began, in seconds since the epoch.", [](const Process& process) {
               return process.started_at ? std::optional{to_seconds(*process.started_at)} : std::nullopt;
             });
  write_each(out, all, "pm_process_cpu_ratio", "gauge",
             "Processors in use by the process and all that it has started; 1 is one processor.",
             [](const Process& process) {
               return process.cpu_percent ? std::optional{*process.cpu_percent / 100} : std::nullopt;
             });
  write_each(out, all, "pm_process_resident_memory_bytes", "gauge",
             "Resident memory of the process and all that it has started.",
             [](const Process& process) { return process.rss_bytes; });
}

void write_single(Exposition& out, std::string_view name, std::string_view type, std::string_view help,
                  std::uint64_t value) {
  out.family(name, type, help);
  out.sample({}, value);
}

}  // namespace

std::string to_metrics(const MetricsInput& input) {
  const auto& status = input.status;
  Exposition out;
  out.family("pm_info", "gauge", "The supervisor; always 1.");
  out.sample(fmt::format(R"(version="{}")", escaped(status.version)), 1);
  out.family("pm_start_time_seconds", "gauge", "When the supervisor began, in seconds since the epoch.");
  out.sample({}, to_seconds(status.started_at));
  out.family("pm_formation", "gauge", "Instances of a type that are wanted.");
  for (const auto& [type, count] : status.formation)
    out.sample(fmt::format(R"(type="{}")", escaped(type)), count);
  write_processes(out, status.processes);
  write_single(out, "pm_log_bytes_total", "counter", "Bytes that the processes have written.",
               input.log_bytes);
  write_single(out, "pm_events_total", "counter", "Changes of state and formation.", input.events);
  write_single(out, "pm_requests_total", "counter", "Requests to the control socket.", input.requests);
  write_single(out, "pm_clients", "gauge", "Connections to the control socket.",
               static_cast<std::uint64_t>(std::max(input.clients, 0)));
  return std::move(out).text();
}

}  // namespace pm::api
