#include "pm/api/check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "command.h"
#include "flags.h"
#include "open_panes.h"
#include "pm/supervisor/load.h"

namespace pm::cli {

namespace {

struct CheckFlags {
  SourceFlags source;
  bool json = false;
};

api::CheckReport report_on(const config::Application& application) {
  api::CheckReport report;
  for (const auto& type : application.types) {
    if (type.instances == 0) report.idle.push_back(type.name);
    for (int number = 1; number <= type.instances; ++number) {
      const auto port = application.ports
                            ? std::optional{core::port_of(*application.ports, type.index, number)}
                            : std::nullopt;
      report.processes.push_back({{type.name, number}, type.command, port, type.restart.restart});
    }
  }
  return report;
}

std::string shown(const std::optional<int>& port) { return port ? std::to_string(*port) : "-"; }

/// NAME PORT RESTART COMMAND, aligned; the types that stay idle below.
std::string table(const api::CheckReport& report) {
  std::size_t width = 4;
  for (const auto& process : report.processes) width = std::max(width, core::to_string(process.id).size());
  auto text = fmt::format("{:<{}}  {:<5}  {:<10}  COMMAND\n", "NAME", width, "PORT", "RESTART");
  for (const auto& [id, command, port, restart] : report.processes)
    text += fmt::format("{:<{}}  {:<5}  {:<10}  {}\n", core::to_string(id), width, shown(port),
                        core::to_string(restart), command);
  if (!report.idle.empty()) text += fmt::format("idle: {}\n", fmt::join(report.idle, ", "));
  return text;
}

Outcome check(const CheckFlags& flags, const Context& context) {
  const auto request = request_of(flags.source, context.environment);
  if (!request) return failed(request.error());
  const auto application = supervisor::load(*request);
  if (!application) return failed(application.error());
  if (const auto settings = panes_settings(application->panes); !settings) return failed(settings.error());
  const auto report = report_on(*application);
  auto outcome = print(flags.json ? api::to_json(report) + "\n" : table(report));
  auto warnings = application->warnings;
  for (auto& missing : supervisor::missing_directories(*application)) warnings.push_back(std::move(missing));
  for (const auto& warning : warnings) outcome.messages += core::render(warning, "warning");
  return outcome;
}

}  // namespace

Command check_command() {
  const auto flags = std::make_shared<CheckFlags>();
  Command command{
      .usage = "[NAME | NAME=N]...",
      .summary = "Validate the Procfile, env files, pm.toml and formation, and show what would run",
      .group = Group::run,
  };
  add_files(*command.flags, flags->source);
  add_formation(*command.flags, flags->source);
  add_ports(*command.flags, flags->source);
  add_restart(*command.flags, flags->source);
  add_switch(*command.flags, "--json", flags->json, "print JSON")->group("Output");
  command.carry_out = [flags](const Context& context) { return check(*flags, context); };
  return command;
}

}  // namespace pm::cli
