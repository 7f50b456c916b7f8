#include "pm/keeper/protocol.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "pm/os/syscall.h"

namespace pm::keeper {

namespace {

constexpr std::uint8_t kVersion = 1;

struct Header {
  std::uint8_t version = kVersion;
  Kind kind{};
  std::uint16_t size = 0;  // of the payload
};

using Control = std::array<char, CMSG_SPACE(sizeof(int) * kMostDescriptors)>;

void attach(msghdr& message, Control& control, std::span<const int> descriptors) {
  if (descriptors.empty()) return;
  message.msg_control = control.data();
  message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
  auto* rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(descriptors.size_bytes());
  std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size_bytes());
}

void take_descriptors(msghdr& received, Message& message) {
  std::size_t taken = 0;
  for (auto* part = CMSG_FIRSTHDR(&received); part; part = CMSG_NXTHDR(&received, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const auto count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
      os::UniqueFd descriptor{fd};  // more than there is room for are closed
      if (taken < kMostDescriptors) message.descriptors[taken++] = std::move(descriptor);
    }
  }
}

}  // namespace

bool send(int link, Kind kind, std::string_view payload, std::span<const int> descriptors) {
  if (payload.size() > kMostPayload || descriptors.size() > kMostDescriptors) {
    errno = EMSGSIZE;
    return false;
  }
  Header header{.kind = kind, .size = static_cast<std::uint16_t>(payload.size())};
  iovec parts[] = {{&header, sizeof header}, {const_cast<char*>(payload.data()), payload.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = std::size(parts);
  alignas(cmsghdr) Control control{};
  attach(message, control, descriptors);
  return os::retry([&] { return ::sendmsg(link, &message, MSG_DONTWAIT | MSG_NOSIGNAL); }) != -1;
}

Received receive(int link, Message& message) {
  for (;;) {
    Header header{};
    iovec parts[] = {{&header, sizeof header}, {message.bytes.data(), message.bytes.size()}};
    msghdr received{};
    received.msg_iov = parts;
    received.msg_iovlen = std::size(parts);
    alignas(cmsghdr) Control control{};
    received.msg_control = control.data();
    received.msg_controllen = control.size();
    const auto size = os::retry([&] { return ::recvmsg(link, &received, MSG_DONTWAIT | MSG_CMSG_CLOEXEC); });
    if (size == -1 && errno == EAGAIN) return Received::nothing;
    if (size <= 0) return Received::ended;
    for (auto& descriptor : message.descriptors) descriptor.reset();
    take_descriptors(received, message);
    if (static_cast<std::size_t>(size) < sizeof header) continue;
    const auto rest = static_cast<std::size_t>(size) - sizeof header;
    if (header.version != kVersion || header.size != rest || (received.msg_flags & MSG_TRUNC)) continue;
    message.kind = header.kind;
    message.size = rest;
    return Received::message;
  }
}

bool send_signal(int link, int number) {
  const char byte = static_cast<char>(number);
  return send(link, Kind::signal, {&byte, 1});
}

std::optional<int> signal_of(const Message& message) {
  if (message.kind != Kind::signal || message.size != 1) return std::nullopt;
  return static_cast<unsigned char>(message.bytes[0]);
}

bool send_socket(int link, int listener, SocketFile file, std::string_view path) {
  std::array<char, kMostPayload> payload;
  if (path.size() > payload.size() - sizeof file) {
    errno = EMSGSIZE;
    return false;
  }
  std::memcpy(payload.data(), &file, sizeof file);
  std::memcpy(payload.data() + sizeof file, path.data(), path.size());
  return send(link, Kind::socket, {payload.data(), sizeof file + path.size()}, {&listener, 1});
}

std::optional<SocketPlace> socket_of(const Message& message) {
  if (message.kind != Kind::socket || message.size <= sizeof(SocketFile)) return std::nullopt;
  SocketPlace place;
  std::memcpy(&place.file, message.bytes.data(), sizeof place.file);
  place.path = message.payload().substr(sizeof place.file);
  return place;
}

}  // namespace pm::keeper
