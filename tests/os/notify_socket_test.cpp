#include "pm/os/notify_socket.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <filesystem>

namespace pm::os {
namespace {

using testing::HasSubstr;

/// What systemd has: a socket that gets datagrams, at a path or in the abstract namespace.
class Manager {
 public:
  explicit Manager(std::string address) : address_{std::move(address)} {
    sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
    std::copy(address_.begin(), address_.end(), name.sun_path);
    if (address_.front() == '@') name.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&name), size), 0);
  }
  ~Manager() { std::filesystem::remove(address_); }

  std::string hear() {
    std::array<char, 4096> text;
    const auto size = ::recv(socket_.get(), text.data(), text.size(), MSG_DONTWAIT);
    return size < 0 ? "nothing" : std::string(text.data(), static_cast<std::size_t>(size));
  }
  const std::string& address() const { return address_; }

 private:
  std::string address_;
  UniqueFd socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

std::string path() {
  return fmt::format("{}/pm-notify-{}", std::filesystem::temp_directory_path().string(), ::getpid());
}

TEST(NotifySocket, SendsOneDatagramToAPath) {
  Manager manager{path()};
  const auto socket = NotifySocket::open(manager.address());
  ASSERT_TRUE(socket);
  EXPECT_TRUE(socket->send("READY=1\nSTATUS=well").value());
  EXPECT_EQ(manager.hear(), "READY=1\nSTATUS=well");
}

TEST(NotifySocket, SendsToAnAbstractName) {
  Manager manager{fmt::format("@pm-notify-{}", ::getpid())};
  const auto socket = NotifySocket::open(manager.address());
  ASSERT_TRUE(socket);
  EXPECT_TRUE(socket->send("WATCHDOG=1").value());
  EXPECT_EQ(manager.hear(), "WATCHDOG=1");
}

TEST(NotifySocket, DoesNotWaitForRoom) {
  Manager manager{path()};
  const auto socket = NotifySocket::open(manager.address());
  ASSERT_TRUE(socket);
  int sent = 0;
  while (socket->send("WATCHDOG=1").value()) ASSERT_LT(++sent, 1'000'000);
  EXPECT_EQ(manager.hear(), "WATCHDOG=1");
  EXPECT_TRUE(socket->send("READY=1").value());
}

TEST(NotifySocket, TellsThatNobodyListens) {
  const auto socket = NotifySocket::open(path());
  ASSERT_TRUE(socket);
  const auto sent = socket->send("READY=1");
  ASSERT_FALSE(sent);
  EXPECT_THAT(sent.error().what, HasSubstr("cannot tell the service manager at '" + path()));
}

TEST(NotifySocket, RefusesWhatIsNoAddress) {
  for (const auto& address : {std::string{"vsock:2:1234"}, std::string{"@"}, "/" + std::string(200, 'x')}) {
    const auto socket = NotifySocket::open(address);
    ASSERT_FALSE(socket) << address;
    EXPECT_THAT(socket.error().what, HasSubstr(address));
  }
}

}  // namespace
}  // namespace pm::os
