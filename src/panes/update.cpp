#include "update.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "overlay.h"
#include "placement.h"
#include "pm/core/overloaded.h"
#include "steps.h"

namespace pm::panes {

using term::Key;
using term::KeyName;

Model begin(Settings settings, term::Size screen) {
  const auto layout = settings.layout;
  return {.settings = std::move(settings), .screen = screen, .layout = layout};
}

namespace {

bool is_letter(const Key& key, char32_t letter) {
  return key.name == KeyName::character && key.character == letter && !key.control && !key.alt;
}

std::optional<int> digit_of(const Key& key) {
  if (key.name != KeyName::character || key.control || key.alt) return std::nullopt;
  if (key.character < U'0' || key.character > U'9') return std::nullopt;
  return static_cast<int>(key.character - U'0');
}

// A program that is not there reads nothing; the person ought to know.
void type(Model& model, Pane& pane, const term::Input& input, const Moment& moment, Effects& effects) {
  const bool silent = std::holds_alternative<term::Focus>(input);
  auto bytes = term::encode(input, pane.terminal.modes());
  if (bytes.empty()) return;
  if (pane.is_log() || !pane.interactive) {
    if (!silent)
      say(model, pane.is_log() ? "the log takes no input" : pane.name + " has no terminal to type to", moment,
          effects);
  } else if (pane.process && !pane.is_up() && pane.process->state != "stopping") {
    if (!silent)
      say(model,
          fmt::format("{} does not run · {} starts it", pane.name, model.settings.shown(Action::start)),
          moment, effects);
  } else {
    effects.push_back(Send{pane.name, std::move(bytes)});
  }
}

void press_typing(Model& model, const Key& key, const Moment& moment, Effects& effects) {
  auto* pane = model.focused();
  if (key == model.settings.prefix)
    model.mode = Prefixed{};
  else if (pane && pane->scrollback)
    press_looking_back(model, *pane, key, moment, effects);
  else if (pane)
    type(model, *pane, key, moment, effects);
}

void press_prefixed(Model& model, const Key& key, const Moment& moment, Effects& effects) {
  model.mode = Typing{};
  if (key == model.settings.prefix) {
    if (auto* pane = model.focused()) type(model, *pane, key, moment, effects);
  } else if (const auto action = model.settings.action_of(key)) {
    act(model, *action, moment, effects);
  } else if (const auto digit = digit_of(key)) {
    go_to_number(model, *digit, moment, effects);
  } else if (key.name != KeyName::escape) {
    say(model,
        fmt::format("{} {} does nothing · {} shows all keys", term::to_string(model.settings.prefix),
                    term::to_string(key), model.settings.shown(Action::help)),
        moment, effects);
  }
}

void press_asking(Model& model, const Asking& asking, const Key& key, Effects& effects) {
  if (is_letter(key, U'y') || is_letter(key, U'Y'))
    effects.insert(effects.end(), asking.then.begin(), asking.then.end());
  model.mode = Typing{};
}

// How many rows a key scrolls; 0: it is none of those.
int rows_of_key(const Key& key, int page) {
  if (key.name == KeyName::up || is_letter(key, U'k')) return -1;
  if (key.name == KeyName::down || is_letter(key, U'j')) return 1;
  if (key.name == KeyName::page_up) return -page;
  if (key.name == KeyName::page_down || is_letter(key, U' ')) return page;
  return 0;
}

void press_help(Model& model, ShowingHelp help, const Key& key) {
  const auto last = last_of_help(model.screen, model.settings);
  const auto by = rows_of_key(key, std::max(1, model.screen.rows - 3));
  if (by == 0 || last == 0)
    model.mode = Typing{};
  else
    model.mode = ShowingHelp{std::clamp(help.first + by, 0, last)};
}

void press_numbers(Model& model, const Key& key, const Moment& moment, Effects& effects) {
  model.mode = Typing{};
  if (const auto digit = digit_of(key))
    go_to_number(model, *digit, moment, effects);
  else
    press_typing(model, key, moment, effects);
}

void press(Model& model, const Key& key, const Moment& moment, Effects& effects) {
  model.message.reset();
  const auto mode = model.mode;
  std::visit(core::overloaded{
                 [&](const Typing&) { press_typing(model, key, moment, effects); },
                 [&](const Prefixed&) { press_prefixed(model, key, moment, effects); },
                 [&](const Asking& asking) { press_asking(model, asking, key, effects); },
                 [&](const ShowingHelp& help) { press_help(model, help, key); },
                 [&](const ShowingNumbers&) { press_numbers(model, key, moment, effects); },
             },
             mode);
}

void take_paste(Model& model, const term::Paste& pasted, const Moment& moment, Effects& effects) {
  auto* pane = model.focused();
  if (!pane || !std::holds_alternative<Typing>(model.mode)) return;  // never an answer to a question
  if (pane->scrollback)
    paste(*pane->scrollback, pasted.text);
  else
    type(model, *pane, pasted, moment, effects);
}

void take_input(Model& model, const term::Input& input, const Moment& moment, Effects& effects) {
  std::visit(core::overloaded{
                 [&](const Key& key) { press(model, key, moment, effects); },
                 [&](const term::Mouse& mouse) { point(model, mouse, moment, effects); },
                 [&](const term::Paste& pasted) { take_paste(model, pasted, moment, effects); },
                 [&](const term::Focus&) {
                   if (auto* pane = model.focused()) type(model, *pane, input, moment, effects);
                 },
                 [](const term::Unknown&) {},
             },
             input);
}

// What only one terminal may answer or do: the supervisor's answers, the focused pane rings and copies.
void drain(const Model& model, Pane& pane, Effects& effects) {
  pane.terminal.take_replies();
  if (pane.terminal.take_bells() > 0) effects.push_back(Ring{});
  auto text = pane.terminal.take_clipboard();
  if (text && &pane == model.focused()) effects.push_back(Copy{std::move(*text)});
}

void take_output(Model& model, const Output& output, Effects& effects) {
  auto* pane = model.find(output.name);
  if (!pane) return;
  pane->terminal.write(output.bytes);
  drain(model, *pane, effects);
  if (pane->scrollback) settle(*pane->scrollback, pane->terminal, rows_seen(model, *pane));
}

void resize_terminal(const Model& model, Pane& pane, term::Size size) {
  pane.terminal.resize(size);
  if (pane.scrollback) settle(*pane.scrollback, pane.terminal, rows_seen(model, pane));
}

void take_attached(Model& model, const Attached& attached, Effects& effects) {
  auto* pane = model.find(attached.name);
  if (!pane) return;
  pane->attached = true;
  pane->interactive = attached.interactive;
  if (attached.interactive) return resize_terminal(model, *pane, attached.size);
  pane->terminal = term::Terminal{pane->terminal.size()};  // its last lines come again
  pane->wanted = {0, 0};                                   // it has our size
  fit(model, effects);
}

void take_resize(Model& model, term::Size screen, Effects& effects) {
  model.screen = {std::max(1, screen.columns), std::max(1, screen.rows)};
  model.drag.reset();
  if (auto* help = std::get_if<ShowingHelp>(&model.mode))
    help->first = std::min(help->first, last_of_help(model.screen, model.settings));
  fit(model, effects);
}

void tick(Model& model, const Moment& moment) {
  if (model.message && model.message->until <= moment.now) model.message.reset();
  if (const auto* numbers = std::get_if<ShowingNumbers>(&model.mode); numbers && numbers->until <= moment.now)
    model.mode = Typing{};
}

}  // namespace

Effects update(Model& model, const Event& event, const Moment& moment) {
  Effects effects;
  std::visit(core::overloaded{
                 [&](const term::Input& input) { take_input(model, input, moment, effects); },
                 [&](const Resized& resized) { take_resize(model, resized.size, effects); },
                 [&](const Attached& attached) { take_attached(model, attached, effects); },
                 [&](const Output& output) { take_output(model, output, effects); },
                 [&](const TerminalResized& resized) {
                   if (auto* pane = model.find(resized.name)) resize_terminal(model, *pane, resized.size);
                 },
                 [&](const Detached& detached) {
                   if (auto* pane = model.find(detached.name)) pane->attached = false;
                 },
                 [&](const StatusKnown& known) { take_status(model, known.status, moment, effects); },
                 [&](const core::Event& change) { take_change(model, change, moment, effects); },
                 [&](const Refused& refused) { say(model, refused.why, moment, effects); },
                 [&](const Tick&) { tick(model, moment); },
             },
             event);
  return effects;
}

}  // namespace pm::panes
