#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pm/core/error.h"
#include "pm/core/written.h"
#include "pm/term/keys.h"
#include "pm/term/layout.h"

namespace pm::panes {

/// What a key after the prefix does.
enum class Action : std::uint8_t {
  focus_up,
  focus_down,
  focus_left,
  focus_right,
  focus_next,
  numbers,
  zoom,
  scrollback,
  page_up,
  next_layout,
  next_page,
  previous_page,
  start,
  stop,
  restart,
  grow,
  shrink,
  log,
  help,
  detach,
  quit,
};

/// An action as pm.toml and the help name it, with the keys that it has if nobody says otherwise.
struct ActionWords {
  Action action;
  std::string_view name;  ///< "focus-up"
  std::string_view keys;  ///< as of term::parse_key, with blanks between
  std::string_view does;  ///< for the help
};
std::span<const ActionWords> action_words();

struct Binding {
  term::Key key;
  Action action;
  friend bool operator==(const Binding&, const Binding&) = default;
};

/// How the panes are used.
struct Settings {
  term::Key prefix;
  term::Layout layout = term::Layout::tiled;
  std::vector<Binding> bindings;  ///< in the order of action_words()

  std::optional<Action> action_of(const term::Key& key) const;
  /// "C-b z", its first key; "C-b" and nothing else if it has none.
  std::string shown(Action action) const;
};

/// What [panes] of pm.toml says.
struct Wishes {
  std::optional<core::Written> prefix, layout;
  std::vector<std::pair<core::Written, core::Written>> keys;  ///< action, key
};

/// The settings that `wishes` make of the defaults. A key that is given to an action is taken from the one
/// that has it by default, and so is the prefix. Errors: bad_input, for each word that means nothing, each
/// key that is given to two, and the prefix where it is given to an action.
core::Checked<Settings> settings_of(const Wishes& wishes);

}  // namespace pm::panes
