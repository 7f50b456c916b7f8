#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pm/core/time.h"

namespace pm::panes {

/// When the screen is drawn: about thirty times a second in a flood, at once after a pause, and at once when
/// the program in the focused pane answers a key. Pure.
class Pace {
 public:
  static constexpr core::Duration kBetweenFrames = std::chrono::milliseconds{33};
  /// What comes later has nothing to do with the key.
  static constexpr core::Duration kEcho = std::chrono::milliseconds{100};

  /// A key was handed to that program.
  void sent(std::string_view pane, core::TimePoint now);
  /// It wrote something; whether that is to be seen at once.
  bool answers(std::string_view pane, core::TimePoint now);
  /// When what has changed now may be drawn.
  core::TimePoint due(core::TimePoint now) const;
  void drawn(core::TimePoint now) { drawn_at_ = now; }

 private:
  std::string awaited_;  // the pane; empty: none
  core::TimePoint awaited_until_;
  std::optional<core::TimePoint> drawn_at_;
};

}  // namespace pm::panes
