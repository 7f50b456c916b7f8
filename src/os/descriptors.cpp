#include "pm/os/descriptors.h"

#include <sys/resource.h>

#include <limits>

namespace pm::os {

std::size_t descriptors_above(int fd) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_cur == RLIM_INFINITY)
    return std::numeric_limits<std::size_t>::max();
  const auto next = static_cast<rlim_t>(fd) + 1;
  return limit.rlim_cur > next ? limit.rlim_cur - next : 0;
}

}  // namespace pm::os
