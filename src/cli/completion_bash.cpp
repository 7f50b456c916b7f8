#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "completion.h"

namespace pm::cli {

namespace {

using Words = std::vector<std::string>;

/// Flags by what they are completed with: a bash statement. A flag means the same in every command.
std::map<std::string, Words> flags_by_statement(const std::vector<Command>& commands) {
  std::map<std::string, Words> result;
  for (const auto& command : commands)
    for (const auto* option : flags_of(command)) {
      const auto value = value_of(*option);
      std::string statement;
      switch (value.kind) {
        case Value::Kind::none: continue;
        case Value::Kind::text: statement = ":"; break;
        case Value::Kind::file: statement = "_pm_paths -f"; break;
        case Value::Kind::directory: statement = "_pm_paths -d"; break;
        case Value::Kind::words:
          statement = fmt::format("_pm_words '{}'", fmt::join(value.words, " "));
          break;
        case Value::Kind::types: statement = "_pm_types"; break;
      }
      auto& flags = result[statement];
      for (auto& name : spellings(*option))
        if (std::find(flags.begin(), flags.end(), name) == flags.end()) flags.push_back(std::move(name));
    }
  return result;
}

std::string value_cases(const std::vector<Command>& commands) {
  std::string text;
  for (const auto& [statement, flags] : flags_by_statement(commands))
    text += fmt::format("    {}) {} ;;\n", fmt::join(flags, "|"), statement);
  return text;
}

/// What a command takes that is no flag.
std::string argument_statement(const Command& command) {
  if (command.name == "completion") return "_pm_words 'bash zsh fish'";
  if (command.name == "run") return "_pm_run";
  return "_pm_types";
}

std::string command_cases(const std::vector<Command>& commands) {
  std::string text;
  for (const auto& command : commands) {
    Words flags;
    for (const auto* option : flags_of(command))
      for (auto& name : spellings(*option)) flags.push_back(std::move(name));
    const auto names = command.alias.empty() ? command.name : command.name + "|" + command.alias;
    text += fmt::format("    {}) flags='{}' arguments=({}) ;;\n", names, fmt::join(flags, " "),
                        argument_statement(command));
  }
  return text;
}

constexpr auto kHelpers = R"sh(# bash completion for pm: eval "$(pm completion bash)"
_pm_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
_pm_paths() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}
# The types of the Procfile that the line names, also after a comma.
_pm_types() {
  local i head='' files=()
  for ((i = 2; i < COMP_CWORD - 1; i++)); do
    case ${COMP_WORDS[i]} in
    -f | --procfile | -d | --root)
      if [[ ${COMP_WORDS[i + 1]} == '=' ]]; then
        files+=("${COMP_WORDS[i]}" "${COMP_WORDS[i + 2]}")
      else
        files+=("${COMP_WORDS[i]}" "${COMP_WORDS[i + 1]}")
      fi
      ;;
    esac
  done
  [[ $cur == *,* ]] && head=${cur%,*},
  mapfile -t COMPREPLY < <(compgen -P "$head" -W "$("${COMP_WORDS[0]}" completion names "${files[@]}" 2>/dev/null)" -- "${cur##*,}")
}
)sh";

std::string run_function(const std::string& cases) {
  return fmt::format(R"sh(# What comes after 'pm run': a process or a command, then whatever that takes.
_pm_run() {{
  local i commands=()
  for ((i = 2; i < COMP_CWORD; i++)); do
    case ${{COMP_WORDS[i]}} in
    {}) ((i++)) ;;
    -*) ;;
    *) compopt -o default 2>/dev/null; return ;;
    esac
  done
  mapfile -t commands < <(compgen -c -- "$cur")
  _pm_types
  COMPREPLY+=("${{commands[@]}}")
}}
)sh",
                     cases);
}

/// Every flag of `run` that takes the next word.
std::string run_flags_with_value(const std::vector<Command>& commands) {
  Words flags;
  for (const auto& command : commands)
    if (command.name == "run")
      for (const auto* option : flags_of(command))
        if (value_of(*option).kind != Value::Kind::none)
          for (auto& name : spellings(*option)) flags.push_back(std::move(name));
  return fmt::format("{}", fmt::join(flags, " | "));
}

}  // namespace

std::string bash_completion(const std::vector<Command>& commands) {
  Words names;
  for (const auto& command : commands) names.push_back(command.name);
  return kHelpers + run_function(run_flags_with_value(commands)) +
         fmt::format(R"sh(_pm() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} flags='' arguments=(:)
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    _pm_words '{} --help --version'
    return
  fi
  if [[ $cur == '=' ]]; then
    cur=''
  elif [[ $prev == '=' ]]; then # --flag=value comes as three words
    prev=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  case ${{COMP_WORDS[1]}} in
{}  esac
  case $prev in
{}    *)
      if [[ $cur == -* ]]; then
        _pm_words "$flags"
      else
        "${{arguments[@]}}"
      fi
      ;;
  esac
}}
complete -F _pm pm
)sh",
                     fmt::join(names, " "), command_cases(commands), value_cases(commands));
}

}  // namespace pm::cli
