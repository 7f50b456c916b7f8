#pragma once

#include <cstddef>

#include "pm/core/time.h"

namespace pm::server {

/// When a viewer who has news is served. Pure.
class AttachPace {
 public:
  /// Who has got nothing for so long is served at once; in a flood everybody waits for a turn.
  static constexpr core::Duration kCalm = std::chrono::milliseconds{5};
  /// Who has been sent so much within a frame of a screen waits for the next one: nobody reads faster, and
  /// what is too much by then costs neither side anything.
  static constexpr std::size_t kFrameBytes = 64 << 10;
  static constexpr core::Duration kFrame = std::chrono::milliseconds{16};

  enum class When { now, in_turn, next_frame };
  When when(core::TimePoint now) const;
  /// The end of the frame that the last bytes fell into.
  core::TimePoint next_frame() const { return frame_ + kFrame; }

  void note_sent(std::size_t bytes, core::TimePoint now);

 private:
  core::TimePoint sent_{}, frame_{};  // the last time, the beginning of the frame
  std::size_t frame_bytes_ = 0;
};

}  // namespace pm::server
