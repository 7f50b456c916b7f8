#include <fmt/format.h>
#include <fmt/ranges.h>

#include "completion.h"

namespace pm::cli {

namespace {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' || c == '\\' ? fmt::format("\\{}", c) : std::string{c};
  return out + "'";
}

std::string value_words(const Value& value) {
  switch (value.kind) {
    case Value::Kind::none: return "";
    case Value::Kind::text: return " -x";
    case Value::Kind::file: return " -r -F";
    case Value::Kind::directory: return " -x -a '(__fish_complete_directories)'";
    case Value::Kind::words: return fmt::format(" -x -a '{}'", fmt::join(value.words, " "));
    case Value::Kind::types: return " -x -a '(__pm_names types)'";
    case Value::Kind::counts: return " -x -a '(__pm_names types)='";
    case Value::Kind::processes: return " -x -a '(__pm_names names)'";
  }
  return "";
}

std::string condition(const Command& command) {
  return fmt::format("-n '__fish_seen_subcommand_from {}{}'", command.name,
                     command.alias.empty() ? "" : " " + command.alias);
}

std::string flag_line(const Command& command, const CLI::Option& option) {
  auto line = fmt::format("complete -c pm {}", condition(command));
  for (const auto& name : option.get_snames()) line += " -s " + name;
  for (const auto& name : option.get_lnames()) line += " -l " + name;
  return line + fmt::format("{} -d {}\n", value_words(value_of(option)), quoted(option.get_description()));
}

std::string argument_lines(const Command& command) {
  const auto [first, others] = arguments_of(command);
  std::string text;
  for (const auto* value : {&first, &others})
    if (value->kind != Value::Kind::none && (value == &first || value->kind != first.kind))
      text += fmt::format("complete -c pm {}{}\n", condition(command), value_words(*value));
  if (command.name == "run")
    text += fmt::format("complete -c pm {} -F -a '(__fish_complete_subcommand --fcs-skip=2)'\n",
                        condition(command));
  return text;
}

}  // namespace

std::string fish_completion(const std::vector<Command>& commands) {
  std::string text = R"sh(# fish completion for pm: pm completion fish > ~/.config/fish/completions/pm.fish
function __pm_names
    set -l files
    set -l words (commandline -opc)
    for i in (seq 3 (count $words))
        test "$words[2]" = logs; and test "$words[$i]" = -f; and continue
        contains -- $words[$i] -f --procfile -d --root -s --socket; and set -a files $words[$i] $words[(math $i + 1)]
    end
    pm completion $argv $files 2>/dev/null
end
complete -c pm -f
complete -c pm -n __fish_use_subcommand -l help -d 'list the commands'
complete -c pm -n __fish_use_subcommand -l version -d 'print the version'
)sh";
  for (const auto& command : commands) {
    text += fmt::format("complete -c pm -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        quoted(command.summary));
    for (const auto* option : flags_of(command)) text += flag_line(command, *option);
    text += argument_lines(command);
  }
  return text;
}

}  // namespace pm::cli
