#include "pm/cli/cli.h"

#include <fmt/format.h>

#include "command.h"
#include "help.h"
#include "parse.h"
#include "pm/core/suggest.h"

namespace pm::cli {

namespace {

Command* find(std::vector<Command>& commands, const std::string& name) {
  for (auto& command : commands)
    if (name == command.name || (!command.alias.empty() && name == command.alias)) return &command;
  return nullptr;
}

Outcome no_such_command(const std::vector<Command>& commands, const std::string& word) {
  std::vector<std::string> names;
  for (const auto& command : commands) names.push_back(command.name);
  if (word.starts_with('-'))
    return failed({core::bad_input(fmt::format("pm itself has no flag '{}'", word),
                                   "flags follow the command: pm start --help")});
  return failed(
      {core::bad_input(fmt::format("pm has no command '{}'", word), core::did_you_mean(word, names))});
}

Outcome carry_out(Command& command, const std::vector<std::string>& arguments,
                  const config::Environment& environment) {
  Context context{.environment = environment, .rest = {}};
  const auto parsed = parse(command, arguments, context.rest);
  if (!parsed) return failed({parsed.error()});
  if (*parsed == Parsed::help) return print(help(command));
  return command.carry_out(context);
}

}  // namespace

Outcome run(const std::vector<std::string>& arguments,
            const std::map<std::string, std::string>& environment) {
  auto commands = all_commands();
  if (arguments.empty()) return print(overview(commands));
  const auto& word = arguments.front();
  if (word == "--version") return print("pm " PM_VERSION "\n");
  const bool asks = word == "--help" || word == "-h" || word == "help";
  if (asks && arguments.size() == 1) return print(overview(commands));
  auto* command = find(commands, asks ? arguments[1] : word);
  if (!command) return no_such_command(commands, asks ? arguments[1] : word);
  if (asks) return print(help(*command));
  return carry_out(*command, {arguments.begin() + 1, arguments.end()}, environment);
}

}  // namespace pm::cli
