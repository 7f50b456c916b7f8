#include "pm/core/operation.h"

#include <algorithm>

#include "pm/core/overloaded.h"

namespace pm::core {

namespace {

Pid running_pid(const State& state) {
  const auto* running = std::get_if<Running>(&state);
  return running ? running->pid : Pid::none;
}

Pid leader_of(const State& state) {
  const auto* stopping = std::get_if<Stopping>(&state);
  return stopping ? stopping->pid : running_pid(state);
}

bool is_life(const State& state) {
  return std::holds_alternative<Running>(state) || std::holds_alternative<Stopping>(state) ||
         std::holds_alternative<Ending>(state);
}

// Takes how a life ended, if the change is its end and it was there, or on its way, before `first_new`.
void note_end(Settled& settled, Generation first_new, const Changed& change) {
  const bool over = is_life(change.from) && !is_life(change.to);
  const auto ended = change.generation - (std::holds_alternative<Starting>(change.to) ? 1 : 0);
  if (over && ended < first_new && change.last) settled.exit = change.last->how;
}

bool is_down(const State& state) {
  return std::holds_alternative<Stopped>(state) || std::holds_alternative<Exited>(state) ||
         std::holds_alternative<Failed>(state);
}

}  // namespace

std::string_view to_string(Verb verb) {
  switch (verb) {
    case Verb::start: return "start";
    case Verb::stop: return "stop";
    case Verb::restart: return "restart";
    case Verb::kill: return "kill";
  }
  return "";
}

Goal goal_of(Verb verb) {
  switch (verb) {
    case Verb::start: return Goal::up;
    case Verb::restart: return Goal::renewed;
    case Verb::stop:
    case Verb::kill: return Goal::down;
  }
  return Goal::up;
}

Wait::Wait(std::span<const Aim> aims, const Supervision& before, TimePoint now) : since_{now} {
  for (const auto& aim : aims) {
    if (!index_.try_emplace(aim.id, items_.size()).second) continue;
    Item item{.aim = aim, .so_far = {.id = aim.id, .goal = aim.goal}};
    if (const auto* instance = before.find(aim.id)) {
      item.before = is_down(instance->state) ? Before::down : Before::alive;
      item.first_new = instance->generation + 1;
      item.so_far.before = leader_of(instance->state);
    }
    items_.push_back(std::move(item));
  }
  open_ = items_.size();
}

void Wait::settle(Item& item, Settled::How how, TimePoint now, std::string reason) {
  if (item.settled) return;
  item.settled = true;
  item.so_far.how = how;
  item.so_far.took = now - since_;
  item.so_far.reason = std::move(reason);
  --open_;
}

void Wait::asked(const Supervision& after, TimePoint now) {
  for (auto& item : items_) open(item, after, now);
  if (after.shutting_down()) shutting_down(now);
}

// Settles what the request has left as it was, or has brought about at once.
void Wait::open(Item& item, const Supervision& after, TimePoint now) {
  using How = Settled::How;
  const auto* instance = after.find(item.aim.id);
  const bool down = !instance || is_down(instance->state);
  if (item.aim.goal == Goal::down) {
    if (down) settle(item, item.before == Before::alive ? How::done : How::unchanged, now);
  } else if (down && !after.shutting_down()) {
    settle(item, How::failed, now, !instance ? "there is no such instance" : "it was not to be started");
  } else if (const auto* running = instance ? std::get_if<Running>(&instance->state) : nullptr) {
    item.so_far.pid = running->pid;
    settle(item, How::unchanged, now);
  }
}

void Wait::on(const Changed& change, TimePoint now) {
  if (change.at < since_) return;  // told late: it was so already when this was asked
  const auto found = index_.find(change.id);
  if (found == index_.end()) return;
  auto& item = items_[found->second];
  if (item.settled) return;
  if (item.aim.goal != Goal::up) note_end(item.so_far, item.first_new, change);
  item.aim.goal == Goal::down ? on_way_down(item, change, now) : on_way_up(item, change, now);
}

void Wait::on_way_down(Item& item, const Changed& change, TimePoint now) {
  if (is_down(change.to)) return settle(item, Settled::How::done, now);
  const bool starts = std::holds_alternative<Starting>(change.to) && change.generation >= item.first_new;
  item.so_far.pid = running_pid(change.to);
  if (starts || at_rest(change.to) || std::holds_alternative<Running>(change.to))
    settle(item, Settled::How::superseded, now, "it was started again by another request");
}

void Wait::on_way_up(Item& item, const Changed& change, TimePoint now) {
  using How = Settled::How;
  const auto fail = [&](std::string reason) { settle(item, How::failed, now, std::move(reason)); };
  std::visit(
      overloaded{
          [&](const Stopped&) { settle(item, How::superseded, now, "it was stopped by another request"); },
          [&](const Waiting& to) { fail("it cannot be started yet: " + to.reason); },
          [&](const Starting&) {},
          [&](const Running& to) {
            item.so_far.pid = to.pid;
            settle(item, How::done, now);
          },
          [&](const Stopping&) {},
          [&](const Ending&) {},
          [&](const Backoff&) {},
          [&](const Exited& to) { fail(describe(to.how)); },
          [&](const Failed& to) { fail("it cannot be started: " + to.reason); },
      },
      change.to);
}

void Wait::shutting_down(TimePoint now) {
  for (auto& item : items_)
    if (item.aim.goal != Goal::down) settle(item, Settled::How::superseded, now, "the run is ending");
}

std::vector<Settled> Wait::settled() const {
  std::vector<Settled> all;
  for (const auto& item : items_)
    if (item.settled) all.push_back(item.so_far);
  return all;
}

}  // namespace pm::core
