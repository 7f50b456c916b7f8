#include "pm/core/announce.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <ostream>

namespace pm::core::announce_test {

constexpr TimePoint kStart{1000s};

Changed change(State from, State to, Duration after = 0s, std::optional<Ended> last = {}) {
  return {{"web", 1}, 1, std::move(from), std::move(to), last, kStart + after};
}

Changed later(Changed change) {
  change.generation = 2;
  return change;
}

Changed of(std::string type, Changed change) {
  change.id.type = std::move(type);
  return change;
}

Ended ended(Exit how, Duration lived) { return {how, lived, kStart}; }

const Running kRunning{Pid{123}, kStart};
const Stopping kStopping{Pid{123}, kStart, std::nullopt, kStart + 5s};
const Ending kEnding{Exit::code(1), 3s, 0, kStart + 5s};
const Ended kCrash = ended(Exit::signal(SIGSEGV), 12s);

struct Case {
  const char* name;
  Changed change;
  std::optional<std::string> text;
  std::optional<int> port = {};
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

class Announce : public testing::TestWithParam<Case> {};

TEST_P(Announce, SaysWhatHappened) {
  EXPECT_EQ(announce(GetParam().change, GetParam().port), GetParam().text);
}

const Case kCases[] = {
    {"StartsInSilence", change(Stopped{}, Starting{}), {}},
    {"Started", change(Starting{}, kRunning), "started with pid 123"},
    {"StartedWithPort", change(Starting{}, kRunning),
     "started with pid 123, port 5000 · http://127.0.0.1:5000 once it listens", 5000},
    {"StartedAgain", later(change(Starting{}, kRunning)), "started with pid 123, port 5000", 5000},
    {"StartedWhatIsNotWeb", of("worker", change(Starting{}, kRunning)), "started with pid 123, port 5000",
     5000},
    {"StartedOnlyToBeStopped", later(change(Starting{}, kStopping)), "started with pid 123, port 5000", 5000},
    {"StopsInSilence", change(kRunning, kStopping), {}},
    {"StoppedSoon", change(kStopping, Stopped{}, 999ms, ended(Exit::signal(SIGTERM), 9s)),
     "killed by SIGTERM"},
    {"StoppedLate", change(kStopping, Stopped{}, 5s, ended(Exit::signal(SIGKILL), 9s)),
     "killed by SIGKILL after 5.0s"},
    {"StoppedToStartAgain", change(kStopping, Starting{}, 1s, ended(Exit::code(0), 9s)),
     "exited with code 0 after 1.0s"},
    {"NeverCameUp", change(Starting{}, Stopped{}), {}},
    {"StoppedWhileDown", change(Backoff{Exit::code(1), kStart}, Stopped{}, 0s, kCrash), {}},
    {"LeftSomethingBehind", change(kRunning, kEnding), "exited with code 1, stopping what it left running"},
    {"StopsWhatIsLeft", change(kEnding, kStopping), {}},
    {"BacksOff", change(kRunning, Backoff{Exit::signal(SIGSEGV), kStart + 2s, 3}, 0s, kCrash),
     "killed by SIGSEGV, restarting in 2.0s (3rd failure, ran 12s)"},
    {"RanOutOfMemory", change(kRunning, Backoff{Exit::out_of_memory(64'000'000), kStart + 2s, 3}, 0s, kCrash),
     "killed by SIGKILL, out of memory (limit 64 MB), restarting in 2.0s (3rd failure, ran 12s)"},
    {"BacksOffOnceNothingIsLeft", change(kEnding, Backoff{Exit::code(1), kStart + 500ms, 1}, 0s, kCrash),
     "restarting in 0.5s (1st failure, ran 12s)"},
    {"ExitedOnceNothingIsLeft", change(kEnding, Exited{Exit::code(1)}, 0s, kCrash), {}},
    {"GivesUpOnceNothingIsLeft",
     change(kEnding, Failed{Exit::code(1), "gave up after 3 restarts in a row"}, 0s, kCrash),
     "gave up after 3 restarts in a row"},
    {"Exited", change(kRunning, Exited{Exit::code(0)}, 0s, ended(Exit::code(0), 1s)), "exited with code 0"},
    {"CannotBeRun", change(kRunning, Failed{Exit::code(127), "command not found"}, 0s, kCrash),
     "exited with code 127: command not found"},
    {"GivesUp", change(kRunning, Failed{Exit::code(1), "gave up after 3 restarts in a row"}, 0s, kCrash),
     "exited with code 1: gave up after 3 restarts in a row"},
    {"CannotBeSpawned", change(Starting{}, Failed{Exit::code(127), "/bin/sh: not found"}),
     "cannot be started: /bin/sh: not found"},
    {"CannotBeSpawnedYet", change(Starting{}, Waiting{"no descriptors left", kStart + 500ms}),
     "cannot be started yet: no descriptors left, trying again in 0.5s"},
};

INSTANTIATE_TEST_SUITE_P(Changes, Announce, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST(AnnounceFailures, AreNumberedAsInEnglish) {
  const auto line = [](int failures) {
    return *announce(change(kRunning, Backoff{Exit::code(1), kStart, failures}, 0s, kCrash), {});
  };
  for (const auto& [failures, ordinal] : {std::pair{1, "1st"},
                                          {2, "2nd"},
                                          {3, "3rd"},
                                          {4, "4th"},
                                          {11, "11th"},
                                          {12, "12th"},
                                          {13, "13th"},
                                          {21, "21st"},
                                          {102, "102nd"},
                                          {111, "111th"}})
    EXPECT_EQ(line(failures),
              fmt::format("exited with code 1, restarting in 0.0s ({} failure, ran 12s)", ordinal));
}

TEST(AnnounceReminder, SaysWhenTheGraceEnds) {
  EXPECT_EQ(announce_reminder(kStopping, kStart + 2s), "still stopping, SIGKILL in 3.0s");
}

TEST(AnnounceReload, NamesTheTypesThatItConcerns) {
  EXPECT_EQ(announce_reload({.added = {"clock", "mail"}, .removed = {"old"}, .changed = {"web"}}),
            "reloaded: 'clock' is new, 'mail' is new, 'old' is gone, 'web' changed");
  EXPECT_EQ(announce_reload({}), "reloaded: no type is new, gone or changed");
}

}  // namespace pm::core::announce_test
