#pragma once

#include <string>
#include <variant>
#include <vector>

#include "pm/core/operation.h"
#include "pm/core/time.h"
#include "pm/term/cell.h"

namespace pm::panes {

// What the panes want done. Instances go by their names.

struct Attach {  ///< or, while that is under way, another size
  std::string name;
  term::Size size;
  friend bool operator==(const Attach&, const Attach&) = default;
};
struct Detach {
  std::string name;
  friend bool operator==(const Detach&, const Detach&) = default;
};
struct FollowLog {
  friend bool operator==(const FollowLog&, const FollowLog&) = default;
};
struct LeaveLog {
  friend bool operator==(const LeaveLog&, const LeaveLog&) = default;
};
struct Send {  ///< what was typed, for the program
  std::string name, bytes;
  friend bool operator==(const Send&, const Send&) = default;
};
struct Resize {
  std::string name;
  term::Size size;
  friend bool operator==(const Resize&, const Resize&) = default;
};
struct Operate {
  core::Verb verb;
  std::string name;
  friend bool operator==(const Operate&, const Operate&) = default;
};
struct Scale {
  std::string type, change;  ///< "+1"
  friend bool operator==(const Scale&, const Scale&) = default;
};
struct ShutDown {  ///< of the supervisor
  friend bool operator==(const ShutDown&, const ShutDown&) = default;
};
struct FetchStatus {
  friend bool operator==(const FetchStatus&, const FetchStatus&) = default;
};
struct Leave {
  friend bool operator==(const Leave&, const Leave&) = default;
};
struct Copy {  ///< into the clipboard of the outer terminal
  std::string text;
  friend bool operator==(const Copy&, const Copy&) = default;
};
struct Ring {
  friend bool operator==(const Ring&, const Ring&) = default;
};
struct WakeAt {  ///< send a Tick then
  core::TimePoint at;
  friend bool operator==(const WakeAt&, const WakeAt&) = default;
};

using Effect = std::variant<Attach, Detach, FollowLog, LeaveLog, Send, Resize, Operate, Scale, ShutDown,
                            FetchStatus, Leave, Copy, Ring, WakeAt>;
using Effects = std::vector<Effect>;

}  // namespace pm::panes
