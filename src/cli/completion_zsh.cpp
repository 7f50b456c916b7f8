#include <fmt/format.h>
#include <fmt/ranges.h>

#include "completion.h"

namespace pm::cli {

namespace {

/// `text` within single quotes, with what _arguments reads as syntax escaped.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else if (c == '[' || c == ']' || c == ':' || c == '\\')
      out += fmt::format("\\{}", c);
    else
      out += c;
  }
  return out;
}

std::string action(const Value& value) {
  switch (value.kind) {
    case Value::Kind::none: return "";
    case Value::Kind::text: return ":value:";
    case Value::Kind::file: return ":file:_files";
    case Value::Kind::directory: return ":directory:_files -/";
    case Value::Kind::words: return fmt::format(":value:({})", fmt::join(value.words, " "));
    case Value::Kind::types: return ":type: _pm_names types";
    case Value::Kind::counts: return ":count:_pm_counts";
    case Value::Kind::processes: return ":process: _pm_names names";
  }
  return "";
}

std::string flag_specs(const Command& command) {
  std::string text;
  for (const auto* option : flags_of(command)) {
    const auto value = value_of(*option);
    const auto names = spellings(*option);
    const bool repeats = option->get_expected_max() > 1;
    for (const auto& name : names) {
      const bool is_long = name.starts_with("--");
      const auto mark = value.kind == Value::Kind::none ? "" : is_long ? "=" : "+";
      const auto others = repeats ? std::string{"*"} : fmt::format("({})", fmt::join(names, " "));
      text += fmt::format("      '{}{}{}[{}]{}' \\\n", others, name, mark, escaped(option->get_description()),
                          escaped(action(value)).empty() ? "" : action(value));
    }
  }
  return text;
}

std::string argument_specs(const Command& command) {
  if (command.name == "run") return "'(-)1:process or command:_pm_run' '*::arguments:_normal'";
  const auto [first, others] = arguments_of(command);
  auto text = first.kind == others.kind ? std::string{} : fmt::format("'1{}' ", action(first));
  if (others.kind != Value::Kind::none) text += fmt::format("'*{}'", action(others));
  return text.empty() ? "':'" : text;
}

}  // namespace

std::string zsh_completion(const std::vector<Command>& commands) {
  std::string described, cases;
  for (const auto& command : commands) {
    described += fmt::format("      '{}:{}'\n", command.name, escaped(command.summary));
    cases += fmt::format("    {}{}) _arguments -s -S \\\n{}      {} ;;\n", command.name,
                         command.alias.empty() ? "" : "|" + command.alias, flag_specs(command),
                         argument_specs(command));
  }
  return fmt::format(R"sh(#compdef pm
# zsh completion for pm: eval "$(pm completion zsh)"
_pm_ask() {{
  local -a files
  local file=${{opt_args[-f]:-${{opt_args[--procfile]}}}} root=${{opt_args[-d]:-${{opt_args[--root]}}}}
  local socket=${{opt_args[-s]:-${{opt_args[--socket]}}}}
  [[ -n $file ]] && files+=(-f $file)
  [[ -n $root ]] && files+=(-d $root)
  [[ -n $socket ]] && files+=(-s $socket)
  pm completion $1 $files 2>/dev/null
}}
_pm_names() {{
  local -a names
  names=(${{(f)"$(_pm_ask $1)"}})
  compset -P '*,'
  compadd -a names
}}
_pm_counts() {{
  local -a types
  types=(${{(f)"$(_pm_ask types)"}})
  compadd -S = -a types
}}
_pm_run() {{
  _pm_names types
  _command_names
}}
_pm() {{
  local curcontext=$curcontext state line
  local -A opt_args
  _arguments -C '(- *)--help[list the commands]' '(- *)--version[print the version]' '1:command:->command' '*::argument:->argument'
  if [[ $state == command ]]; then
    local -a commands=(
{}    )
    _describe command commands
    return
  fi
  [[ $state == argument ]] || return
  case $words[1] in
{}  esac
}}
if [[ $funcstack[1] == _pm ]]; then
  _pm "$@"
else
  compdef _pm pm
fi
)sh",
                     described, cases);
}

}  // namespace pm::cli
