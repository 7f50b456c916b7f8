#include "ports.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "text.h"

namespace pm::config {

namespace {

using core::Error;

std::optional<int> parse_port(std::string_view text) {
  int port = 0;
  const auto end = text.data() + text.size();
  const auto [rest, ec] = std::from_chars(text.data(), end, port);
  const bool valid = ec == std::errc{} && rest == end && port >= 1 && port <= core::kLastPort;
  return valid ? std::optional{port} : std::nullopt;
}

Error no_port(std::string_view name, std::string_view value) {
  return core::bad_input(
      fmt::format("{}: '{}' is no number from 1 to {}", name, shown(value), core::kLastPort));
}

class PortReader {
 public:
  PortReader(const Sources& sources, const Variables& variables) : sources_{sources}, variables_{variables} {}

  std::optional<int> flag(std::string_view name, std::optional<int> value) {
    if (value && (*value < 1 || *value > core::kLastPort))
      faults.push_back(no_port(name, std::to_string(*value)));
    return value;
  }

  // Of the supervisor's own environment; empty is as good as unset.
  std::optional<int> environment(const std::string& name) {
    const auto found = sources_.environment.find(name);
    if (found == sources_.environment.end() || found->second.empty()) return std::nullopt;
    const auto port = parse_port(found->second);
    if (!port) faults.push_back(no_port(name, found->second));
    return port.value_or(0);
  }

  // PORT of the env files.
  std::optional<int> env_file() {
    const auto found = variables_.find("PORT");
    if (found == variables_.end() || found->second.value.empty()) return std::nullopt;
    const auto port = parse_port(found->second.value);
    if (!port) faults.push_back(located(found->second));
    return port.value_or(0);
  }

  std::optional<bool> no_port_variable() {
    const auto found = sources_.environment.find("PM_NO_PORT");
    if (found == sources_.environment.end() || found->second.empty()) return std::nullopt;
    for (const auto yes : {"1", "true", "yes", "on"})
      if (found->second == yes) return true;
    for (const auto no : {"0", "false", "no", "off"})
      if (found->second == no) return false;
    faults.push_back(
        core::bad_input(fmt::format("PM_NO_PORT: '{}' is neither yes nor no", shown(found->second)),
                        "write 1 for no ports, 0 for ports"));
    return std::nullopt;
  }

  std::vector<Error> faults;

 private:
  Error located(const Variable& variable) const {
    auto error = no_port("PORT", variable.value);
    for (const auto& file : sources_.env_files)
      if (file.name == variable.where.file)
        error.source = Text{file}.excerpt(variable.where.line, variable.where.column);
    error.where = variable.where;
    return error;
  }

  const Sources& sources_;
  const Variables& variables_;
};

}  // namespace

core::Checked<std::optional<core::Ports>> settle_ports(const Sources& sources, const Variables& variables,
                                                       const Options& options) {
  const auto& flags = sources.flags;
  PortReader reader{sources, variables};
  const bool off = flags.no_port || (!flags.port && reader.no_port_variable().value_or(false));
  if (off) return std::optional<core::Ports>{};

  core::Ports ports;
  auto base = reader.flag("--port", flags.port);
  if (!base) base = reader.environment("PM_PORT");
  if (!base && flags.keep_env) base = reader.environment("PORT");
  if (!base) base = reader.env_file();
  if (!base && !flags.keep_env) base = reader.environment("PORT");
  if (!base) base = options.port;
  auto step = reader.flag("--port-step", flags.port_step);
  if (!step) step = reader.environment("PM_PORT_STEP");
  if (!step) step = options.port_step;
  ports.base = base.value_or(ports.base);
  ports.step = step.value_or(ports.step);
  if (!reader.faults.empty()) return std::move(reader.faults);
  return std::optional{ports};
}

std::vector<core::Error> past_the_last_port(const core::Ports& ports,
                                            std::span<const core::ProcessType> types) {
  std::vector<Error> faults;
  for (const auto& type : types) {
    const auto last = core::port_of(ports, type.index, type.instances);
    if (type.instances == 0 || last <= core::kLastPort) continue;
    const auto first_over = std::max<int>(1, type.instances - (last - core::kLastPort) + 1);
    faults.push_back(core::bad_input(
        fmt::format("{} would get port {}, ports end at {}", core::to_string({type.name, first_over}),
                    core::port_of(ports, type.index, first_over), core::kLastPort),
        fmt::format(
            "lower the base port (--port, now {}) or the step (--port-step, now {}), or give out none with "
            "--no-port",
            ports.base, ports.step)));
  }
  return faults;
}

std::vector<core::Error> shared_ports(const core::Ports& ports, std::span<const core::ProcessType> types) {
  std::vector<Error> warnings;
  const core::ProcessType* furthest = nullptr;
  for (const auto& type : types) {
    if (type.instances == 0) continue;
    const auto first = core::port_of(ports, type.index, 1);
    if (furthest && core::port_of(ports, furthest->index, furthest->instances) >= first) {
      const auto number = first - core::port_of(ports, furthest->index, 1) + 1;
      warnings.push_back(core::bad_input(
          fmt::format("{} and {} share port {}", core::to_string({furthest->name, number}),
                      core::to_string({type.name, 1}), first),
          fmt::format("raise --port-step (now {}) above the number of instances", ports.step)));
    }
    const bool further = !furthest || core::port_of(ports, type.index, type.instances) >
                                          core::port_of(ports, furthest->index, furthest->instances);
    if (further) furthest = &type;
  }
  return warnings;
}

std::string port_variable(const std::string& type) {
  std::string name = "PM_PORT_";
  for (const char c : type)
    name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::vector<core::Error> shared_port_variables(std::span<const core::ProcessType> types) {
  std::vector<Error> warnings;
  std::map<std::string, std::string_view> owners;
  for (const auto& type : types) {
    const auto [owner, is_new] = owners.try_emplace(port_variable(type.name), type.name);
    if (!is_new)
      warnings.push_back(core::bad_input(fmt::format("{} is for '{}' and '{}'; it holds the port of '{}'",
                                                     owner->first, owner->second, type.name, owner->second),
                                         fmt::format("give '{}' another name", type.name)));
  }
  return warnings;
}

}  // namespace pm::config
