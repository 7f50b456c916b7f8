#include "pm/os/foreground.h"

#include <gtest/gtest.h>

#include <csignal>

namespace pm::os {

using core::Error;
using core::Exit;

ForegroundCommand shell(const std::string& script) {
  return {.arguments = {"sh", "-c", script},
          .environment = {{"PATH", "/usr/bin:/bin"}, {"A", "1"}},
          .directory = "/"};
}

TEST(Foreground, AnswersHowTheCommandEnded) {
  EXPECT_EQ(*run_in_foreground(shell("exit 3")), Exit::code(3));
  EXPECT_EQ(*run_in_foreground(shell("kill -KILL $$")), Exit::signal(SIGKILL));
}

TEST(Foreground, GivesTheEnvironmentAndTheDirectory) {
  EXPECT_EQ(*run_in_foreground(shell("test \"$A\" = 1 -a \"$(pwd)\" = / -a -z \"$HOME\"")), Exit::code(0));
}

TEST(Foreground, SaysThatThereIsNoSuchProgram) {
  auto command = shell("");
  command.arguments.front() = "no-such-program";
  EXPECT_EQ(run_in_foreground(command).error().kind, Error::Kind::not_found);
  command.arguments.front() = "/etc/passwd";
  EXPECT_EQ(run_in_foreground(command).error().kind, Error::Kind::failed);
}

TEST(Foreground, SaysThatThereIsNoSuchDirectory) {
  auto command = shell("");
  command.directory = "/no/such/directory";
  const auto end = run_in_foreground(command);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, Error::Kind::failed);
  EXPECT_NE(end.error().what.find("/no/such/directory"), std::string::npos);
}

TEST(Foreground, PutsSignalHandlersBack) {
  struct sigaction before {
  }, after{};
  ::sigaction(SIGINT, nullptr, &before);
  ASSERT_TRUE(run_in_foreground(shell("true")));
  ::sigaction(SIGINT, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
  sigset_t mask;
  ::sigprocmask(SIG_BLOCK, nullptr, &mask);
  EXPECT_FALSE(::sigismember(&mask, SIGTERM));
}

}  // namespace pm::os
