#include "completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "ask.h"
#include "flags.h"
#include "pm/core/suggest.h"
#include "pm/core/text.h"
#include "pm/supervisor/load.h"

namespace pm::cli {

namespace {

const std::vector<std::string> kShells = {"bash", "zsh", "fish"};

constexpr auto kSignals = "HUP,INT,QUIT,USR1,USR2,TERM,KILL,CONT,STOP,TSTP,WINCH";

// Nobody waits longer for what a key press is to offer.
constexpr core::Duration kPatience = std::chrono::milliseconds{300};

/// Names in the order in which they come, each once.
class Names {
 public:
  void add(std::string name) {
    if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(std::move(name));
  }
  std::string text() const { return names_.empty() ? "" : fmt::format("{}\n", fmt::join(names_, "\n")); }

 private:
  std::vector<std::string> names_;
};

void add_types(Names& names, const SourceFlags& flags, const Context& context) {
  if (flags.procfile == "-") return;
  auto request = request_of(flags, context.environment);
  if (!request) return;
  request->flags.names.clear();  // they said "names", which is no type
  const auto application = supervisor::load(*request);
  if (!application) return;
  for (const auto& type : application->types) names.add(type.name);
}

/// What a supervisor says that answers quickly.
std::vector<core::ProcessSnapshot> live(const SourceFlags& flags, const Context& context) {
  ClientFlags asking;
  asking.socket = flags.socket;
  auto client = connect(asking, context);
  if (!client) return {};
  client->set_patience(kPatience);
  const auto answer = client->ask(api::GetProcesses{{"all"}});
  if (!answer || !answer->ok()) return {};
  auto processes = api::parse_processes(answer->body);
  return processes ? std::move(*processes) : std::vector<core::ProcessSnapshot>{};
}

/// What the scripts ask for, a line each: the types of the Procfile and of a running supervisor, with
/// `instances` also those of the latter.
Outcome print_names(const SourceFlags& flags, const Context& context, bool instances) {
  Names names;
  const auto processes = live(flags, context);
  add_types(names, flags, context);
  for (const auto& process : processes) names.add(process.id.type);
  if (instances)
    for (const auto& process : processes) names.add(core::to_string(process.id));
  return print(names.text());
}

Outcome complete(const SourceFlags& flags, const Context& context) {
  const auto word = flags.names.empty() ? "" : flags.names.front();
  if (flags.names.size() > 1)
    return failed({core::bad_input("pm completion takes one shell", "name " + word)});
  if (word == "types" || word == "names") return print_names(flags, context, word == "names");
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
  if (name.starts_with("PATH")) return {Value::Kind::file};
  if (name.starts_with("NAME")) return {Value::Kind::types};
  if (name.find("POLICY") != name.npos) return {Value::Kind::words, {"always", "on-failure", "never"}};
  return {Value::Kind::text};
}

Arguments arguments_of(const Command& command) {
  const auto both = [](Value value) { return Arguments{value, value}; };
  if (command.name == "completion") return {{Value::Kind::words, {"bash", "zsh", "fish"}}, {}};
  if (command.name == "signal")
    return {{Value::Kind::words, core::split_lists({kSignals})}, {Value::Kind::processes}};
  if (command.name == "scale") return both({Value::Kind::counts});
  if (command.name == "check" || command.name == "run") return both({Value::Kind::types});
  return both({command.usage.empty() ? Value::Kind::none : Value::Kind::processes});
}

bool names_application(const CLI::Option& option) {
  for (const auto* name : {"procfile", "root", "socket"})
    if (option.check_lname(name)) return true;
  return false;
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
  add_value(*command.flags, "-s,--socket", flags->socket, "PATH", "")->group("");
  command.carry_out = [flags](const Context& context) { return complete(*flags, context); };
  return command;
}

}  // namespace pm::cli
