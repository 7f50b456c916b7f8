#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "placement.h"
#include "steps.h"

namespace pm::panes {

using namespace std::chrono_literals;

namespace {

constexpr core::Duration kMessageTime = 4s;
constexpr core::Duration kNumbersTime = 1s;  // display-panes-time of tmux(1)

}  // namespace

void say(Model& model, std::string text, const Moment& moment, Effects& effects) {
  model.message = Message{std::move(text), moment.now + kMessageTime};
  effects.push_back(WakeAt{model.message->until});
}

int rows_seen(const Model& model, const Pane& pane) {
  for (const auto& placed : place(model).panes)
    if (&model.panes[placed.pane] == &pane) return placed.inner.rows;
  return 1;
}

namespace {

// A supervisor serves a limited number of clients, and others want to ask it, too.
constexpr std::size_t kMostUnseen = 32;

// Lets go of those out of sight that are too many, whoever has not been looked at for longest first; looked
// at again, they come back as they are by then.
void let_go_of_unseen(Model& model, Effects& effects) {
  std::vector<Pane*> unseen;
  for (auto& pane : model.panes)
    if (pane.seen != model.fits && !pane.is_log() && pane.wanted != term::Size{0, 0}) unseen.push_back(&pane);
  if (unseen.size() <= kMostUnseen) return;
  std::stable_sort(unseen.begin(), unseen.end(),
                   [](const Pane* a, const Pane* b) { return a->seen < b->seen; });
  unseen.resize(unseen.size() - kMostUnseen);
  for (auto* pane : unseen) {
    pane->wanted = {0, 0};
    pane->attached = false;
    effects.push_back(Detach{pane->name});
  }
}

}  // namespace

void fit(Model& model, Effects& effects) {
  ++model.fits;
  for (const auto& placed : place(model).panes) {
    auto& pane = model.panes[placed.pane];
    pane.seen = model.fits;
    const term::Size size{std::max(1, placed.inner.columns), std::max(1, placed.inner.rows)};
    if (pane.wanted == size) continue;
    pane.wanted = size;
    if (pane.is_log() || (pane.attached && !pane.interactive))
      pane.terminal.resize(size);
    else if (pane.attached)
      effects.push_back(Resize{pane.name, size});
    else
      effects.push_back(Attach{pane.name, size});
    if (pane.scrollback) settle(*pane.scrollback, pane.terminal, placed.inner.rows);
  }
  let_go_of_unseen(model, effects);
}

void go_to(Model& model, std::size_t pane, Effects& effects) {
  if (pane == model.focus) return;
  model.focus = pane;
  model.zoomed = false;
  fit(model, effects);
}

void go_to_number(Model& model, int number, const Moment& moment, Effects& effects) {
  const auto placement = place(model);
  const auto wanted = placement.first + static_cast<std::size_t>(number == 0 ? 9 : number - 1);
  if (wanted < std::min(placement.first + placement.per_page, model.panes.size()))
    go_to(model, wanted, effects);
  else
    say(model, fmt::format("there is no pane {}", number), moment, effects);
}

namespace {

void go(Model& model, term::Direction direction, Effects& effects) {
  const bool zoomed = std::exchange(model.zoomed, false);
  const auto placement = place(model);
  std::vector<term::Rect> rects;
  for (const auto& placed : placement.panes) rects.push_back(placed.outer);
  const auto from = static_cast<int>(model.focus - placement.first);
  const auto to = placement.first + static_cast<std::size_t>(term::neighbour(rects, from, direction));
  model.zoomed = zoomed && to == model.focus;
  go_to(model, to, effects);
}

void turn_page(Model& model, int by, const Moment& moment, Effects& effects) {
  const auto placement = place(model);
  if (placement.pages == 1) return say(model, "there is one page", moment, effects);
  const auto page = (placement.page + by + placement.pages) % placement.pages;
  go_to(model, static_cast<std::size_t>(page) * placement.per_page, effects);
}

void toggle_zoom(Model& model, Effects& effects) {
  model.zoomed = !model.zoomed;
  fit(model, effects);
}

void change_layout(Model& model, const Moment& moment, Effects& effects) {
  model.layout = term::next(model.layout);
  model.zoomed = false;
  say(model, std::string{term::to_string(model.layout)}, moment, effects);
  fit(model, effects);
}

void toggle_log(Model& model, Effects& effects) {
  const auto log =
      std::find_if(model.panes.begin(), model.panes.end(), [](const Pane& pane) { return pane.is_log(); });
  if (log == model.panes.end()) {
    model.panes.emplace_back(kLogName);
    model.focus = model.panes.size() - 1;
    effects.push_back(FollowLog{});
  } else {
    model.panes.erase(log);
    if (model.focus >= model.panes.size()) model.focus = model.panes.empty() ? 0 : model.panes.size() - 1;
    effects.push_back(LeaveLog{});
  }
  model.zoomed = false;
  fit(model, effects);
}

// The instance in the focused pane, or why there is none.
const Pane* instance(Model& model, const Moment& moment, Effects& effects) {
  const auto* pane = model.focused();
  if (pane && !pane->is_log()) return pane;
  say(model, pane ? "the log is no process" : "there is no process", moment, effects);
  return nullptr;
}

void operate(Model& model, core::Verb verb, const Moment& moment, Effects& effects) {
  if (const auto* pane = instance(model, moment, effects)) effects.push_back(Operate{verb, pane->name});
}

void ask_to_stop(Model& model, const Moment& moment, Effects& effects) {
  const auto* pane = instance(model, moment, effects);
  if (!pane) return;
  if (pane->process && (pane->process->state == "stopped" || pane->process->state == "exited"))
    return say(model, fmt::format("{} does not run", pane->name), moment, effects);
  model.mode = Asking{fmt::format("stop {}?", pane->name), {Operate{core::Verb::stop, pane->name}}};
}

std::string type_of(const Pane& pane) { return pane.name.substr(0, pane.name.rfind('.')); }

void grow(Model& model, const Moment& moment, Effects& effects) {
  if (const auto* pane = instance(model, moment, effects)) effects.push_back(Scale{type_of(*pane), "+1"});
}

void ask_to_shrink(Model& model, const Moment& moment, Effects& effects) {
  const auto* pane = instance(model, moment, effects);
  if (!pane) return;
  const auto type = type_of(*pane);
  const auto known = model.formation.find(type);
  const auto count = known == model.formation.end() ? 0 : known->second;
  if (count == 0) return say(model, fmt::format("there is no {} to take away", type), moment, effects);
  model.mode = Asking{fmt::format("{} {} → {}: stop {}.{}?", type, count, count - 1, type, count),
                      {Scale{type, "-1"}}};
}

void ask_to_quit(Model& model) {
  const auto count =
      std::count_if(model.panes.begin(), model.panes.end(), [](const Pane& pane) { return pane.is_up(); });
  model.mode = Asking{count == 1 ? std::string{"stop the process and end pm?"}
                                 : fmt::format("stop all {} processes and end pm?", count),
                      {ShutDown{}}};
}

void open_scrollback(Model& model, int pages) {
  auto* pane = model.focused();
  if (!pane) return;
  const auto rows = rows_seen(model, *pane);
  if (!pane->scrollback) pane->scrollback = look_back(pane->terminal, rows);
  for (; pages > 0; --pages) press(*pane->scrollback, pane->terminal, rows, {.name = term::KeyName::page_up});
}

}  // namespace

void act(Model& model, Action action, const Moment& moment, Effects& effects) {
  switch (action) {
    case Action::focus_up: return go(model, term::Direction::up, effects);
    case Action::focus_down: return go(model, term::Direction::down, effects);
    case Action::focus_left: return go(model, term::Direction::left, effects);
    case Action::focus_right: return go(model, term::Direction::right, effects);
    case Action::focus_next:
      if (!model.panes.empty()) go_to(model, (model.focus + 1) % model.panes.size(), effects);
      return;
    case Action::numbers:
      model.mode = ShowingNumbers{moment.now + kNumbersTime};
      effects.push_back(WakeAt{moment.now + kNumbersTime});
      return;
    case Action::zoom: return toggle_zoom(model, effects);
    case Action::scrollback: return open_scrollback(model, 0);
    case Action::page_up: return open_scrollback(model, 1);
    case Action::next_layout: return change_layout(model, moment, effects);
    case Action::next_page: return turn_page(model, 1, moment, effects);
    case Action::previous_page: return turn_page(model, -1, moment, effects);
    case Action::start: return operate(model, core::Verb::start, moment, effects);
    case Action::stop: return ask_to_stop(model, moment, effects);
    case Action::restart: return operate(model, core::Verb::restart, moment, effects);
    case Action::grow: return grow(model, moment, effects);
    case Action::shrink: return ask_to_shrink(model, moment, effects);
    case Action::log: return toggle_log(model, effects);
    case Action::help: model.mode = ShowingHelp{}; return;
    case Action::detach: effects.push_back(Leave{}); return;
    case Action::quit: return ask_to_quit(model);
  }
}

void finish_looking(Model& model, Pane& pane, const Looked& looked, const Moment& moment, Effects& effects) {
  if (!looked.copied.empty()) effects.push_back(Copy{looked.copied});
  if (!looked.message.empty()) say(model, looked.message, moment, effects);
  if (looked.leaves) pane.scrollback.reset();
}

void press_looking_back(Model& model, Pane& pane, const term::Key& key, const Moment& moment,
                        Effects& effects) {
  const auto looked = press(*pane.scrollback, pane.terminal, rows_seen(model, pane), key);
  finish_looking(model, pane, looked, moment, effects);
}

}  // namespace pm::panes
