// What may be asked of a running supervisor.

#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

#include "pm/config/reload.h"
#include "pm/core/announce.h"
#include "pm/core/inspect.h"
#include "pm/core/selector.h"
#include "pm/os/process_tree.h"
#include "supervisor.h"

namespace pm::supervisor {

using core::Checked;
using core::Error;
using core::InstanceId;
using core::Result;
using Aims = std::vector<core::Wait::Aim>;

namespace {

// `pm why` shows the end of what led to it, not the log.
constexpr std::size_t kLastLines = 5;
// Among the last lines of the history; the others are pm's own.
constexpr std::size_t kSearched = 50;

Error run_is_ending() {
  return {.kind = Error::Kind::conflict,
          .what = "the run is ending, nothing is started or changed any more",
          .hint = "wait until it is over ('pm quit' does), then start it again with 'pm start'"};
}

Error has_no_instances(const std::string& type) {
  return {.kind = Error::Kind::not_found,
          .what = fmt::format("'{}' has no instances", type),
          .hint = fmt::format("'pm scale {}=1' starts one", type)};
}

Error not_in_the_procfile(const std::string& type, const std::string& procfile) {
  return {.kind = Error::Kind::conflict,
          .what = fmt::format("'{}' is not in {} any more", type, procfile),
          .hint = "'pm reload' stops it and takes it away"};
}

Error several(const std::string& name, std::span<const InstanceId> ids) {
  std::vector<std::string> names;
  for (const auto& id : ids) names.push_back(to_string(id));
  return core::bad_input(
      names.empty() ? "there is no process" : fmt::format("'{}' is {} processes", name, names.size()),
      names.empty() ? "" : fmt::format("name one of them: {}", fmt::join(names, ", ")));
}

// And stays so until somebody starts it.
bool is_down(const core::State& state) {
  return std::holds_alternative<core::Stopped>(state) || std::holds_alternative<core::Exited>(state) ||
         std::holds_alternative<core::Failed>(state);
}

bool means_all(const Control::Selectors& selectors) {
  return std::find(selectors.begin(), selectors.end(), "all") != selectors.end();
}

std::vector<std::string> types_of(std::span<const InstanceId> ids) {
  std::vector<std::string> types;
  for (const auto& id : ids)
    if (types.empty() || types.back() != id.type) types.push_back(id.type);
  return types;
}

// What a scale or a reload brings, renews or takes; `changed`: the types whose instances it renews.
Aims aims_of(const core::Supervision& before, const core::Supervision& after,
             const std::vector<std::string>& changed = {}) {
  Aims aims;
  const auto is_changed = [&](const std::string& type) {
    return std::find(changed.begin(), changed.end(), type) != changed.end();
  };
  // Not so what a shrink has taken and what is still on its way down.
  const auto belongs = [](const InstanceId& id, const std::map<std::string, int>& formation) {
    const auto found = formation.find(id.type);
    return found != formation.end() && id.number <= found->second;
  };
  const auto was = before.formation(), is = after.formation();
  for (const auto& id : before.instances()) {
    if (!belongs(id, was)) continue;
    if (!belongs(id, is))
      aims.push_back({id, core::Goal::down});
    else if (is_changed(id.type) && !before.find(id)->held)
      aims.push_back({id, core::Goal::renewed});
  }
  for (const auto& id : after.instances())
    if (belongs(id, is) && !belongs(id, was)) aims.push_back({id, core::Goal::up});
  return aims;
}

// The last lines that the process itself wrote, without their ends.
std::vector<std::string> last_lines(const log::History& history) {
  std::vector<std::string> lines;
  for (auto cursor = history.tail(kSearched);;) {
    const auto batch = history.read(cursor);
    if (!batch.entry) break;
    if (batch.entry->stream == log::Stream::pm) continue;
    for (auto text = batch.entry->lines; !text.empty(); text.remove_prefix(text.find('\n') + 1))
      lines.emplace_back(text.substr(0, text.find('\n')));
    if (lines.size() > kLastLines) lines.erase(lines.begin(), lines.end() - kLastLines);
  }
  return lines;
}

}  // namespace

Result<std::vector<InstanceId>> Supervisor::select(const Selectors& selectors) const {
  const auto instances = core_.instances();
  if (instances.empty() && means_all(selectors)) return instances;
  auto selected = core::select(selectors, instances);
  if (selected) return selected;
  const auto formation = core_.formation();
  for (const auto& selector : selectors)
    if (const auto type = formation.find(selector); type != formation.end() && type->second == 0)
      return has_no_instances(selector);
  return selected;
}

core::ProcessSnapshot Supervisor::completed(core::ProcessSnapshot snapshot) const {
  wall_times_.complete(snapshot);
  snapshot.port = definitions_.port(snapshot.id);
  snapshot.command = definitions_.type(snapshot.id.type).command;
  return snapshot;
}

core::ProcessSnapshot Supervisor::snapshot(const InstanceId& id) const {
  return completed(core::inspect(core_, id, now()));
}

core::StatusSnapshot Supervisor::status() {
  look_for_ends();
  core::StatusSnapshot status{.version = PM_VERSION,
                              .pid = pid_,
                              .root = setup_.application.root,
                              .procfile = definitions_.procfile(),
                              .started_at = started_at_,
                              .shutting_down = core_.shutting_down(),
                              .formation = core_.formation()};
  status.processes = measured(core_.instances());
  return status;
}

std::vector<core::ProcessSnapshot> Supervisor::measured(std::span<const InstanceId> ids) {
  std::vector<core::ProcessSnapshot> processes;
  for (const auto& id : ids) processes.push_back(snapshot(id));
  usage_.measure(processes, now(), [this](const core::ProcessSnapshot& process) {
    return lives_.usage(process.id, process.generation);
  });
  return processes;
}

Result<std::vector<core::ProcessSnapshot>> Supervisor::processes(const Selectors& selectors) {
  look_for_ends();
  const auto ids = select(selectors);
  if (!ids) return ids.error();
  return measured(*ids);
}

Result<std::vector<core::Explanation>> Supervisor::explain(const Selectors& selectors) {
  look_for_ends();
  const auto ids = select(selectors);
  if (!ids) return ids.error();
  auto processes = measured(*ids);
  std::vector<core::Explanation> explanations;
  for (std::size_t i = 0; i < ids->size(); ++i) {
    const auto& id = (*ids)[i];
    auto explanation = core::explain(core_, id, now());
    explanation.process = std::move(processes[i]);
    if (const auto* lines = history(id)) explanation.last_lines = last_lines(*lines);
    if (const auto limits = kept_limits_.find(id.type); limits != kept_limits_.end())
      explanation.limits = limits->second;
    explanations.push_back(std::move(explanation));
  }
  return explanations;
}

// The operations: a wait is made of what is before anything is asked, and told what the core made of it
// before that is carried out.

Ticket Supervisor::wait_for(core::Wait wait, core::Actions actions, Done done) {
  wait.asked(core_, now());
  auto ticket = operations_.add(std::move(wait), std::move(done));
  perform(std::move(actions));
  return ticket;
}

// To start a type that has no instances is to give it one, as `pm start release` does without a supervisor.
std::map<std::string, int> Supervisor::first_instances(const Selectors& selectors) const {
  std::map<std::string, int> counts;
  for (const auto& [type, count] : core_.formation())
    if (count == 0 && std::find(selectors.begin(), selectors.end(), type) != selectors.end())
      counts[type] = 1;
  return counts;
}

Checked<Ticket> Supervisor::start_selected(const Selectors& selectors, Done done) {
  const auto firsts = first_instances(selectors);
  auto others = selectors;
  std::erase_if(others, [&](const std::string& selector) { return firsts.contains(selector); });
  std::vector<InstanceId> ids;
  if (!others.empty()) {
    auto selected = select(others);
    if (!selected) return std::vector{selected.error()};
    ids = std::move(*selected);
  }
  if (auto checked = check_ports(firsts); !checked) return checked.error();
  const auto before = core_;
  const auto asked_at = now();
  auto actions = core_.start(ids, asked_at);
  auto more = core_.scale(firsts, asked_at);
  actions.insert(actions.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  auto aims = aims_of(before, core_);
  for (const auto& id : ids) aims.push_back({id, core::Goal::up});
  core::Wait wait{aims, before, asked_at};
  if (!firsts.empty()) announce_formation();
  return wait_for(std::move(wait), std::move(actions), std::move(done));
}

core::Actions Supervisor::ask(core::Verb verb, std::span<const InstanceId> ids) {
  switch (verb) {
    case core::Verb::start: return core_.start(ids, now());
    case core::Verb::stop: return core_.stop(ids, now());
    case core::Verb::restart: return core_.restart(ids, now());
    case core::Verb::kill: return core_.kill(ids, now());
  }
  return {};
}

Checked<Ticket> Supervisor::operate(core::Verb verb, const Selectors& selectors, Done done) {
  look_for_ends();
  const auto goal = core::goal_of(verb);
  if (core_.shutting_down() && goal != core::Goal::down) return std::vector{run_is_ending()};
  if (verb == core::Verb::start) return start_selected(selectors, std::move(done));
  const auto ids = select(selectors);
  if (!ids) return std::vector{ids.error()};
  if (verb == core::Verb::restart)
    if (auto renewed = renew_definitions(*ids); !renewed) return renewed.error();
  Aims aims;
  for (const auto& id : *ids) aims.push_back({id, goal});
  core::Wait wait{aims, core_, now()};
  return wait_for(std::move(wait), ask(verb, *ids), std::move(done));
}

Checked<config::Application> Supervisor::read_files() const {
  auto fresh = load(setup_.request);
  if (!fresh) return fresh;
  fresh->socket = setup_.socket;
  return definitions_.settled(std::move(*fresh));
}

Checked<void> Supervisor::renew_definitions(std::span<const InstanceId> ids) {
  const auto fresh = read_files();
  if (!fresh) return fresh.error();
  const auto types = types_of(ids);
  std::vector<Error> errors;
  for (const auto& type : types)
    if (!config::find_type(*fresh, type)) errors.push_back(not_in_the_procfile(type, fresh->procfile));
  if (!errors.empty()) return errors;
  definitions_.adopt(*fresh, types);
  for (const auto& type : types) core_.set_policy(type, plan_of(definitions_.type(type)).policy);
  return {};
}

Checked<void> Supervisor::check_ports(const std::map<std::string, int>& formation) const {
  std::vector<Error> errors;
  for (const auto& [type, count] : formation)
    if (const auto port = definitions_.port({type, count}); count > 0 && port && *port > core::kLastPort)
      errors.push_back(core::bad_input(
          fmt::format("the port of {}.{} would be {}, past {}", type, count, *port, core::kLastPort),
          "choose fewer, or start with a smaller --port"));
  if (!errors.empty()) return errors;
  return {};
}

Checked<Ticket> Supervisor::scale(std::span<const config::Change> changes, Done done) {
  if (core_.shutting_down()) return std::vector{run_is_ending()};
  std::vector<std::string> types;
  const auto before = core_.formation();
  for (const auto& [type, count] : before) types.push_back(type);
  const auto after = config::scaled(before, changes, types);
  if (!after) return after.error();
  if (auto checked = check_ports(*after); !checked) return checked.error();
  const auto was = core_;
  const auto asked_at = now();
  auto actions = core_.scale(*after, asked_at);
  core::Wait wait{aims_of(was, core_), was, asked_at};
  if (*after != before) announce_formation();
  return wait_for(std::move(wait), std::move(actions), std::move(done));
}

void Supervisor::announce_formation() {
  follow_instances();
  emit(core::FormationEvent{core_.formation()});
}

Checked<Control::Reloaded> Supervisor::reload(Done done) {
  if (core_.shutting_down()) return std::vector{run_is_ending()};
  const ServiceManager::Reloading reloading{manager_};
  const auto fresh = read_files();
  if (!fresh) return fresh.error();
  const auto before = core_;
  const auto event = definitions_.adopt_all(*fresh);
  std::vector<core::ReloadedType> types;
  for (const auto& type : fresh->types)
    types.push_back({plan_of(type), std::find(event.changed.begin(), event.changed.end(), type.name) !=
                                        event.changed.end()});
  const auto asked_at = now();
  auto actions = core_.reload(types, asked_at);
  core::Wait wait{aims_of(before, core_, event.changed), before, asked_at};
  own(core::announce_reload(event));
  channels_.restyle();
  follow_instances();
  emit(event);
  return Reloaded{event, wait_for(std::move(wait), std::move(actions), std::move(done))};
}

Result<std::vector<core::Settled>> Supervisor::signal(const Selectors& selectors, int signal) {
  look_for_ends();
  const auto ids = select(selectors);
  if (!ids) return ids.error();
  std::vector<core::Settled> results;
  for (const auto& id : *ids) {
    const auto process = snapshot(id);
    const bool sent = lives_.send(id, process.generation, signal);
    results.push_back({.id = id,
                       .goal = core::Goal::up,
                       .how = sent ? core::Settled::How::done : core::Settled::How::failed,
                       .before = process.pid,
                       .pid = process.pid,
                       .reason = sent ? ""
                                 : process.pid != core::Pid::none
                                     ? "its process has just ended"
                                     : fmt::format("it has no process ({})", process.state)});
  }
  return results;
}

void Supervisor::shut_down() { shut_down(EXIT_SUCCESS, "pm quit"); }

std::vector<InstanceId> Supervisor::logged() const { return channels_.logged(core_.instances()); }

const log::History* Supervisor::history(const InstanceId& id) const {
  const auto* channel = channels_.find(id);
  return channel ? &channel->history() : nullptr;
}

LineStyle Supervisor::line_style(const InstanceId& id) const {
  const auto* channel = channels_.find(id);
  return {channel ? channel->sgr() : ""};
}

Result<Control::Attached> Supervisor::attach(const std::string& name, Viewer& viewer,
                                             const AttachOptions& options) {
  const auto ids = select({name});
  if (!ids) return ids.error();
  if (ids->size() != 1) return several(name, *ids);
  const auto& id = ids->front();
  auto& screen = channels_.of(id).screen();
  if (has_terminal(id.type)) screen.give_terminal(child_terminal());
  if (const auto& state = core_.find(id)->state; is_down(state))
    screen.hint(fmt::format("{0} is {1} · 'pm start {0}' starts it", to_string(id), core::state_name(state)));
  return Attached{id, screen.attach(viewer, options)};
}

void Supervisor::observe(Observer* observer) {
  observer_ = observer;
  if (!observer) return printer_.on_recorded({});
  printer_.on_recorded([observer] {
    if (observer->wants_lines()) observer->on_lines();
  });
}

void Supervisor::emit(decltype(core::Event::what) what) {
  if (observer_) observer_->on_event({wall_clock(), std::move(what)});
}

}  // namespace pm::supervisor
