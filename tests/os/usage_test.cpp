#include "pm/os/usage.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <functional>
#include <vector>

#include "pm/os/pipe.h"

namespace pm::os {

using core::Pid;
using namespace std::chrono_literals;

constexpr std::size_t kMuch = 64 << 20;

[[noreturn]] void wait_for_the_end() {
  for (;;) ::pause();
}

// In a child: takes so much time of a processor.
void burn(std::chrono::nanoseconds time) {
  timespec used{};
  do {
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  } while (std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec} < time);
}

// A process of its own session, killed with all of its group at the end; `setup` runs in it, and once it has
// returned the constructor does.
class Subject {
 public:
  explicit Subject(const std::function<void()>& setup) {
    auto ready = make_pipe();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::setsid();
      setup();
      if (::write(ready->write.get(), "", 1) == 1) wait_for_the_end();
      ::_exit(1);
    }
    char byte;
    EXPECT_EQ(::read(ready->read.get(), &byte, 1), 1);
  }
  Subject(const Subject&) = delete;
  ~Subject() {
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    while (::kill(-pid_, 0) == 0) ::waitpid(-pid_, nullptr, 0);  // those that were adopted by the test
  }

  Pid pid() const { return Pid{pid_}; }
  Usage usage() const {
    const std::array leaders{pid()};
    return usage_of(leaders)[pid()];
  }

 private:
  pid_t pid_ = -1;
};

// A child that ends with its parent, or as one of its group.
void start_child(const std::function<void()>& work) {
  if (::fork() != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  work();
  wait_for_the_end();
}

class UsageOf : public testing::Test {
 protected:
  UsageOf() { ::prctl(PR_SET_CHILD_SUBREAPER, 1L); }
  ~UsageOf() override {
    while (::waitpid(-1, nullptr, 0) > 0) continue;
    ::prctl(PR_SET_CHILD_SUBREAPER, 0L);
  }
};

template <class Condition>
bool eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (std::chrono::steady_clock::now() < deadline)
    if (condition()) return true;
  return false;
}

TEST_F(UsageOf, SeesTimePass) {
  const Subject busy{[] { start_child([] { burn(1h); }); }};
  const auto before = busy.usage().cpu;
  EXPECT_TRUE(eventually([&] { return busy.usage().cpu >= before + 50ms; }));
}

TEST_F(UsageOf, LeavesAnIdleProcessAtRest) {
  const Subject idle{[] {}};
  const auto usage = idle.usage();
  EXPECT_EQ(usage.processes, 1);
  EXPECT_LT(usage.cpu, 1s);
  EXPECT_GT(usage.rss_bytes, 0U);
}

TEST_F(UsageOf, KeepsTheTimeOfChildrenThatWereWaitedFor) {
  const Subject parent{[] {
    const auto child = ::fork();
    if (child == 0) {
      burn(60ms);
      ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
  }};
  EXPECT_GE(parent.usage().cpu, 50ms);
  EXPECT_EQ(parent.usage().processes, 1);
}

TEST_F(UsageOf, SeesMemoryThatIsTouched) {
  const auto allocate = [](bool touch) {
    auto* memory = static_cast<volatile char*>(
        ::mmap(nullptr, kMuch, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    for (std::size_t at = 0; touch && at < kMuch; at += 4096) memory[at] = 1;
  };
  const Subject modest{[&] { allocate(false); }}, greedy{[&] { allocate(true); }};
  EXPECT_GE(greedy.usage().rss_bytes, modest.usage().rss_bytes + kMuch / 10 * 9);
}

TEST_F(UsageOf, CountsDescendantsAndOrphansOfTheSession) {
  const Subject family{[] {
    start_child([] { start_child([] { ::setsid(); }); });  // a grandchild that has left the session
    const auto middle = ::fork();
    if (middle == 0) {
      if (::fork() == 0) wait_for_the_end();  // an orphan that has not
      ::_exit(0);
    }
    ::waitpid(middle, nullptr, 0);
  }};
  EXPECT_TRUE(eventually([&] { return family.usage().processes == 4; })) << family.usage().processes;
}

TEST_F(UsageOf, IsNotConfusedByNames) {
  const Subject liar{[] {
    ::prctl(PR_SET_NAME, ") R 1 (9 9 9");
    burn(30ms);
  }};
  EXPECT_EQ(liar.usage().processes, 1);
  EXPECT_GE(liar.usage().cpu, 20ms);
}

TEST_F(UsageOf, TellsLeadersApart) {
  const Subject alone{[] {}}, pair{[] { start_child([] {}); }};
  const std::array leaders{pair.pid(), alone.pid()};
  const auto usages = usage_of(leaders);
  ASSERT_EQ(usages.size(), 2U);
  EXPECT_EQ(usages.at(alone.pid()).processes, 1);
  EXPECT_EQ(usages.at(pair.pid()).processes, 2);
}

TEST_F(UsageOf, LeavesOutWhatIsGone) {
  Pid gone{};
  {
    const Subject subject{[] {}};
    gone = subject.pid();
  }
  const std::array leaders{gone};
  EXPECT_TRUE(usage_of(leaders).empty());
  EXPECT_TRUE(usage_of({}).empty());
}

}  // namespace pm::os
