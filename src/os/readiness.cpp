#include "pm/os/readiness.h"

#include <sys/epoll.h>

#include "pm/os/syscall.h"

namespace pm::os {

core::Result<UniqueFd> readiness_of(int fd) {
  UniqueFd readiness{::epoll_create1(EPOLL_CLOEXEC)};
  epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
  if (!readiness || ::epoll_ctl(readiness.get(), EPOLL_CTL_ADD, fd, &event) == -1)
    return system_error("cannot wait for input");
  return readiness;
}

}  // namespace pm::os
