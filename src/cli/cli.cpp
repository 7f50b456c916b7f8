#include "pm/cli/cli.h"

#include <fmt/format.h>

#include "command.h"
#include "glance.h"
#include "help.h"
#include "parse.h"
#include "pm/core/suggest.h"

namespace pm::cli {

namespace {

const CommandName* find(std::string_view word) {
  for (const auto& command : command_names())
    if (word == command.name || (!command.alias.empty() && word == command.alias)) return &command;
  return nullptr;
}

/// What other process managers call it.
struct Foreign {
  std::string_view word, ours;
};
constexpr Foreign kForeign[] = {
    {"up", "start"},     {"down", "quit"},     {"list", "ps"},     {"ls", "ps"},
    {"top", "ps"},       {"tail", "logs -f"},  {"log", "logs"},    {"echo", "logs -f"},
    {"exec", "run"},     {"shell", "attach"},  {"fg", "attach"},   {"update", "reload"},
    {"reread", "check"}, {"shutdown", "quit"}, {"exit", "quit"},   {"version", "--version"},
    {"monit", "panes"},  {"describe", "why"},  {"delete", "stop"},
};

std::string hint_for(std::string_view word, const std::vector<std::string>& names) {
  for (const auto& [theirs, ours] : kForeign)
    if (word == theirs) return fmt::format("here that is 'pm {}'", ours);
  return core::did_you_mean(word, names);
}

Outcome no_such_command(const std::string& word) {
  std::vector<std::string> names;
  for (const auto& command : command_names()) names.emplace_back(command.name);
  if (word.starts_with('-'))
    return failed({core::bad_input(
        fmt::format("pm itself has no flag '{}'", word),
        "flags follow the command: pm start --help; before it there are --help and --version")});
  return failed({core::bad_input(fmt::format("pm has no command '{}'", word), hint_for(word, names))});
}

bool is_help(const std::string& word) { return word == "--help" || word == "-h"; }

Outcome carry_out(const CommandName& name, const std::vector<std::string>& arguments,
                  const config::Environment& environment) {
  auto command = name.make();
  Context context{.environment = environment, .rest = {}};
  const auto parsed = parse(command, arguments, context.rest);
  if (!parsed) return failed({parsed.error()});
  if (*parsed == Parsed::help) return print(help(command));
  return command.carry_out(context);
}

}  // namespace

Outcome run(const std::vector<std::string>& arguments,
            const std::map<std::string, std::string>& environment) {
  if (arguments.empty()) return glance({.environment = environment, .rest = {}});
  const auto& word = arguments.front();
  if (word == "--version") return print("pm " PM_VERSION "\n");
  const bool asks = is_help(word) || word == "help";
  if (asks && (arguments.size() == 1 || is_help(arguments[1]))) return print(overview(all_commands()));
  const auto* command = find(asks ? arguments[1] : word);
  if (!command) return no_such_command(asks ? arguments[1] : word);
  if (asks) return print(help(command->make()));
  return carry_out(*command, {arguments.begin() + 1, arguments.end()}, environment);
}

}  // namespace pm::cli
