#include "pm/os/unique_fd.h"

#include <unistd.h>

namespace pm::os {

void UniqueFd::reset() noexcept {
  if (fd_ >= 0) ::close(fd_);  // not retried on EINTR: Linux has freed the number by then (close(2))
  fd_ = -1;
}

}  // namespace pm::os
