#include "pm/core/insistence.h"

namespace pm::core {

Insistence::Demand Insistence::hear(int signal, TimePoint now) {
  if (!first_) {
    first_ = First{signal, now};
    return Demand::end;
  }
  const bool same = signal == first_->signal && now - first_->at < kOneBreath;
  return same ? Demand::nothing : Demand::kill;
}

}  // namespace pm::core
