#include "pm/os/port.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "pm/os/unique_fd.h"

namespace pm::os {

bool port_is_taken(int port) {
  const UniqueFd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!socket) return false;
  const int on = 1;  // connections that linger after their server has ended do not matter (socket(7))
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<in_port_t>(port));
  const bool bound = ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  return !bound && errno == EADDRINUSE;
}

}  // namespace pm::os
