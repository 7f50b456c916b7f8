#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "pm/core/snapshot.h"
#include "pm/term/keys.h"

namespace pm::panes {

// What happens to the panes.

struct Resized {
  term::Size size;
};
struct Attached {
  std::string name;
  bool interactive = true;
  term::Size size;  ///< of the program's terminal; of no meaning where it has none
};
struct Output {  ///< of an instance's terminal, or of the log
  std::string name;
  std::string_view bytes;  ///< valid until update() returns
};
struct TerminalResized {  ///< by whoever decides over its size
  std::string name;
  term::Size size;
};
struct Detached {  ///< the instance is gone, or the connection to it
  std::string name;
};
struct StatusKnown {
  core::StatusSnapshot status;
};
struct Refused {  ///< the supervisor did not do what it was asked
  std::string why;
};
struct Tick {};

using Event = std::variant<term::Input, Resized, Attached, Output, TerminalResized, Detached, StatusKnown,
                           core::Event, Refused, Tick>;

}  // namespace pm::panes
