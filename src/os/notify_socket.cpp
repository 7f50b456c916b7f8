#include "pm/os/notify_socket.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "pm/os/syscall.h"

namespace pm::os {

core::Result<NotifySocket> NotifySocket::open(std::string_view address) {
  const bool known = address.starts_with('/') || (address.starts_with('@') && address.size() > 1);
  if (!known || address.size() >= sizeof sockaddr_un{}.sun_path)
    return core::Error{.what = fmt::format("'{}' is no socket that pm can tell anything", address)};
  UniqueFd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (!socket) return system_error("cannot make a socket for the service manager");
  return NotifySocket{std::move(socket), std::string{address}};
}

core::Result<bool> NotifySocket::send(std::string_view news) const {
  sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
  std::copy(address_.begin(), address_.end(), name.sun_path);
  if (address_.front() == '@') name.sun_path[0] = '\0';
  // The length counts: in the abstract namespace zeroes belong to the name.
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  const auto sent = retry([&] {
    return ::sendto(socket_.get(), news.data(), news.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                    reinterpret_cast<const sockaddr*>(&name), length);
  });
  if (sent >= 0) return true;
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) return false;
  return system_error(fmt::format("cannot tell the service manager at '{}' anything", address_));
}

}  // namespace pm::os
