#include "help.h"

#include <fmt/format.h>

#include <algorithm>

namespace pm::cli {

namespace {

/// "-f, --procfile FILE"; flags without a short form are indented to stand under the others.
std::string spelling(const CLI::Option& option) {
  const auto& shorts = option.get_snames();
  const auto& longs = option.get_lnames();
  auto text = shorts.empty() ? std::string{"    "} : fmt::format("-{}", shorts.front());
  if (!longs.empty()) text += fmt::format("{}--{}", shorts.empty() ? "" : ", ", longs.front());
  const auto& value = option.get_type_name();
  if (!value.empty()) text += (value.starts_with("[=") ? "" : " ") + value;  // "[=FORMAT]" sticks to its flag
  return text;
}

std::size_t column_width(const Command& command) {
  std::size_t width = 0;
  for (const auto* option : flags_of(command)) width = std::max(width, spelling(*option).size());
  return width;
}

/// The groups in the order in which they were declared; the one of --help last.
std::vector<std::string> groups(const Command& command) {
  std::vector<std::string> names;
  for (const auto* option : flags_of(command))
    if (std::find(names.begin(), names.end(), option->get_group()) == names.end())
      names.push_back(option->get_group());
  return names;
}

}  // namespace

std::string overview(const std::vector<Command>& commands) {
  constexpr std::pair<Group, const char*> kGroups[] = {
      {Group::run, "Run what the Procfile names:"},
      {Group::look, "Look at a running supervisor:"},
      {Group::change, "Tell it what to do:"},
      {Group::other, "Besides:"},
  };
  std::string text =
      "pm runs what a Procfile names, together, and keeps it running.\n\n"
      "usage: pm COMMAND [ARGUMENTS]\n";
  for (const auto& [group, title] : kGroups) {
    text += fmt::format("\n{}\n", title);
    for (const auto& command : commands)
      if (command.group == group)
        text += fmt::format("  {:<12}{}{}\n", command.name, command.summary,
                            command.alias.empty() ? "" : fmt::format(" (also: {})", command.alias));
  }
  return text +
         "\n'pm COMMAND --help' explains a command, 'pm --version' names the version, pm(1) tells "
         "everything.\n";
}

std::string help(const Command& command) {
  auto text = fmt::format("usage: pm {} [FLAGS]{}{}\n\n{}\n{}", command.name,
                          command.usage.empty() ? "" : " ", command.usage, command.summary, command.details);
  const auto width = column_width(command);
  for (const auto& group : groups(command)) {
    text += fmt::format("\n{}:\n", group);
    for (const auto* option : flags_of(command))
      if (option->get_group() == group)
        text += fmt::format("  {:<{}}  {}\n", spelling(*option), width, option->get_description());
  }
  return text;
}

}  // namespace pm::cli
