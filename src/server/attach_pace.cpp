#include "attach_pace.h"

namespace pm::server {

AttachPace::When AttachPace::when(core::TimePoint now) const {
  if (frame_bytes_ >= kFrameBytes && now < next_frame()) return When::next_frame;
  return now - sent_ >= kCalm ? When::now : When::in_turn;
}

void AttachPace::note_sent(std::size_t bytes, core::TimePoint now) {
  sent_ = now;
  if (now >= next_frame()) {
    frame_ = now;
    frame_bytes_ = 0;
  }
  frame_bytes_ += bytes;
}

}  // namespace pm::server
