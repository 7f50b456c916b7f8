#include "pm/os/wait.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "pm/os/pipe.h"

namespace pm::os {
namespace {

using namespace std::chrono_literals;

std::array<UniqueFd, 2> connected() {
  std::array<int, 2> ends{-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  return {UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

TEST(WaitReadable, NamesTheOneThatHasSomething) {
  auto silent = make_pipe().value(), full = make_pipe().value();
  ASSERT_TRUE(write_all(full.write.get(), "x"));
  const std::array fds{-1, silent.read.get(), full.read.get()};
  EXPECT_EQ(wait_readable(fds, std::nullopt), 2U);
}

TEST(WaitReadable, GivesUp) {
  auto silent = make_pipe().value();
  const std::array fds{silent.read.get()};
  EXPECT_EQ(wait_readable(fds, 1ms), std::nullopt);
  EXPECT_EQ(wait_readable(fds, -1s), std::nullopt);
  silent.write.reset();
  EXPECT_EQ(wait_readable(fds, std::nullopt), 0U) << "the end counts too";
}

TEST(ReaderIsGone, KnowsPipesAndSockets) {
  auto pipe = make_pipe().value();
  EXPECT_FALSE(reader_is_gone(pipe.write.get()));
  pipe.read.reset();
  EXPECT_TRUE(reader_is_gone(pipe.write.get()));
  auto [one, other] = connected();
  EXPECT_FALSE(reader_is_gone(one.get()));
  other.reset();
  EXPECT_TRUE(reader_is_gone(one.get()));
}

TEST(WriteAll, FailsWhereNobodyReads) {
  auto [one, other] = connected();
  other.reset();
  EXPECT_FALSE(write_all(one.get(), "x"));  // and no SIGPIPE has ended this program
}

TEST(WatchEnd, TellsTheEndOfAProcess) {
  EXPECT_FALSE(watch_end(core::Pid::none));
  const auto child = ::fork();
  ASSERT_NE(child, -1);
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  const auto end = watch_end(core::Pid{child});
  ASSERT_TRUE(end);
  const std::array fds{end.get()};
  EXPECT_EQ(wait_readable(fds, 1ms), std::nullopt);
  ::kill(child, SIGKILL);
  EXPECT_EQ(wait_readable(fds, std::nullopt), 0U);
  ::waitpid(child, nullptr, 0);
}

TEST(LastWords, AreWrittenBeforeASignalEndsTheProgram) {
  auto pipe = make_pipe().value();
  const auto child = ::fork();
  ASSERT_NE(child, -1);
  if (child == 0) {
    { const LastWords over{pipe.write.get(), "not this"}; }
    const LastWords words{pipe.write.get(), "farewell"};
    ::raise(SIGTERM);
    ::_exit(0);
  }
  pipe.write.reset();
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
  std::array<char, 64> text{};
  EXPECT_EQ(read_some(pipe.read.get(), text), 8U);
  EXPECT_STREQ(text.data(), "farewell");
}

}  // namespace
}  // namespace pm::os
