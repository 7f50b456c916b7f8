#include "pm/os/extinction.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "pm/os/pipe.h"
#include "pm/os/process_tree.h"

namespace pm::os {

namespace {

// The test adopts what loses its parent, as a keeper does.
class Extinction : public testing::Test {
 protected:
  Extinction() { become_subreaper(); }
  ~Extinction() override { EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "somebody is left"; }

  // Runs `program` in a child and waits until all its family have closed the pipe's end that they are given
  // to hold while they are still being started.
  void run(const std::function<void()>& program) {
    auto ready = make_pipe();
    if (::fork() == 0) {
      ready->read.reset();
      ready_ = ready->write.get();
      program();
      for (;;) ::pause();
    }
    ready->write.reset();
    char none;
    EXPECT_EQ(::read(ready->read.get(), &none, 1), 0);
  }
  void is_ready() const { ::close(ready_); }

  // Rounds, each after a death, until nobody is found; how many were found in all of them. On a busy machine
  // the first may have no time for everybody.
  std::size_t end_all() {
    std::size_t sum = 0;
    for (;;) {
      const auto found = kill_descendants(own_pid());
      if (found == 0) break;
      sum += found;
      while (::waitpid(-1, nullptr, WNOHANG) > 0) continue;
    }
    while (::waitpid(-1, nullptr, 0) > 0) continue;
    return sum;
  }

 private:
  int ready_ = -1;
};

TEST_F(Extinction, OfNobodyFindsNobody) { EXPECT_EQ(kill_descendants(own_pid()), 0u); }

TEST_F(Extinction, ReachesEveryGenerationAndSession) {
  run([&] {
    if (::fork() == 0) {
      ::setsid();
      std::signal(SIGTERM, SIG_IGN);
      if (::fork() == 0) ::setsid();
    }
    is_ready();
  });
  EXPECT_GE(end_all(), 3u);
}

TEST_F(Extinction, ReachesWhatIsStopped) {
  run([&] {
    if (::fork() == 0) {
      is_ready();
      ::raise(SIGSTOP);
    }
    is_ready();
  });
  EXPECT_GE(end_all(), 2u);
}

TEST_F(Extinction, PassesOverZombies) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(kill_descendants(own_pid()), 0u);
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
}

TEST_F(Extinction, LeavesTheRootAlone) {
  run([&] {
    if (::fork() == 0) {
      is_ready();
      for (;;) ::pause();
    }
    is_ready();
  });
  const auto child = children_of(own_pid()).at(0);
  EXPECT_EQ(kill_descendants(child), 1u);
  EXPECT_EQ(children_of(own_pid()).size(), 1u);
  EXPECT_FALSE(process_info(child)->ended());
  end_all();
}

// Every process of it forks as fast as it can, each into a session of its own.
TEST_F(Extinction, OutlastsAForkBomb) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  run([&] {
    const rlimit few{24, 24};
    ::setrlimit(RLIMIT_NPROC, &few);
    const auto user = static_cast<uid_t>(300'000 + ::getpid());
    if (::setresuid(user, user, user) == -1) ::_exit(1);
    is_ready();
    for (;;)
      if (::fork() == 0) ::setsid();
  });
  while (descendants_of(own_pid()).size() < 8) continue;
  EXPECT_GE(end_all(), 8u);
}

}  // namespace

}  // namespace pm::os
