#include <fmt/format.h>

#include <iterator>

#include "env_file.h"
#include "options_file.h"
#include "pm/config/application.h"
#include "pm/config/formation.h"
#include "ports.h"
#include "procfile.h"
#include "restart_flag.h"

namespace pm::config {

namespace {

using core::Error;

void append(std::vector<Error>& faults, std::vector<Error> more) {
  faults.insert(faults.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// The value, or `fallback` and its faults: what comes after is still to be checked.
template <class T>
T take(core::Checked<T> checked, std::vector<Error>& faults, T fallback = {}) {
  if (checked) return std::move(checked).value();
  append(faults, std::move(checked).error());
  return fallback;
}

std::vector<std::string> names_of(const Procfile& procfile) {
  std::vector<std::string> names;
  for (const auto& entry : procfile.entries) names.push_back(entry.name);
  return names;
}

Variables read_env_files(const Sources& sources, std::vector<Error>& faults) {
  Variables variables;
  for (const auto& file : sources.env_files)
    variables = take(parse_env_file(file, variables, sources.environment), faults, variables);
  return variables;
}

Environment children_environment(const Sources& sources, const Variables& variables) {
  Environment environment = sources.environment;
  // Between pm and its service manager: a child that spoke there would speak for pm (sd_notify(3)).
  for (const auto* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) environment.erase(name);
  for (const auto& [name, variable] : variables) {
    if (sources.flags.keep_env)
      environment.try_emplace(name, variable.value);
    else
      environment.insert_or_assign(name, variable.value);
  }
  return environment;
}

ProcessOptions options_of(const Options& options, const std::string& type) {
  const auto found = options.processes.find(type);
  return found == options.processes.end() ? options.defaults : merged(options.defaults, found->second);
}

FormationSources formation_sources(const Sources& sources, const Options& options,
                                   const std::vector<std::string>& types) {
  FormationSources said{.arguments = sources.flags.names,
                        .flag = sources.flags.formation.value_or(""),
                        .variable = {},
                        .options = {},
                        .except = sources.flags.except,
                        .again = sources.again};
  const auto variable = sources.environment.find("PM_FORMATION");
  if (variable != sources.environment.end()) said.variable = variable->second;
  for (const auto& type : types)
    if (const auto instances = options_of(options, type).instances) said.options[type] = *instances;
  return said;
}

core::Restart restart_of(const std::string& type, const ProcessOptions& options, const RestartFlag& flag,
                         core::Restart fallback) {
  if (const auto own = flag.types.find(type); own != flag.types.end()) return own->second;
  if (flag.all) return *flag.all;
  if (options.restart) return *options.restart;
  return options.max_restarts.value_or(0) > 0 ? core::Restart::on_failure : fallback;
}

core::RestartPolicy restart_policy(const ProcessOptions& options, core::Restart restart) {
  core::RestartPolicy policy;
  policy.restart = restart;
  policy.initial = options.initial.value_or(policy.initial);
  policy.factor = options.factor.value_or(policy.factor);
  policy.max = options.max.value_or(policy.max);
  policy.jitter = options.jitter.value_or(policy.jitter);
  policy.reset_after = options.reset_after.value_or(policy.reset_after);
  policy.max_restarts = options.max_restarts.value_or(policy.max_restarts);
  policy.success_codes = options.success_codes.value_or(policy.success_codes);
  return policy;
}

std::string absolute(const std::string& root, const std::optional<std::string>& directory) {
  if (!directory || *directory == ".") return root;
  if (directory->starts_with('/')) return *directory;
  return fmt::format("{}{}{}", root, root.ends_with('/') ? "" : "/", *directory);
}

core::ProcessType process_type(const Sources& sources, const Procfile::Entry& entry,
                               const ProcessOptions& options, const RestartFlag& restart) {
  const auto& flags = sources.flags;
  core::ProcessType type;
  type.name = entry.name;
  type.command = entry.command;
  type.restart = restart_policy(options, restart_of(entry.name, options, restart, flags.default_restart));
  type.stop.signal = options.stop_signal.value_or(type.stop.signal);
  type.stop.timeout = flags.timeout.value_or(options.stop_timeout.value_or(type.stop.timeout));
  type.env = options.env;
  type.cwd = absolute(sources.root, options.cwd);
  type.shell = options.shell.value_or(std::vector<std::string>{"/bin/sh", "-c"});
  type.color = options.color.value_or("");
  type.pty = flags.pty.value_or(options.pty.value_or(type.pty));
  type.limits = options.limits;
  type.standing = options.standing;
  return type;
}

std::vector<core::ProcessType> process_types(const Sources& sources, const Procfile& procfile,
                                             const Options& options, const Formation& formation,
                                             const RestartFlag& restart) {
  std::vector<core::ProcessType> types;
  for (const auto& entry : procfile.entries) {
    auto type = process_type(sources, entry, options_of(options, entry.name), restart);
    type.index = static_cast<int>(types.size());
    type.instances = formation.at(entry.name);
    types.push_back(std::move(type));
  }
  return types;
}

// "all" in a selector or a formation means every type, so a type of that name cannot be meant alone.
std::vector<Error> ambiguous_names(const Sources& sources, const Procfile& procfile) {
  for (const auto& entry : procfile.entries) {
    if (entry.name != "all") continue;
    auto warning = core::bad_input("a process called 'all' cannot be selected alone", "give it another name");
    warning.where = {sources.procfile.name, entry.line, 0};
    return {warning};
  }
  return {};
}

}  // namespace

core::Checked<Application> resolve(const Sources& sources) {
  std::vector<Error> faults;
  const auto procfile = take(parse_procfile(sources.procfile), faults);
  const auto names = names_of(procfile);
  const auto variables = read_env_files(sources, faults);
  const auto options = sources.options ? take(parse_options(*sources.options, names), faults) : Options{};
  const auto formation = take(parse_formation(names, formation_sources(sources, options, names)), faults);
  const auto ports = take(settle_ports(sources, variables, options), faults);
  const auto restart = take(
      parse_restart_flag(sources.flags.restart, sources.again ? std::vector<std::string>{} : names), faults);
  if (!faults.empty()) return faults;

  Application application{.root = sources.root,
                          .procfile = sources.procfile.name,
                          .types = process_types(sources, procfile, options, formation, restart),
                          .ports = ports,
                          .environment = children_environment(sources, variables),
                          .panes = options.panes,
                          .cgroup = options.cgroup.value_or(true),
                          .warnings = ambiguous_names(sources, procfile)};
  if (!ports) return application;
  if (auto past = past_the_last_port(*ports, application.types); !past.empty()) return past;
  append(application.warnings, shared_ports(*ports, application.types));
  append(application.warnings, shared_port_variables(application.types));
  return application;
}

}  // namespace pm::config
