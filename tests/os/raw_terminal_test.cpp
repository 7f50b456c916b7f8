#include "pm/os/raw_terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <optional>

#include "pm/os/pipe.h"
#include "pm/os/wait.h"

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

// As Linux was before 5.9 (seccomp(2)).
void forget_close_range() {
  sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{.len = std::size(rules), .filter = rules};
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

// Until nobody has the terminal any more, the guard among them.
std::string shown_until_the_end(const Pty& pty) {
  std::string all;
  while (wait_readable({{pty.master.get()}}, std::chrono::seconds{30})) {
    char room[256];
    const auto size = read_some(pty.master.get(), room);
    if (size == std::size_t{0}) return all;
    all.append(room, size.value_or(0));
  }
  return all + " (and it goes on)";
}

TEST(RawTerminal, IsGuardedWithoutCloseRange) {
  auto pty = open_pty({});
  ASSERT_TRUE(pty);
  const auto killed = ::fork();
  if (killed == 0) {
    forget_close_range();
    pty->master.reset();
    const auto raw = RawTerminal::enter(pty->slave.get(), "bye");
    ::raise(SIGKILL);
  }
  pty->slave.reset();
  EXPECT_EQ(shown_until_the_end(*pty), "bye");
  termios after{};
  ASSERT_EQ(::tcgetattr(pty->master.get(), &after), 0) << "that of the other side";
  EXPECT_TRUE(after.c_lflag & ICANON);
  ::waitpid(killed, nullptr, 0);
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

TEST(RawTerminal, NeedsOneThatCanBeWrittenTo) {
  const auto pipe = make_pipe();
  EXPECT_FALSE(RawTerminal::enter(pipe->write.get(), ""));
  const auto pty = open_pty({});
  const UniqueFd reading{::open(::ttyname(pty->slave.get()), O_RDONLY | O_NOCTTY | O_CLOEXEC)};
  const auto raw = RawTerminal::enter(reading.get(), "");
  ASSERT_FALSE(raw);
  EXPECT_EQ(raw.error().what, "cannot write to the terminal");
  EXPECT_FALSE(is_raw(*pty));
}

TEST(RawTerminal, IsTakenAgainAfterAShell) {
  const auto pty = open_pty({});
  ASSERT_TRUE(pty);
  const auto before = attributes(*pty);
  auto raw = RawTerminal::enter(pty->slave.get(), "bye");
  ASSERT_TRUE(raw);
  ::tcsetattr(pty->slave.get(), TCSANOW, &before);
  raw->take_again();
  EXPECT_TRUE(is_raw(*pty));
  EXPECT_EQ(shown(*pty), "bye");
}

TEST(TerminalSizeOf, IsBounded) {
  const auto pty = open_pty({20'000, 3});
  EXPECT_EQ(terminal_size(pty->slave.get()), (TerminalSize{core::kLargestTerminal.columns, 3}));
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
