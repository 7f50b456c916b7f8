#include "pm/core/operation.h"

#include <algorithm>

#include "pm/core/overloaded.h"

namespace pm::core {

namespace {

Pid leader_of(const State& state) {
  if (const auto* running = std::get_if<Running>(&state)) return running->pid;
  if (const auto* stopping = std::get_if<Stopping>(&state)) return stopping->pid;
  return Pid::none;
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

Wait::Wait(std::span<const Aim> aims, const Supervision& before, TimePoint now)
    : since_{now}, open_{aims.size()} {
  for (const auto& aim : aims) {
    Item item{.aim = aim, .so_far = {.id = aim.id, .goal = aim.goal}};
    if (const auto* instance = before.find(aim.id)) {
      const bool down = is_down(instance->state);
      item.before = down ? Before::down : Before::alive;
      // A spawn that is still to come will do as a new life.
      item.first_new = instance->generation + (std::holds_alternative<Starting>(instance->state) ? 0 : 1);
      item.so_far.before = leader_of(instance->state);
    }
    index_[aim.id] = items_.size();
    items_.push_back(std::move(item));
  }
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
  using How = Settled::How;
  for (auto& item : items_) {
    const auto* instance = after.find(item.aim.id);
    const auto* running = instance ? std::get_if<Running>(&instance->state) : nullptr;
    if (item.aim.goal == Goal::down) {
      if (!instance || is_down(instance->state))
        settle(item, item.before == Before::alive ? How::done : How::unchanged, now);
    } else if (!instance) {
      settle(item, How::superseded, now, "there is no such instance any more");
    } else if (running && item.aim.goal == Goal::up) {
      item.so_far.pid = running->pid;
      settle(item, How::unchanged, now);
    }
  }
  if (after.shutting_down()) shutting_down(now);
}

void Wait::on(const Changed& change, TimePoint now) {
  const auto found = index_.find(change.id);
  if (found == index_.end()) return;
  auto& item = items_[found->second];
  if (item.settled) return;
  if (change.last && change.last->at >= since_ && change.generation <= item.first_new && !item.so_far.exit)
    item.so_far.exit = change.last->how;
  item.aim.goal == Goal::down ? on_way_down(item, change, now) : on_way_up(item, change, now);
}

void Wait::on_way_down(Item& item, const Changed& change, TimePoint now) {
  if (is_down(change.to)) return settle(item, Settled::How::done, now);
  if (at_rest(change.to) || std::holds_alternative<Starting>(change.to))
    settle(item, Settled::How::superseded, now, "it was started again by another request");
}

void Wait::on_way_up(Item& item, const Changed& change, TimePoint now) {
  using How = Settled::How;
  const bool is_new = change.generation >= item.first_new;
  const auto fail = [&](std::string reason) {
    if (is_new) settle(item, How::failed, now, std::move(reason));
  };
  std::visit(
      overloaded{
          [&](const Stopped&) { settle(item, How::superseded, now, "it was stopped by another request"); },
          [&](const Waiting& to) { fail("it cannot be started yet: " + to.reason); },
          [&](const Starting&) {},
          [&](const Running& to) {
            if (!is_new) return;
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
