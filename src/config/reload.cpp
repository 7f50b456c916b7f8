#include "pm/config/reload.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace pm::config {

namespace {

int next_index(const std::set<int>& taken, int wish) {
  return taken.contains(wish) ? *taken.rbegin() + 1 : wish;
}

std::optional<int> first_port(const Application& application, const core::ProcessType& type) {
  if (!application.ports) return std::nullopt;
  return core::port_of(*application.ports, type.index, 1);
}

}  // namespace

const core::ProcessType* find_type(const Application& application, const std::string& name) {
  const auto found = std::find_if(application.types.begin(), application.types.end(),
                                  [&](const auto& type) { return type.name == name; });
  return found == application.types.end() ? nullptr : &*found;
}

core::Checked<Application> with_indices(Application fresh, const std::map<std::string, int>& known) {
  std::set<int> taken;
  for (const auto& [name, index] : known) taken.insert(index);
  std::vector<core::Error> errors;
  for (auto& type : fresh.types) {
    const auto before = known.find(type.name);
    type.index = before != known.end() ? before->second : next_index(taken, type.index);
    taken.insert(type.index);
    if (fresh.ports && core::port_of(*fresh.ports, type.index, std::max(type.instances, 1)) > core::kLastPort)
      errors.push_back(
          core::bad_input(fmt::format("the ports of '{}' would lie past {}", type.name, core::kLastPort),
                          "start anew with pm quit and pm start, or choose a smaller --port or --port-step"));
  }
  if (!errors.empty()) return errors;
  return fresh;
}

bool runs_alike(const Application& now, const Application& fresh, const std::string& name) {
  const auto* a = find_type(now, name);
  const auto* b = find_type(fresh, name);
  if (!a || !b) return false;
  return a->command == b->command && a->shell == b->shell && a->cwd == b->cwd && a->pty == b->pty &&
         a->env == b->env && a->limits == b->limits && core::same_standing(a->standing, b->standing) &&
         first_port(now, *a) == first_port(fresh, *b) && now.environment == fresh.environment;
}

}  // namespace pm::config
