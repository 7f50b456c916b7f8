#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "pm/core/snapshot.h"
#include "pm/core/time.h"
#include "pm/term/terminal.h"
#include "scrollback.h"

namespace pm::panes {

/// The pane of the merged log; no instance is called that, for their names have a dot.
inline constexpr auto kLogName = "log";

/// One instance, or the merged log, as a terminal.
struct Pane {
  explicit Pane(std::string its_name, term::Size size = {}) : name{std::move(its_name)}, terminal{size} {}

  bool is_log() const { return name == kLogName; }
  bool is_up() const { return process && (process->state == "running" || process->state == "starting"); }

  std::string name;  ///< "web.1"
  term::Terminal terminal;
  std::optional<core::ProcessSnapshot> process = {};  ///< nullopt: the log, or not known yet
  core::TimePoint known_at = {};                      ///< when `process` was true
  std::deque<double> cpu = {};                        ///< in percent, one a second, the latest at the back
  bool attached = false;
  bool interactive = true;     ///< has a terminal that can be typed to and resized
  term::Size wanted = {0, 0};  ///< what was asked for last; 0 × 0: nothing
  std::uint64_t seen = 0;      ///< Model::fits when it was seen last; 0: never
  std::optional<Scrollback> scrollback = {};
};

/// How many seconds of CPU a pane remembers.
inline constexpr std::size_t kCpuSamples = 60;

}  // namespace pm::panes
