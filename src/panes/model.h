#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "effect.h"
#include "pane.h"
#include "pm/panes/settings.h"

namespace pm::panes {

// What the next key is for.
struct Typing {};    ///< the program in the pane, or looking back in it
struct Prefixed {};  ///< the panes themselves
struct Asking {      ///< a question; y has `then` done
  std::string question;
  Effects then;
};
struct ShowingHelp {
  int first = 0;  ///< row that is seen
};
struct ShowingNumbers {
  core::TimePoint until;
};
using Mode = std::variant<Typing, Prefixed, Asking, ShowingHelp, ShowingNumbers>;

struct Message {
  std::string text;
  core::TimePoint until;
};

/// A selection that the mouse is drawing, or may draw: where the button went down.
struct Drag {
  std::string pane;
  Place from;
};

/// All that the panes know; every change goes through update().
struct Model {
  Settings settings;
  term::Size screen;
  std::vector<Pane> panes = {};  ///< as on the screen, page after page
  std::size_t focus = 0;         ///< in `panes`, if there are any
  std::uint64_t fits = 0;        ///< how often fit() has been called
  bool zoomed = false;
  term::Layout layout = term::Layout::tiled;
  Mode mode = Typing{};
  std::optional<Message> message = {};
  std::optional<Drag> drag = {};

  std::string root = {};  ///< of the application
  std::map<std::string, int> formation = {};
  bool shutting_down = false;

  Pane* focused() { return panes.empty() ? nullptr : &panes[focus]; }
  const Pane* focused() const { return panes.empty() ? nullptr : &panes[focus]; }
  Pane* find(std::string_view name);
};

}  // namespace pm::panes
