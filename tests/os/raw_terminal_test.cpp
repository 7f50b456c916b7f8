#include "pm/os/raw_terminal.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>

#include "pm/os/pipe.h"

namespace pm::os {
namespace {

// The end of what it does, in whole programs, is in tests/e2e/attach_test.py.

termios attributes(const Pty& pty) {
  termios found{};
  ::tcgetattr(pty.slave.get(), &found);
  return found;
}

bool is_raw(const Pty& pty) { return (attributes(pty).c_lflag & (ICANON | ECHO | ISIG)) == 0; }

std::string shown(const Pty& pty) {
  char room[256];
  const auto size = read_some(pty.master.get(), room).value_or(0);
  return {room, size};
}

TEST(RawTerminal, LastsForAScope) {
  const auto pty = open_pty({});
  ASSERT_TRUE(pty);
  ASSERT_FALSE(is_raw(*pty));
  {
    auto raw = RawTerminal::enter(pty->slave.get(), "bye");
    ASSERT_TRUE(raw);
    std::optional<RawTerminal> moved{std::move(*raw)};
    EXPECT_TRUE(is_raw(*pty));
    EXPECT_EQ(shown(*pty), "");
  }
  EXPECT_FALSE(is_raw(*pty));
  EXPECT_EQ(shown(*pty), "bye");
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "the guard has gone";
}

TEST(RawTerminal, RestoresHandlers) {
  const auto pty = open_pty({});
  ASSERT_TRUE(pty);
  struct sigaction during {
  }, after{};
  {
    const auto raw = RawTerminal::enter(pty->slave.get(), "");
    ::sigaction(SIGTERM, nullptr, &during);
  }
  ::sigaction(SIGTERM, nullptr, &after);
  EXPECT_NE(during.sa_handler, SIG_DFL);
  EXPECT_EQ(after.sa_handler, SIG_DFL);
}

TEST(RawTerminal, NeedsOne) {
  const auto pipe = make_pipe();
  EXPECT_FALSE(RawTerminal::enter(pipe->read.get(), ""));
}

TEST(WriteSome, TellsHowMuchThereWasRoomFor) {
  auto pipe = make_pipe();
  set_nonblocking(pipe->write.get());
  const std::string much(1 << 20, 'x');
  const auto first = write_some(pipe->write.get(), much);
  ASSERT_TRUE(first);
  EXPECT_GT(*first, 0u);
  EXPECT_LT(*first, much.size());
  EXPECT_EQ(write_some(pipe->write.get(), much), std::size_t{0});
}

TEST(WriteSome, TellsThatNobodyReads) {
  auto pipe = make_pipe();
  pipe->read.reset();
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  EXPECT_EQ(write_some(pipe->write.get(), "x"), std::nullopt);
  std::signal(SIGPIPE, before);
}

}  // namespace
}  // namespace pm::os
