#include <tuple>

#include "pm/core/process.h"

namespace pm::core {

namespace {

std::string word(const std::optional<Written>& written) { return written ? written->text : std::string{}; }

}  // namespace

Standing merged(Standing base, const Standing& over) {
  const auto take = [](auto& value, const auto& better) {
    if (better) value = better;
  };
  take(base.nice, over.nice);
  take(base.oom_score_adj, over.oom_score_adj);
  take(base.umask, over.umask);
  if (over.user) base.group.reset();
  take(base.user, over.user);
  take(base.group, over.group);
  return base;
}

bool same_standing(const Standing& a, const Standing& b) {
  return std::tie(a.nice, a.oom_score_adj, a.umask) == std::tie(b.nice, b.oom_score_adj, b.umask) &&
         word(a.user) == word(b.user) && word(a.group) == word(b.group);
}

}  // namespace pm::core
