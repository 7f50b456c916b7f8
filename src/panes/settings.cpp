#include "pm/panes/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "pm/core/suggest.h"

namespace pm::panes {

using core::Error;
using core::Written;
using term::Key;

std::span<const ActionWords> action_words() {
  static constexpr ActionWords kWords[] = {
      {Action::focus_up, "focus-up", "Up", "go to the pane above"},
      {Action::focus_down, "focus-down", "Down", "go to the pane below"},
      {Action::focus_left, "focus-left", "Left", "go to the pane on the left"},
      {Action::focus_right, "focus-right", "Right", "go to the pane on the right"},
      {Action::focus_next, "focus-next", "o", "go to the next pane"},
      {Action::numbers, "numbers", "q", "show the numbers of the panes, a digit then goes there"},
      {Action::zoom, "zoom", "z", "give the pane the whole screen, and take it back"},
      {Action::scrollback, "scrollback", "[", "look back, search and copy"},
      {Action::page_up, "page-up", "PageUp", "look back, one page at once"},
      {Action::next_layout, "next-layout", "Space", "take the next layout"},
      {Action::next_page, "next-page", "n", "go to the next page of panes"},
      {Action::previous_page, "previous-page", "p", "go to the page before"},
      {Action::start, "start", "s", "start the process"},
      {Action::stop, "stop", "x", "stop the process (asks)"},
      {Action::restart, "restart", "r", "restart the process"},
      {Action::grow, "grow", "+", "one more process of this type"},
      {Action::shrink, "shrink", "-", "one process less of this type (asks)"},
      {Action::log, "log", "l", "show or hide the log of all processes"},
      {Action::help, "help", "?", "show these keys"},
      {Action::detach, "detach", "d", "leave; everything runs on"},
      {Action::quit, "quit", "Q", "stop everything and end (asks)"},
  };
  return kWords;
}

std::optional<Action> Settings::action_of(const Key& key) const {
  const auto found = std::find_if(bindings.begin(), bindings.end(),
                                  [&](const Binding& binding) { return binding.key == key; });
  return found == bindings.end() ? std::nullopt : std::optional{found->action};
}

std::string Settings::shown(Action action) const {
  const auto found = std::find_if(bindings.begin(), bindings.end(),
                                  [&](const Binding& binding) { return binding.action == action; });
  const auto first = term::to_string(prefix);
  return found == bindings.end() ? first : fmt::format("{} {}", first, term::to_string(found->key));
}

namespace {

constexpr std::string_view kPrefix = "C-b";

std::vector<std::string> action_names() {
  std::vector<std::string> names;
  for (const auto& words : action_words()) names.emplace_back(words.name);
  return names;
}

std::vector<std::string> layout_names() {
  std::vector<std::string> names;
  auto layout = term::Layout::tiled;
  do {
    names.emplace_back(term::to_string(layout));
    layout = term::next(layout);
  } while (layout != term::Layout::tiled);
  return names;
}

std::vector<Binding> default_bindings() {
  std::vector<Binding> bindings;
  for (const auto& words : action_words()) bindings.push_back({*term::parse_key(words.keys), words.action});
  return bindings;
}

// Turns what is written into what is meant, and collects what makes no sense.
class Reading {
 public:
  std::optional<Key> key(const Written& written) {
    auto key = term::parse_key(written.text);
    if (key) return *key;
    auto fault = key.error();
    faults.push_back(written.wrong(std::move(fault.what), "this is no key", std::move(fault.hint)));
    return std::nullopt;
  }

  std::optional<term::Layout> layout(const Written& written) {
    if (const auto known = term::parse_layout(written.text)) return known;
    faults.push_back(written.wrong(fmt::format("there is no layout '{}'", written.text), "unknown layout",
                                   core::did_you_mean(written.text, layout_names())));
    return std::nullopt;
  }

  std::optional<Action> action(const Written& written) {
    for (const auto& words : action_words())
      if (words.name == written.text) return words.action;
    faults.push_back(written.wrong(fmt::format("the panes have no action '{}'", written.text),
                                   "unknown action", core::did_you_mean(written.text, action_names())));
    return std::nullopt;
  }

  std::vector<Error> faults;
};

bool stands_before(const Error& a, const Error& b) {
  return a.where && b.where &&
         std::tie(a.where->line, a.where->column) < std::tie(b.where->line, b.where->column);
}

struct Given {
  Binding binding;
  const Written* place;
};

std::vector<Given> given_bindings(const Wishes& wishes, const Key& prefix, Reading& reading) {
  std::vector<Given> given;
  for (const auto& [action, key] : wishes.keys) {
    const auto what = reading.action(action);
    const auto pressed = reading.key(key);
    if (!what || !pressed) continue;
    if (*pressed == prefix) {
      reading.faults.push_back(
          key.wrong(fmt::format("'{}' is the prefix: twice, it goes to the program", key.text),
                    "no action can have the prefix", "give it another key"));
      continue;
    }
    const auto twin = std::find_if(given.begin(), given.end(),
                                   [&](const Given& other) { return other.binding.key == *pressed; });
    if (twin == given.end())
      given.push_back({{*pressed, *what}, &key});
    else
      reading.faults.push_back(
          key.wrong(fmt::format("'{}' is given to two actions", key.text), "it is another action's already"));
  }
  return given;
}

std::vector<Binding> with(const std::vector<Given>& given) {
  auto bindings = default_bindings();
  for (auto& binding : bindings)
    for (const auto& [wish, place] : given)
      if (binding.action == wish.action) binding.key = wish.key;
  std::erase_if(bindings, [&](const Binding& binding) {
    return std::any_of(given.begin(), given.end(), [&](const Given& other) {
      return other.binding.key == binding.key && other.binding.action != binding.action;
    });
  });
  return bindings;
}

}  // namespace

core::Checked<Settings> settings_of(const Wishes& wishes) {
  Reading reading;
  Settings settings{.prefix = *term::parse_key(kPrefix), .bindings = {}};
  if (wishes.prefix) settings.prefix = reading.key(*wishes.prefix).value_or(settings.prefix);
  if (wishes.layout) settings.layout = reading.layout(*wishes.layout).value_or(settings.layout);
  settings.bindings = with(given_bindings(wishes, settings.prefix, reading));
  std::erase_if(settings.bindings, [&](const Binding& binding) { return binding.key == settings.prefix; });
  if (reading.faults.empty()) return settings;
  std::stable_sort(reading.faults.begin(), reading.faults.end(), stands_before);
  return std::move(reading.faults);
}

}  // namespace pm::panes
