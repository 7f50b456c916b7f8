#include "completion.h"

#include "flags.h"
#include "pm/core/suggest.h"
#include "pm/supervisor/load.h"

namespace pm::cli {

namespace {

const std::vector<std::string> kShells = {"bash", "zsh", "fish"};

/// What the scripts ask for: the types of the Procfile, a line each; nothing if there is none or it is wrong.
Outcome print_types(const SourceFlags& flags, const Context& context) {
  if (flags.procfile == "-") return {};
  auto request = request_of(flags, context.environment);
  if (!request) return {};
  request->flags.names.clear();  // they said "names", which is no type
  const auto application = supervisor::load(*request);
  if (!application) return {};
  std::string text;
  for (const auto& type : application->types) text += type.name + "\n";
  return print(text);
}

Outcome complete(const SourceFlags& flags, const Context& context) {
  const auto word = flags.names.empty() ? "" : flags.names.front();
  if (flags.names.size() > 1)
    return failed({core::bad_input("pm completion takes one shell", "name " + word)});
  if (word == "names") return print_types(flags, context);
  if (word == "bash") return print(bash_completion(all_commands()));
  if (word == "zsh") return print(zsh_completion(all_commands()));
  if (word == "fish") return print(fish_completion(all_commands()));
  if (word.empty()) return failed({core::bad_input("pm completion needs a shell", "name bash, zsh or fish")});
  return failed(
      {core::bad_input("there is no completion for '" + word + "'", core::did_you_mean(word, kShells))});
}

}  // namespace

Value value_of(const CLI::Option& option) {
  const auto& name = option.get_type_name();
  if (name.empty() || name.starts_with("[=")) return {};
  if (name.find('|') != name.npos) return {Value::Kind::words, choices_of(name)};
  if (name.starts_with("FILE")) return {Value::Kind::file};
  if (name.starts_with("DIR")) return {Value::Kind::directory};
  if (name.starts_with("NAME")) return {Value::Kind::types};
  if (name.find("POLICY") != name.npos) return {Value::Kind::words, {"always", "on-failure", "never"}};
  return {Value::Kind::text};
}

Command completion_command() {
  const auto flags = std::make_shared<SourceFlags>();
  Command command{
      .usage = "bash | zsh | fish",
      .summary = "Print a script that lets a shell complete pm's commands, flags and processes",
      .details =
          "  bash: eval \"$(pm completion bash)\" in ~/.bashrc\n"
          "  zsh:  eval \"$(pm completion zsh)\" in ~/.zshrc, after compinit\n"
          "  fish: pm completion fish > ~/.config/fish/completions/pm.fish\n",
  };
  command.flags->add_option("SHELL", flags->names);
  add_value(*command.flags, "-f,--procfile", flags->procfile, "FILE", "")
      ->group("");  // for the scripts' question
  add_value(*command.flags, "-d,--root", flags->root, "DIR", "")->group("");
  command.carry_out = [flags](const Context& context) { return complete(*flags, context); };
  return command;
}

}  // namespace pm::cli
