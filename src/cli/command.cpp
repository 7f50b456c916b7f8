#include "command.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace pm::cli {

std::span<const CommandName> command_names() {
  static constexpr CommandName kNames[] = {
      {"start", "s", start_command},
      {"run", "", run_command},
      {"check", "", check_command},
      {"ps", "status", ps_command},
      {"logs", "", logs_command},
      {"attach", "connect", attach_command},
      {"panes", "", panes_command},
      {"why", "", why_command},
      {"events", "", events_command},
      {"stop", "", stop_command},
      {"restart", "", restart_command},
      {"kill", "", kill_command},
      {"scale", "", scale_command},
      {"signal", "", signal_command},
      {"reload", "", reload_command},
      {"quit", "", quit_command},
      {"completion", "", completion_command},
  };
  return kNames;
}

Command CommandName::make() const {
  auto command = declare();
  command.name = name;
  command.alias = alias;
  return command;
}

std::vector<Command> all_commands() {
  std::vector<Command> commands;
  for (const auto& name : command_names()) commands.push_back(name.make());
  return commands;
}

std::unique_ptr<CLI::App> no_flags() {
  auto app = std::make_unique<CLI::App>();
  app->set_help_flag("-h,--help", "show this help")->group("Help");
  app->allow_extras();
  return app;
}

std::vector<const CLI::Option*> flags_of(const Command& command) {
  const CLI::App& app = *command.flags;
  auto options = app.get_options();
  std::erase_if(options,
                [](const auto* option) { return option->get_positional() || option->get_group().empty(); });
  std::stable_partition(options.begin(), options.end(),
                        [&](const auto* option) { return option != app.get_help_ptr(); });
  return options;
}

std::vector<std::string> spellings(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const auto& name : option.get_snames()) names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

Outcome failed(const std::vector<core::Error>& errors) {
  return {.status = core::exit_status(errors.front().kind), .messages = core::render(errors)};
}

Outcome print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return {};
  return failed({core::Error{.what = "cannot write to stdout: " + std::generic_category().message(errno)}});
}

}  // namespace pm::cli
