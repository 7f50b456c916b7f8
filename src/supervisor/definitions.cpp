#include "definitions.h"

#include "pm/config/reload.h"

namespace pm::supervisor {

core::TypePlan plan_of(const core::ProcessType& type) {
  return {type.name, type.instances, {type.restart, type.stop}};
}

Definitions::Definitions(config::Application application) { adopt_all(application); }

std::shared_ptr<const Definitions::Reading> Definitions::reading_of(config::Application application) {
  auto common = config::common_environment(application);
  return std::make_shared<const Reading>(Reading{std::move(application), std::move(common)});
}

std::optional<int> Definitions::port(const core::InstanceId& id) const {
  const auto& [type, reading, current] = entry(id.type);
  if (!reading->application.ports) return std::nullopt;
  return core::port_of(*reading->application.ports, type.index, id.number);
}

const config::Environment& Definitions::common_environment(const std::string& type) const {
  return entry(type).reading->common;
}

config::Environment Definitions::own_environment(const core::InstanceId& id) const {
  const auto& [type, reading, current] = entry(id.type);
  return config::own_environment(reading->application, type, id.number);
}

core::Checked<config::Application> Definitions::settled(config::Application fresh) const {
  std::map<std::string, int> indices;
  for (const auto& [name, entry] : entries_) indices[name] = entry.type.index;
  return config::with_indices(std::move(fresh), indices);
}

void Definitions::adopt(const config::Application& fresh, std::span<const std::string> types) {
  const auto reading = reading_of(fresh);
  for (const auto& name : types)
    if (const auto* type = config::find_type(reading->application, name))
      entries_.insert_or_assign(name, Entry{*type, reading});
}

core::ReloadEvent Definitions::adopt_all(const config::Application& fresh) {
  core::ReloadEvent event;
  std::vector<std::string> names;
  for (const auto& type : fresh.types) {
    names.push_back(type.name);
    const auto known = entries_.find(type.name);
    if (known == entries_.end() || !known->second.current)
      event.added.push_back(type.name);
    else if (!config::runs_alike(known->second.reading->application, fresh, type.name))
      event.changed.push_back(type.name);
  }
  for (auto& [name, entry] : entries_) {
    if (!std::exchange(entry.current, false) || config::find_type(fresh, name)) continue;
    event.removed.push_back(name);
  }
  adopt(fresh, names);
  procfile_ = fresh.procfile;
  return event;
}

}  // namespace pm::supervisor
