#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "completion.h"

namespace pm::cli {

namespace {

using Words = std::vector<std::string>;

/// The bash statement that completes a value; empty: there is none to complete.
std::string statement_of(const Value& value) {
  switch (value.kind) {
    case Value::Kind::none: return "";
    case Value::Kind::text: return ":";
    case Value::Kind::file: return "_pm_paths -f";
    case Value::Kind::directory: return "_pm_paths -d";
    case Value::Kind::words: return fmt::format("_pm_words '{}'", fmt::join(value.words, " "));
    case Value::Kind::types: return "_pm_names types";
    case Value::Kind::counts: return "_pm_counts";
    case Value::Kind::processes: return "_pm_names names";
  }
  return "";
}

Words names_of(const Command& command) {
  return command.alias.empty() ? Words{command.name} : Words{command.name, command.alias};
}

/// "start:-f", "start:--procfile": the same letter may mean something else in another command.
Words within(const Command& command, const CLI::Option& option) {
  Words words;
  for (const auto& name : names_of(command))
    for (const auto& flag : spellings(option)) words.push_back(fmt::format("{}:{}", name, flag));
  return words;
}

void append(Words& words, const Words& more) { words.insert(words.end(), more.begin(), more.end()); }

std::string value_cases(const std::vector<Command>& commands) {
  std::map<std::string, Words> flags;
  for (const auto& command : commands)
    for (const auto* option : flags_of(command))
      if (const auto statement = statement_of(value_of(*option)); !statement.empty())
        append(flags[statement], within(command, *option));
  std::string text;
  for (const auto& [statement, words] : flags)
    text += fmt::format("    {}) {} ;;\n", fmt::join(words, "|"), statement);
  return text;
}

/// The flags that the question for names has to know.
std::string application_flags(const std::vector<Command>& commands) {
  Words words;
  for (const auto& command : commands)
    for (const auto* option : flags_of(command))
      if (names_application(*option)) append(words, within(command, *option));
  return fmt::format("{}", fmt::join(words, "|"));
}

/// What a command takes that is no flag.
std::string argument_statement(const Command& command) {
  if (command.name == "run") return "_pm_run";
  const auto arguments = arguments_of(command);
  const auto first = statement_of(arguments.first), others = statement_of(arguments.others);
  if (first == others || others.empty()) return first.empty() ? ":" : first;
  return fmt::format("_pm_first \"{}\" \"{}\"", first, others);
}

std::string command_cases(const std::vector<Command>& commands) {
  std::string text;
  for (const auto& command : commands) {
    Words flags;
    for (const auto* option : flags_of(command)) append(flags, spellings(*option));
    text += fmt::format("    {}) flags='{}' arguments=({}) ;;\n", fmt::join(names_of(command), "|"),
                        fmt::join(flags, " "), argument_statement(command));
  }
  return text;
}

constexpr auto kHelpers = R"sh(# bash completion for pm: eval "$(pm completion bash)"
_pm_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
_pm_paths() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}
# The first argument that is no flag is completed by $1, the others by $2.
_pm_first() {
  local i
  for ((i = 2; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -* || ${COMP_WORDS[i - 1]} == -s || ${COMP_WORDS[i - 1]} == --socket ]] && continue
    eval "$2"
    return
  done
  eval "$1"
}
)sh";

/// How pm is asked for names: about the files and the socket that the line names, and also after a comma.
std::string names_functions(const std::string& flags) {
  return fmt::format(R"sh(_pm_ask() {{
  local i files=()
  for ((i = 2; i < COMP_CWORD - 1; i++)); do
    case ${{COMP_WORDS[1]}}:${{COMP_WORDS[i]}} in
    {})
      if [[ ${{COMP_WORDS[i + 1]}} == '=' ]]; then
        files+=("${{COMP_WORDS[i]}}" "${{COMP_WORDS[i + 2]}}")
      else
        files+=("${{COMP_WORDS[i]}}" "${{COMP_WORDS[i + 1]}}")
      fi
      ;;
    esac
  done
  "${{COMP_WORDS[0]}}" completion "$1" "${{files[@]}}" 2>/dev/null
}}
_pm_names() {{
  local head=''
  [[ $cur == *,* ]] && head=${{cur%,*}},
  mapfile -t COMPREPLY < <(compgen -P "$head" -W "$(_pm_ask "$1")" -- "${{cur##*,}}")
}}
_pm_counts() {{
  compopt -o nospace 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -S = -W "$(_pm_ask types)" -- "$cur")
}}
)sh",
                     flags);
}

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
  _pm_names types
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
  return kHelpers + names_functions(application_flags(commands)) +
         run_function(run_flags_with_value(commands)) +
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
  case ${{COMP_WORDS[1]}}:$prev in
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
