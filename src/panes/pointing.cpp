#include <algorithm>

#include "placement.h"
#include "steps.h"

namespace pm::panes {

using term::Mouse;

namespace {

constexpr int kWheelLines = 3;

// Where that is in the pane's own cells; the nearest one if it is on its border.
term::Position within(const Pane& pane, const term::Rect& inner, term::Position at) {
  const auto column = std::clamp(at.column - inner.column, 0, std::max(0, inner.columns - 1));
  const auto row = std::clamp(at.row - inner.row, 0, std::max(0, inner.rows - 1)) + first_row(pane, inner);
  const auto size = pane.terminal.size();
  return {std::min(column, size.columns - 1), std::min(row, size.rows - 1)};
}

Place place_of(const Pane& pane, const term::Rect& inner, term::Position at) {
  const auto there = within(pane, inner, at);
  return {there.row + static_cast<std::int64_t>(pane.terminal.scrolled()), there.column};
}

bool wants_mouse(const Pane& pane) {
  return pane.interactive && !pane.is_log() && !pane.scrollback && pane.is_up() &&
         pane.terminal.modes().mouse != term::MouseTracking::off;
}

void hand_on(const Pane& pane, const term::Rect& inner, Mouse mouse, Effects& effects) {
  mouse.at = within(pane, inner, mouse.at);
  auto bytes = term::encode(mouse, pane.terminal.modes());
  if (!bytes.empty()) effects.push_back(Send{pane.name, std::move(bytes)});
}

// On the alternate screen the wheel moves within the program: less(1) has no rows above.
void wheel_as_keys(const Pane& pane, bool up, Effects& effects) {
  const auto key =
      term::encode(term::Key{.name = up ? term::KeyName::up : term::KeyName::down}, pane.terminal.modes());
  std::string bytes;
  for (int line = 0; line < kWheelLines; ++line) bytes += key;
  if (!bytes.empty()) effects.push_back(Send{pane.name, std::move(bytes)});
}

void wheel(Model& model, Pane& pane, const term::Rect& inner, const Mouse& mouse, const Moment& moment,
           Effects& effects) {
  const bool up = mouse.action == Mouse::Action::wheel_up;
  const auto modes = pane.terminal.modes();
  if (!pane.scrollback && modes.alternate_screen && modes.alternate_scroll && pane.interactive)
    return wheel_as_keys(pane, up, effects);
  if (!pane.scrollback) {
    if (!up || pane.terminal.scrollback() == 0) return;
    pane.scrollback = look_back(pane.terminal, inner.rows);
    pane.scrollback->by_wheel = true;
  }
  finish_looking(model, pane,
                 scroll(*pane.scrollback, pane.terminal, inner.rows, up ? -kWheelLines : kWheelLines), moment,
                 effects);
}

void drag(Model& model, const Placement& placement, const Mouse& mouse) {
  auto* pane = model.find(model.drag->pane);
  if (!pane) return model.drag.reset();
  const auto placed = std::find_if(placement.panes.begin(), placement.panes.end(),
                                   [&](const Placed& one) { return &model.panes[one.pane] == pane; });
  if (placed == placement.panes.end()) return;
  const auto to = place_of(*pane, placed->inner, mouse.at);
  if (!pane->scrollback) {
    if (to == model.drag->from) return;
    pane->scrollback = look_back(pane->terminal, placed->inner.rows);
  }
  auto& back = *pane->scrollback;
  if (mouse.at.row < placed->inner.row) scroll(back, pane->terminal, placed->inner.rows, -1);
  if (mouse.at.row >= placed->inner.bottom()) scroll(back, pane->terminal, placed->inner.rows, 1);
  back.anchor = model.drag->from;
  back.whole_rows = false;
  back.cursor = place_of(*pane, placed->inner, mouse.at);
}

void release(Model& model, const Moment& moment, Effects& effects) {
  auto* pane = model.find(model.drag->pane);
  model.drag.reset();
  if (!pane || !pane->scrollback || !pane->scrollback->anchor) return;
  press_looking_back(model, *pane, {.character = U'y'}, moment, effects);
}

void press_on(Model& model, const Placed& placed, const Mouse& mouse, Effects& effects) {
  const auto number = placed.pane;
  const auto inner = placed.inner;
  auto& pane = model.panes[number];
  const bool on_program = inner.contains(mouse.at);
  go_to(model, number, effects);
  if (wants_mouse(pane)) {
    if (on_program) hand_on(pane, inner, mouse, effects);
  } else if (on_program && mouse.button == 0) {
    if (pane.scrollback) pane.scrollback->anchor.reset();
    model.drag = Drag{pane.name, place_of(pane, inner, mouse.at)};
  }
}

}  // namespace

void point(Model& model, const Mouse& mouse, const Moment& moment, Effects& effects) {
  const auto placement = place(model);
  if (model.drag && mouse.action == Mouse::Action::move) return drag(model, placement, mouse);
  if (model.drag && mouse.action == Mouse::Action::release) return release(model, moment, effects);
  if (!std::holds_alternative<Typing>(model.mode)) return;
  const auto* placed = pane_at(placement, mouse.at);
  if (!placed) return;
  if (mouse.action == Mouse::Action::press) return press_on(model, *placed, mouse, effects);
  auto& pane = model.panes[placed->pane];
  if (wants_mouse(pane)) {
    if (placed->pane == model.focus && placed->inner.contains(mouse.at))
      hand_on(pane, placed->inner, mouse, effects);
  } else if (mouse.action == Mouse::Action::wheel_up || mouse.action == Mouse::Action::wheel_down) {
    wheel(model, pane, placed->inner, mouse, moment, effects);
  }
}

}  // namespace pm::panes
