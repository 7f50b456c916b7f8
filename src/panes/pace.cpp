#include "pace.h"

#include <algorithm>

namespace pm::panes {

void Pace::sent(std::string_view pane, core::TimePoint now) {
  awaited_ = pane;
  awaited_until_ = now + kEcho;
}

bool Pace::answers(std::string_view pane, core::TimePoint now) {
  if (awaited_.empty() || pane != awaited_) return false;
  awaited_.clear();
  return now <= awaited_until_;
}

core::TimePoint Pace::due(core::TimePoint now) const {
  return drawn_at_ ? std::max(now, *drawn_at_ + kBetweenFrames) : now;
}

}  // namespace pm::panes
