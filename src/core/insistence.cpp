#include "pm/core/insistence.h"

namespace pm::core {

Insistence::Demand Insistence::hear(int signal, bool to_group, TimePoint now) {
  if (!first_) {
    first_ = First{signal, to_group, now};
    return Demand::end;
  }
  const bool same = signal == first_->signal && to_group != first_->to_group && now - first_->at < kOneBreath;
  return same ? Demand::nothing : Demand::kill;
}

}  // namespace pm::core
