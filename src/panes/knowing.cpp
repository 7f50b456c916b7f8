#include <algorithm>
#include <set>

#include "pm/core/overloaded.h"
#include "steps.h"

namespace pm::panes {

namespace {

void take_process(Pane& pane, const core::ProcessSnapshot& process, const Moment& moment) {
  pane.process = process;
  pane.known_at = moment.now;
}

// An event does not tell what a life uses; what was known of the same life stays.
void take_state(Pane& pane, core::ProcessSnapshot process, const Moment& moment) {
  if (pane.process && pane.process->generation == process.generation && process.uptime) {
    process.cpu_percent = pane.process->cpu_percent;
    process.rss_bytes = pane.process->rss_bytes;
  }
  take_process(pane, process, moment);
}

void sample_cpu(Pane& pane) {
  pane.cpu.push_back(pane.process->cpu_percent.value_or(0));
  if (pane.cpu.size() > kCpuSamples) pane.cpu.pop_front();
}

// The panes in the order of `status`, the log behind them; those that are new still have to be attached.
std::vector<Pane> arranged(std::vector<Pane> before, const core::StatusSnapshot& status,
                           const Moment& moment) {
  std::vector<Pane> panes;
  const auto take = [&](std::string name) {
    const auto known =
        std::find_if(before.begin(), before.end(), [&](const Pane& pane) { return pane.name == name; });
    panes.push_back(known == before.end() ? Pane{std::move(name)} : std::move(*known));
    if (known != before.end()) before.erase(known);
  };
  for (const auto& process : status.processes) {
    take(core::to_string(process.id));
    take_process(panes.back(), process, moment);
    sample_cpu(panes.back());
  }
  for (auto& pane : before)
    if (pane.is_log()) panes.push_back(std::move(pane));
  return panes;
}

void let_go(const std::set<std::string>& before, Model& model, Effects& effects) {
  for (const auto& name : before)
    if (!model.find(name)) effects.push_back(Detach{name});
}

std::size_t focus_on(const Model& model, const std::string& name) {
  const auto found = std::find_if(model.panes.begin(), model.panes.end(),
                                  [&](const Pane& pane) { return pane.name == name; });
  if (found != model.panes.end()) return static_cast<std::size_t>(found - model.panes.begin());
  return model.panes.empty() ? 0 : std::min(model.focus, model.panes.size() - 1);
}

}  // namespace

void take_status(Model& model, const core::StatusSnapshot& status, const Moment& moment, Effects& effects) {
  model.root = status.root;
  model.formation = status.formation;
  model.shutting_down = model.shutting_down || status.shutting_down;
  const auto* focused = model.focused();
  const auto focus = focused ? focused->name : "";
  std::set<std::string> before;
  for (const auto& pane : model.panes) before.insert(pane.name);
  model.panes = arranged(std::move(model.panes), status, moment);
  const bool stays = model.find(focus) != nullptr;
  model.focus = focus_on(model, focus);
  model.zoomed = model.zoomed && stays;
  let_go(before, model, effects);
  for (auto& pane : model.panes)
    if (!pane.attached) pane.wanted = {0, 0};  // an attachment that came to nothing is tried again
  fit(model, effects);
}

void take_change(Model& model, const core::Event& event, const Moment& moment, Effects& effects) {
  std::visit(core::overloaded{
                 [&](const core::StateEvent& state) {
                   if (auto* pane = model.find(core::to_string(state.process.id)))
                     take_state(*pane, state.process, moment);
                   else
                     effects.push_back(FetchStatus{});
                 },
                 [&](const core::FormationEvent& formation) {
                   model.formation = formation.formation;
                   effects.push_back(FetchStatus{});
                 },
                 [&](const core::ReloadEvent&) { effects.push_back(FetchStatus{}); },
                 [&](const core::ShutdownEvent&) { model.shutting_down = true; },
             },
             event.what);
}

}  // namespace pm::panes
