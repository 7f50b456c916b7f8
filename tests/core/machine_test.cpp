#include "pm/core/machine.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <ostream>
#include <set>

namespace pm::core {

std::ostream& operator<<(std::ostream& out, Order order) {
  const char* names[] = {"spawn", "signal", "kill", "remind"};
  return out << names[static_cast<int>(order)];
}
std::ostream& operator<<(std::ostream& out, const State& state) { return out << state_name(state); }

}  // namespace pm::core

namespace pm::core::machine_test {

constexpr TimePoint kNow{1000s};
constexpr Pid kPid{42};
const Exit kCrash = Exit::code(1);

const Policy kPolicy;  // on-failure, 500ms doubling to 30s, stop by SIGTERM within 5s

// Every state, in the order of the variant.
const State kStopped = Stopped{};
const State kWaiting = Waiting{"no descriptors left", kNow, 2, 3};
const State kStarting = Starting{3, 2};
const State kRunning = Running{kPid, kNow - 1s, 3};
const State kStopping = Stopping{kPid, kNow - 5s, std::nullopt, kNow};
const State kEnding = Ending{kCrash, 1s, 3, kNow};
const State kBackoff = Backoff{kCrash, kNow, 3};
const State kExited = Exited{Exit::code(0)};
const State kFailed = Failed{Exit::code(127), "command not found"};
const State kStates[] = {kStopped, kWaiting, kStarting, kRunning, kStopping,
                         kEnding,  kBackoff, kExited,   kFailed};

using Event = Step (*)(const State&);
Step starts(const State& state) { return on_start(kPolicy, state, kNow); }
Step stops(const State& state) { return on_stop(kPolicy, state, kNow); }
Step restarts(const State& state) { return on_restart(kPolicy, state, kNow); }
Step kills(const State& state) { return on_kill(state, kNow); }
Step spawns(const State& state) { return on_spawned(kPolicy, state, kPid, true, kNow); }
Step spawns_unwanted(const State& state) { return on_spawned(kPolicy, state, kPid, false, kNow); }
const SpawnFailure kForNow{true, 0, "no processes left"}, kForGood{false, 126, "not executable"};
Step fails_for_now(const State& state) { return on_spawn_failed(kPolicy, state, kForNow, true, kNow, 0); }
Step fails_for_good(const State& state) { return on_spawn_failed(kPolicy, state, kForGood, true, kNow, 0); }
Step fails_unwanted(const State& state) { return on_spawn_failed(kPolicy, state, kForGood, false, kNow, 0); }
Step leader_exits(const State& state) { return on_leader_exit(kPolicy, state, kCrash, kNow); }
Step goes(const State& state) { return on_gone(kPolicy, state, kCrash, true, kNow, 0); }
Step goes_unwanted(const State& state) { return on_gone(kPolicy, state, kCrash, false, kNow, 0); }
Step time_comes(const State& state) { return on_time(state, kNow); }

// What an event makes of the states that it means something to; every other one stays as it is.
struct Answer {
  State state, next;
  std::vector<Order> orders = {};
};
struct Row {
  const char* name;
  Event event;
  std::vector<Answer> answers;
};

const State kFresh = Starting{};
const State kAsked = Stopping{kPid, kNow, kNow + 2s, kNow + 5s};
const State kKilled = Stopping{kPid, kNow, std::nullopt, std::nullopt};
const State kLeftover = Stopping{Pid::none, kNow, std::nullopt, kNow};
const State kCrashed = Backoff{kCrash, kNow + 4s, 4};

const Row kRows[] = {
    {"Start",
     starts,
     {{kStopped, kFresh, {Order::spawn}},
      {kWaiting, kFresh, {Order::spawn}},
      {kEnding, kLeftover},
      {kBackoff, kFresh, {Order::spawn}},
      {kExited, kFresh, {Order::spawn}},
      {kFailed, kFresh, {Order::spawn}}}},
    {"Stop",
     stops,
     {{kWaiting, kStopped},
      {kRunning, kAsked, {Order::signal}},
      {kEnding, kLeftover},
      {kBackoff, kStopped},
      {kExited, kStopped},
      {kFailed, kStopped}}},
    {"Restart",
     restarts,
     {{kStopped, kFresh, {Order::spawn}},
      {kWaiting, kFresh, {Order::spawn}},
      {kStarting, Starting{3, 2, /*killed=*/false, /*outdated=*/true}},
      {kRunning, kAsked, {Order::signal}},
      {kEnding, kLeftover},
      {kBackoff, kFresh, {Order::spawn}},
      {kExited, kFresh, {Order::spawn}},
      {kFailed, kFresh, {Order::spawn}}}},
    {"Kill",
     kills,
     {{kWaiting, kStopped},
      {kStarting, Starting{3, 2, /*killed=*/true}},
      {kRunning, kKilled, {Order::kill}},
      {kStopping, Stopping{kPid, kNow - 5s, std::nullopt, std::nullopt}, {Order::kill}},
      {kEnding, Stopping{Pid::none, kNow, std::nullopt, std::nullopt}, {Order::kill}},
      {kBackoff, kStopped},
      {kExited, kStopped},
      {kFailed, kStopped}}},
    {"Spawned", spawns, {{kStarting, Running{kPid, kNow, 3}}}},
    {"SpawnedUnwanted", spawns_unwanted, {{kStarting, kAsked, {Order::signal}}}},
    {"SpawnFailedForNow", fails_for_now, {{kStarting, Waiting{"no processes left", kNow + 2s, 3, 3}}}},
    {"SpawnFailedForGood", fails_for_good, {{kStarting, Failed{Exit::code(126), "not executable"}}}},
    {"SpawnFailedUnwanted", fails_unwanted, {{kStarting, kStopped}}},
    {"LeaderExit",
     leader_exits,
     {{kRunning, Ending{kCrash, 1s, 3, kNow + 5s}, {Order::signal}},
      {kStopping, Stopping{Pid::none, kNow - 5s, std::nullopt, kNow}, {Order::signal}}}},
    {"Gone", goes, {{kRunning, kCrashed}, {kStopping, kFresh, {Order::spawn}}, {kEnding, kCrashed}}},
    {"GoneUnwanted", goes_unwanted, {{kRunning, kStopped}, {kStopping, kStopped}, {kEnding, kStopped}}},
    {"Time",
     time_comes,
     {{kWaiting, Starting{3, 2}, {Order::spawn}},
      {kStopping, Stopping{kPid, kNow - 5s, std::nullopt, std::nullopt}, {Order::kill}},
      {kEnding, Ending{kCrash, 1s, 3, std::nullopt}, {Order::kill}},
      {kBackoff, Starting{3}, {Order::spawn}}}},
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

TEST(StateNames, AreThoseOfAllStates) {
  std::set<std::string_view> names;
  for (const auto& state : kStates) names.insert(state_name(state));
  EXPECT_EQ(names, (std::set<std::string_view>{kStateNames.begin(), kStateNames.end()}));
}

class Machine : public testing::TestWithParam<Row> {};

TEST_P(Machine, AnswersInEveryState) {
  ASSERT_EQ(std::size(kStates), std::variant_size_v<State>);
  for (std::size_t index = 0; index < std::size(kStates); ++index) {
    const auto& state = kStates[index];
    ASSERT_EQ(state.index(), index);
    Step expected{state, {}};
    for (const auto& answer : GetParam().answers)
      if (answer.state == state) expected = {answer.next, answer.orders};
    const auto step = GetParam().event(state);
    EXPECT_TRUE(step.next == expected.next) << state << " became " << step.next;
    EXPECT_EQ(step.orders, expected.orders) << "in " << state;
  }
}

INSTANTIATE_TEST_SUITE_P(Event, Machine, testing::ValuesIn(kRows),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST(State, HasTheNameThatEveryOutputUses) {
  const char* names[] = {"stopped",  "waiting", "starting", "running", "stopping",
                         "stopping", "backoff", "exited",   "failed"};
  for (const auto& state : kStates) EXPECT_EQ(state_name(state), names[state.index()]);
}

TEST(State, IsAtRestWhenThereIsNothingOfTheInstance) {
  const bool rest[] = {true, true, false, false, false, false, true, true, true};
  for (const auto& state : kStates) EXPECT_EQ(at_rest(state), rest[state.index()]) << state;
}

TEST(State, IsDueOnlyIfTimeChangesIt) {
  const bool timed[] = {false, true, false, false, true, true, true, false, false};
  for (const auto& state : kStates) {
    EXPECT_EQ(due(state), timed[state.index()] ? std::optional{kNow} : std::nullopt) << state;
    const auto early = on_time(state, kNow - 1ns);
    EXPECT_TRUE(early.next == state && early.orders.empty()) << state << " acted before its time";
  }
}

// Failures

State after_crash(const Policy& policy, Duration lived, int failures, Exit how = kCrash, double u = 0) {
  return on_gone(policy, Running{kPid, kNow - lived, failures}, how, true, kNow, u).next;
}

TEST(Crash, WaitsTwiceAsLongAsTheOneBefore) {
  for (const auto& [failures, wait] :
       {std::pair<int, Duration>{0, 500ms}, {1, 1s}, {2, 2s}, {6, 30s}, {99, 30s}})
    EXPECT_TRUE(after_crash({}, 1s, failures) == State(Backoff(kCrash, kNow + wait, failures + 1)))
        << failures;
}

TEST(Crash, TakesItsJitterFromTheDice) {
  EXPECT_TRUE(after_crash({}, 1s, 0, kCrash, 1) == State(Backoff{kCrash, kNow + 550ms, 1}));
  EXPECT_TRUE(after_crash({}, 1s, 0, kCrash, -1) == State(Backoff{kCrash, kNow + 450ms, 1}));
}

TEST(Crash, IsTheFirstAgainAfterALongLife) {
  EXPECT_TRUE(after_crash({}, 10s, 3) == State(Backoff(kCrash, kNow + 500ms, 1)));
  EXPECT_TRUE(after_crash({}, 10s - 1ns, 3) == State(Backoff(kCrash, kNow + 4s, 4)));
}

TEST(Crash, IsNotForgivenBeforeTheLifeReachedTheWaitBeforeIt) {
  EXPECT_TRUE(after_crash({}, 29s, 9) == State(Backoff(kCrash, kNow + 30s, 10)));
  EXPECT_TRUE(after_crash({}, 30s, 9) == State(Backoff(kCrash, kNow + 500ms, 1)));
}

TEST(Crash, FailsForGoodAfterTheLastRestart) {
  Policy policy;
  policy.restart.max_restarts = 2;
  EXPECT_EQ(state_name(after_crash(policy, 1s, 1)), "backoff");
  EXPECT_TRUE(after_crash(policy, 1s, 2) == State(Failed{kCrash, "gave up after 2 restarts in a row"}));
  EXPECT_EQ(state_name(after_crash(policy, 10s, 2)), "backoff");  // forgiven
}

TEST(Crash, FailsAfterOneRestartIfThereIsToBeOne) {
  Policy policy;
  policy.restart.max_restarts = 1;
  EXPECT_TRUE(after_crash(policy, 1s, 1) == State(Failed{kCrash, "gave up after 1 restart in a row"}));
}

TEST(Crash, CountsAcrossTheNextLife) {
  const auto next = on_time(Backoff{kCrash, kNow, 3}, kNow).next;
  EXPECT_TRUE(on_spawned({}, next, kPid, true, kNow).next == State(Running{kPid, kNow, 3}));
}

struct End {
  const char* name;
  Restart restart;
  Exit how;
  const char* becomes;
};
std::ostream& operator<<(std::ostream& out, const End& end) { return out << end.name; }

class EndOfALife : public testing::TestWithParam<End> {};

TEST_P(EndOfALife, FollowsTheRestartPolicy) {
  Policy policy;
  policy.restart.restart = GetParam().restart;
  policy.restart.success_codes = {0, 3};
  EXPECT_EQ(state_name(after_crash(policy, 1s, 0, GetParam().how)), GetParam().becomes);
}

INSTANTIATE_TEST_SUITE_P(
    Policies, EndOfALife,
    testing::Values(End{"NeverClean", Restart::never, Exit::code(0), "exited"},
                    End{"NeverFailed", Restart::never, Exit::code(1), "exited"},
                    End{"NeverNotFound", Restart::never, Exit::code(127), "exited"},
                    End{"OnFailureClean", Restart::on_failure, Exit::code(0), "exited"},
                    End{"OnFailureOtherSuccess", Restart::on_failure, Exit::code(3), "exited"},
                    End{"OnFailureFailed", Restart::on_failure, Exit::code(1), "backoff"},
                    End{"OnFailureSignal", Restart::on_failure, Exit::signal(SIGTERM), "backoff"},
                    End{"OnFailureNotFound", Restart::on_failure, Exit::code(127), "failed"},
                    End{"OnFailureNotExecutable", Restart::on_failure, Exit::code(126), "failed"},
                    End{"AlwaysClean", Restart::always, Exit::code(0), "backoff"},
                    End{"AlwaysFailed", Restart::always, Exit::code(1), "backoff"},
                    End{"AlwaysNotFound", Restart::always, Exit::code(127), "backoff"}),
    [](const auto& test) { return std::string{test.param.name}; });

// Stops

TEST(Stop, RemindsThenKills) {
  auto step = on_stop(kPolicy, kRunning, kNow);
  ASSERT_EQ(due(step.next), kNow + 2s);
  step = on_time(step.next, kNow + 2s);
  EXPECT_EQ(step.orders, std::vector{Order::remind});
  ASSERT_EQ(due(step.next), kNow + 5s);
  step = on_time(step.next, kNow + 5s);
  EXPECT_EQ(step.orders, std::vector{Order::kill});
  EXPECT_EQ(due(step.next), std::nullopt);
}

TEST(Stop, DoesNotRemindOfAShortGrace) {
  Policy policy;
  policy.stop.timeout = 2s;
  EXPECT_EQ(due(on_stop(policy, kRunning, kNow).next), kNow + 2s);
  const auto step = on_time(on_stop(policy, kRunning, kNow).next, kNow + 2s);
  EXPECT_EQ(step.orders, std::vector{Order::kill});
}

TEST(Stop, KillsAtOnceWhenTheClockComesLate) {
  const auto step = on_time(on_stop(kPolicy, kRunning, kNow).next, kNow + 6s);
  EXPECT_EQ(step.orders, std::vector{Order::kill});
  EXPECT_EQ(due(step.next), std::nullopt);
}

TEST(Stop, AskedTwiceDoesNotStartOver) {
  const auto first = on_stop(kPolicy, kRunning, kNow).next;
  const auto second = on_stop(kPolicy, first, kNow + 3s);
  EXPECT_TRUE(second.next == first && second.orders.empty());
}

TEST(Stop, GivesWhatTheLeaderLeftItsSignalButNoNewGrace) {
  const auto asked = on_stop(kPolicy, kRunning, kNow).next;
  const auto step = on_leader_exit(kPolicy, asked, Exit::signal(SIGTERM), kNow + 1s);
  EXPECT_EQ(step.orders, std::vector{Order::signal});
  EXPECT_EQ(std::get<Stopping>(step.next).kill_at, kNow + 5s);
}

TEST(Stop, GoesOnKillingWhatAKilledLeaderLeft) {
  const auto killed = on_kill(kRunning, kNow).next;
  EXPECT_EQ(on_leader_exit(kPolicy, killed, Exit::signal(SIGKILL), kNow).orders, std::vector{Order::kill});
}

TEST(Stop, AnswersTheEndOfTheLeaderOnce) {
  const auto left = on_leader_exit(kPolicy, kStopping, kCrash, kNow).next;
  EXPECT_TRUE(on_leader_exit(kPolicy, left, kCrash, kNow).orders.empty());
}

TEST(Kill, WaitsForTheSpawnAndThenGivesNoGrace) {
  const auto starting = on_kill(Starting{}, kNow).next;
  for (const bool wanted : {false, true}) {
    const auto step = on_spawned(kPolicy, starting, kPid, wanted, kNow);
    EXPECT_TRUE(step.next == kKilled) << step.next;
    EXPECT_EQ(step.orders, std::vector{Order::kill});
  }
}

// What was asked for before the new life was

TEST(Restart, LetsTheSpawnOnItsWayEndAsSoonAsItIsThere) {
  const auto outdated = on_restart(kPolicy, kStarting, kNow).next;
  const auto step = on_spawned(kPolicy, outdated, kPid, true, kNow);
  EXPECT_TRUE(step.next == kAsked) << step.next;
  EXPECT_EQ(step.orders, std::vector{Order::signal});
}

TEST(Restart, SpawnsAtOnceWhatCouldNotBeSpawnedBefore) {
  const auto outdated = on_restart(kPolicy, kStarting, kNow).next;
  for (const auto& failure : {kForNow, kForGood}) {
    const auto step = on_spawn_failed(kPolicy, outdated, failure, true, kNow, 0);
    EXPECT_TRUE(step.next == kFresh) << step.next;
    EXPECT_EQ(step.orders, std::vector{Order::spawn});
    EXPECT_TRUE(on_spawn_failed(kPolicy, outdated, failure, false, kNow, 0).next == kStopped);
  }
}

TEST(Restart, TakesNothingFromAKill) {
  const auto outdated = on_restart(kPolicy, on_kill(kStarting, kNow).next, kNow).next;
  EXPECT_TRUE(on_spawned(kPolicy, outdated, kPid, true, kNow).next == kKilled);
}

// Leaders that leave something behind

TEST(Ending, IsOverWhenNothingIsLeftAndCountsTheLifeOfTheLeader) {
  auto state = on_leader_exit(kPolicy, Running{kPid, kNow - 9s, 2}, kCrash, kNow).next;
  state = on_time(state, kNow + 5s).next;
  const auto step = on_gone(kPolicy, state, kCrash, true, kNow + 5s, 0);
  EXPECT_TRUE(step.next == State(Backoff(kCrash, kNow + 7s, 3)))
      << step.next;  // 9 s are not forgiven, 14 s were
}

TEST(Ending, StartsWithoutWaitIfTheUserAsksForIt) {
  const auto asked = on_start(kPolicy, kEnding, kNow);
  EXPECT_TRUE(asked.orders.empty());
  EXPECT_EQ(on_gone(kPolicy, asked.next, kCrash, true, kNow, 0).orders, std::vector{Order::spawn});
}

// Spawns that fail for lack of something

TEST(Waiting, TriesAgainAfterLongerAndLongerWaits) {
  State state = Starting{3};
  for (const auto wait : {500ms, 1000ms, 2000ms}) {
    state = fails_for_now(state).next;
    ASSERT_EQ(due(state), kNow + wait);
    state = on_time(state, kNow + wait).next;
  }
  EXPECT_TRUE(state == State(Starting{3, 3})) << state;  // the failures before are not forgotten
}

}  // namespace pm::core::machine_test
