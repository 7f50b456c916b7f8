#include "pm/keeper/protocol.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace pm::keeper {

class Protocol : public testing::Test {
 protected:
  Protocol() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0) {
      here_ = os::UniqueFd{ends[0]};
      there_ = os::UniqueFd{ends[1]};
    }
  }
  int here() const { return here_.get(); }
  int there() const { return there_.get(); }
  void hang_up() { here_.reset(); }

  Received receive() { return keeper::receive(there(), message_); }
  /// What another version of pm may send.
  void send_raw(const std::string& bytes) {
    EXPECT_EQ(::write(here(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }

  Message message_;

 private:
  os::UniqueFd here_, there_;
};

TEST_F(Protocol, CarriesASignal) {
  ASSERT_TRUE(send_signal(here(), 64));
  ASSERT_EQ(receive(), Received::message);
  EXPECT_EQ(signal_of(message_), 64);
  EXPECT_EQ(receive(), Received::nothing);
}

TEST_F(Protocol, KeepsTheOrder) {
  for (const int signal : {15, 2, 15}) ASSERT_TRUE(send_signal(here(), signal));
  for (const int signal : {15, 2, 15}) {
    ASSERT_EQ(receive(), Received::message);
    EXPECT_EQ(signal_of(message_), signal);
  }
}

TEST_F(Protocol, CarriesWhereTheSocketIsAndTheSocketItself) {
  const std::string path(4000, 'p');
  ASSERT_TRUE(send_socket(here(), here(), {.device = 7, .inode = 11}, path));
  ASSERT_EQ(receive(), Received::message);
  const auto place = socket_of(message_);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->file.device, 7u);
  EXPECT_EQ(place->file.inode, 11u);
  EXPECT_EQ(place->path, path);
  ASSERT_TRUE(message_.descriptors[0]);
  EXPECT_NE(message_.descriptors[0].get(), here());
  EXPECT_EQ(::fcntl(message_.descriptors[0].get(), F_GETFD), FD_CLOEXEC);
  EXPECT_FALSE(message_.descriptors[1]);
}

TEST_F(Protocol, TakesNoMessageForAnother) {
  ASSERT_TRUE(send(here(), Kind::cgroup, "/sys/fs/cgroup/pm"));
  ASSERT_EQ(receive(), Received::message);
  EXPECT_EQ(message_.payload(), "/sys/fs/cgroup/pm");
  EXPECT_EQ(signal_of(message_), std::nullopt);
  EXPECT_EQ(socket_of(message_), std::nullopt);
}

TEST_F(Protocol, ClosesTheDescriptorsOfTheLastMessage) {
  const int sent = here();
  ASSERT_TRUE(send(here(), Kind::voice, {}, {&sent, 1}));
  ASSERT_EQ(receive(), Received::message);
  const int received = message_.descriptors[0].get();
  ASSERT_TRUE(send(here(), Kind::orphaned));
  ASSERT_EQ(receive(), Received::message);
  EXPECT_EQ(message_.kind, Kind::orphaned);
  EXPECT_FALSE(message_.descriptors[0]);
  EXPECT_EQ(::fcntl(received, F_GETFD), -1);
}

TEST_F(Protocol, PassesOverWhatItCannotRead) {
  send_raw(std::string{"\x02\x01\x01\x00\x0f", 5});  // of a later version
  send_raw(std::string{"\x01\x01\x09\x00\x0f", 5});  // shorter than it says
  send_raw("\x01");                                  // shorter than its head
  ASSERT_TRUE(send_signal(here(), 9));
  ASSERT_EQ(receive(), Received::message);
  EXPECT_EQ(signal_of(message_), 9);
}

TEST_F(Protocol, HandsOutKindsThatItDoesNotKnow) {
  send_raw(std::string{"\x01\xc8\x02\x00hi", 6});
  ASSERT_EQ(receive(), Received::message);
  EXPECT_EQ(static_cast<int>(message_.kind), 200);
  EXPECT_EQ(message_.payload(), "hi");
}

TEST_F(Protocol, RefusesWhatIsTooLong) {
  EXPECT_FALSE(send(here(), Kind::cgroup, std::string(kMostPayload + 1, 'x')));
  EXPECT_EQ(errno, EMSGSIZE);
  EXPECT_FALSE(send_socket(here(), here(), {}, std::string(kMostPayload, 'x')));
  EXPECT_EQ(errno, EMSGSIZE);
  EXPECT_EQ(receive(), Received::nothing);
}

TEST_F(Protocol, TellsTheEnd) {
  ASSERT_TRUE(send_signal(here(), 9));
  hang_up();
  EXPECT_EQ(receive(), Received::message);
  EXPECT_EQ(receive(), Received::ended);
  EXPECT_FALSE(send_signal(there(), 9));
  EXPECT_EQ(errno, EPIPE);
}

TEST_F(Protocol, NeverWaitsForRoom) {
  while (send_signal(here(), 1)) continue;
  EXPECT_EQ(errno, EAGAIN);
}

}  // namespace pm::keeper
