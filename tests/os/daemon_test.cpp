#include "pm/os/daemon.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "pm/os/pipe.h"

namespace pm::os {

using core::Exit;

// Every test forks a process that makes two of itself; the foreground exits with what it has learnt.
class Daemon : public testing::Test {
 protected:
  Daemon() { ::prctl(PR_SET_CHILD_SUBREAPER, 1L); }
  ~Daemon() override {
    while (::waitpid(-1, nullptr, 0) > 0) continue;
    ::prctl(PR_SET_CHILD_SUBREAPER, 0L);
  }

  static constexpr int kStarted = 0, kNoExit = 99, kKilled = 98;

  static pid_t begin(const std::function<int(Background&)>& background) {
    const auto pid = ::fork();
    if (pid != 0) return pid;
    auto sides = go_into_background("");
    if (auto* other = std::get_if<Background>(&*sides)) ::_exit(background(*other));
    const auto& end = std::get<Foreground>(*sides).end;
    ::_exit(!end ? kStarted : end->code().value_or(kKilled));
  }

  static int status_of(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : kNoExit;
  }
};

TEST_F(Daemon, LetsTheForegroundGoOnceItHasStarted) {
  const auto pid = begin([](Background& background) {
    background.started();
    return 42;
  });
  EXPECT_EQ(status_of(pid), kStarted);
}

TEST_F(Daemon, PassesItsExitCodeOnWhereItHasNotStarted) {
  EXPECT_EQ(status_of(begin([](Background&) { return 42; })), 42);
}

TEST_F(Daemon, IsSaidToBeKilledWhereItWas) {
  EXPECT_EQ(status_of(begin([](Background&) { return ::kill(::getpid(), SIGKILL); })), kKilled);
}

TEST_F(Daemon, LeadsASessionWithoutInheritedDescriptors) {
  auto inherited = make_pipe();
  const auto high = ::fcntl(inherited->read.get(), F_DUPFD, 100);
  EXPECT_EQ(status_of(begin([&](Background&) {
              const bool alone = ::getsid(0) == ::getpid() && ::getpgrp() == ::getpid();
              const bool closed = ::fcntl(high, F_GETFD) == -1;
              const bool report = ::fcntl(3, F_GETFD) == FD_CLOEXEC && ::fcntl(4, F_GETFD) == -1;
              return alone && closed && report ? 7 : 8;
            })),
            7);
  ::close(high);
}

TEST_F(Daemon, IsToldWhereTheForegroundHasGivenUp) {
  auto ready = make_pipe();  // the background's stdout
  const auto pid = ::fork();
  if (pid == 0) {
    auto sides = go_into_background("/proc/self/fd/" + std::to_string(ready->write.get()));
    if (auto* background = std::get_if<Background>(&*sides)) {
      ::signal(SIGPIPE, SIG_IGN);
      const auto parent = ::getppid();
      if (::write(1, "r", 1) != 1) ::_exit(1);
      while (::getppid() == parent) ::poll(nullptr, 0, 1);
      if (::write(1, background->started() ? "y" : "n", 1) != 1) ::_exit(1);
    }
    ::_exit(3);
  }
  ready->write.reset();
  char text[16];
  ASSERT_EQ(::read(ready->read.get(), text, sizeof text), 1);
  ::kill(pid, SIGKILL);
  EXPECT_EQ(status_of(pid), kNoExit);
  ASSERT_EQ(::read(ready->read.get(), text, sizeof text), 1);
  EXPECT_EQ(text[0], 'n');
}

TEST_F(Daemon, NamesTheOutputThatCannotBeOpened) {
  const auto sides = go_into_background("/no/such/directory/log");
  ASSERT_FALSE(sides);
  EXPECT_NE(sides.error().what.find("/no/such/directory/log"), std::string::npos);
}

}  // namespace pm::os
