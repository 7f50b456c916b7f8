#include "parse.h"

#include <fmt/format.h>

#include <algorithm>

#include "pm/core/suggest.h"

namespace pm::cli {

using core::Error;
using core::Result;

namespace {

bool is_flag(const std::string& argument) { return argument.size() > 1 && argument.starts_with('-'); }

std::string try_help(const Command& command) {
  return fmt::format("'pm {} --help' lists the flags", command.name);
}

Error unknown_flag(const Command& command, const std::string& argument) {
  const auto word = argument.substr(0, argument.find('=', 2));
  std::vector<std::string> names;  // without the dashes, which would make all of them alike
  for (const auto* option : flags_of(command))
    names.insert(names.end(), option->get_lnames().begin(), option->get_lnames().end());
  const auto bare = word.substr(std::min(word.find_first_not_of('-'), word.size()));
  const auto guess = bare.size() > 1 ? core::nearest(bare, names) : std::nullopt;
  return core::bad_input(fmt::format("pm {} has no flag '{}'", command.name, word),
                         guess ? fmt::format("did you mean '--{}'?", *guess) : try_help(command));
}

/// CLI11 says what is wrong in English only: its messages begin with the flag, or with its bare name.
Error translate(const Command& command, const CLI::ParseError& error) {
  const std::string text = error.what();
  const auto word = text.substr(0, text.find_first_of(": "));
  if (text.ends_with("disallowed flag override"))
    return core::bad_input(fmt::format("--{} takes no value", word), try_help(command));
  if (const auto* option = command.flags->get_option_no_throw(word))
    return core::bad_input(fmt::format("{} needs a value", word),
                           fmt::format("write {} {}", word, option->get_type_name()));
  return core::bad_input(text, try_help(command));
}

// "-T=FORMAT" as "--timestamps=FORMAT": CLI11 would take it for the flags -T, -= and so on.
void spell_out(const Command& command, std::vector<std::string>& arguments) {
  for (auto& argument : arguments) {
    if (argument == "--") return;
    if (argument.size() < 3 || argument[0] != '-' || argument[1] == '-' || argument[2] != '=') continue;
    if (const auto* option = command.flags->get_option_no_throw(argument.substr(0, 2));
        option && !option->get_lnames().empty())
      argument = fmt::format("--{}{}", option->get_lnames().front(), argument.substr(2));
  }
}

}  // namespace

Result<Parsed> parse(Command& command, std::vector<std::string> arguments, std::vector<std::string>& rest) {
  spell_out(command, arguments);
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    command.flags->parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) { return Parsed::help; } catch (const CLI::ParseError& error) {
    return translate(command, error);
  }
  rest = command.flags->remaining();
  if (!rest.empty() && rest.front() == "--")
    rest.erase(rest.begin());
  else if (!rest.empty() && is_flag(rest.front()))
    return unknown_flag(command, rest.front());
  if (!rest.empty() && !command.flags->get_prefix_command())
    return is_flag(rest.front())
               ? unknown_flag(command, rest.front())
               : core::bad_input(fmt::format("pm {} takes no argument '{}'", command.name, rest.front()),
                                 try_help(command));
  return Parsed::all;
}

}  // namespace pm::cli
