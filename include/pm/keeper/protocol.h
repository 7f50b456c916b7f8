#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "pm/os/unique_fd.h"

namespace pm::keeper {

/// What a keeper and the process below it tell each other over their link, a pair of SOCK_SEQPACKET sockets:
/// one datagram a message, a header of four bytes and at most kMostPayload bytes after it, with at most
/// kMostDescriptors descriptors (SCM_RIGHTS, unix(7)). Nobody waits for an answer. A message of a kind that
/// is not known, or of a later version, is passed over and its descriptors are closed, so that either side
/// may be the older one: a supervisor that hands over the descriptors of its children for the next one to
/// take up needs new kinds, and nothing else.
enum class Kind : std::uint8_t {
  // From the keeper.
  signal = 1,    ///< the keeper got it, and it is meant for the supervisor; payload: its number, one byte
  orphaned = 2,  ///< the process that people know was killed; there is no payload
  // From the supervisor; a keeper with another one above it passes them on.
  socket = 65,  ///< it listens; payload: SocketFile and the path; descriptor: the listener
  cgroup = 66,  ///< where the cgroups of its children are; payload: the path of their directory
  voice = 67,   ///< what to say is to be written there from now on; descriptor: that of a file
};

/// The file of a control socket, for whoever is to remove it: only while it is this very one.
struct SocketFile {
  std::uint64_t device = 0, inode = 0;
};

inline constexpr std::size_t kMostPayload = 4200;  // a path of PATH_MAX bytes, and what goes with it
inline constexpr std::size_t kMostDescriptors = 16;

/// A message as it was received. It holds no memory of its own but what it is made of.
struct Message {
  Kind kind{};
  std::array<char, kMostPayload> bytes;
  std::size_t size = 0;
  std::array<os::UniqueFd, kMostDescriptors> descriptors;

  std::string_view payload() const { return {bytes.data(), size}; }
};

/// Never waits. False, and errno is set, if it could not be sent: the other side is gone (EPIPE), hears
/// nothing any more (EAGAIN), or the payload is too long (EMSGSIZE). Allocates nothing.
bool send(int link, Kind kind, std::string_view payload = {}, std::span<const int> descriptors = {});

enum class Received {
  message,  ///< there is one
  nothing,  ///< no more for now
  ended,    ///< the other side is gone
};

/// The next message, without waiting for one. Allocates nothing.
Received receive(int link, Message& message);

/// A `signal` message.
bool send_signal(int link, int number);
std::optional<int> signal_of(const Message& message);

/// A `socket` message.
bool send_socket(int link, int listener, SocketFile file, std::string_view path);
/// nullopt if it is none. The path is part of the message.
struct SocketPlace {
  SocketFile file;
  std::string_view path;
};
std::optional<SocketPlace> socket_of(const Message& message);

}  // namespace pm::keeper
