#include "pm/core/inspect.h"

#include <gtest/gtest.h>

#include <csignal>

namespace pm::core::inspect_test {

using Ids = std::vector<InstanceId>;

const InstanceId kWeb1{"web", 1};
const Ids kWeb{kWeb1};
const Exit kCrash = Exit::code(1);

/// A supervision of web.1 alone.
struct Rig {
  Rig() { core.begin(now); }
  Rig& spawned() { return core.spawned(kWeb1, generation(), Pid{42}, now), *this; }
  Rig& spawn_fails(bool transient, const char* reason) {
    return core.spawn_failed(kWeb1, generation(), {transient, 127, reason}, now, 0), *this;
  }
  Rig& leader_exits() { return core.leader_exited(kWeb1, generation(), kCrash, now), *this; }
  Rig& ends(Exit how = kCrash) { return core.gone(kWeb1, generation(), how, now, 0), *this; }
  Rig& passes(Duration time) {
    now += time;
    return core.time(now), *this;
  }
  Rig& stop() { return core.stop(kWeb, now), *this; }
  Generation generation() const { return core.find(kWeb1)->generation; }
  ProcessSnapshot seen() const { return inspect(core, kWeb1, now); }

  Supervision core{{{"web", 1, {}}}, {ExitWhen::never, {}}};
  TimePoint now{1000s};
};

TEST(Inspect, TellsNothingOfWhatIsNotThere) {
  const Rig run;
  EXPECT_EQ(inspect(run.core, {"web", 2}, run.now), (ProcessSnapshot{.id = {"web", 2}}));
  EXPECT_EQ(explain(run.core, {"web", 2}, run.now).process.state, "");
}

TEST(Inspect, WhatStarts) {
  EXPECT_EQ(Rig{}.seen(), (ProcessSnapshot{.id = kWeb1, .state = "starting", .generation = 1}));
}

TEST(Inspect, WhatRuns) {
  EXPECT_EQ(Rig{}.spawned().passes(3s).seen(),
            (ProcessSnapshot{
                .id = kWeb1, .state = "running", .pid = Pid{42}, .generation = 1, .uptime = Duration{3s}}));
}

TEST(Inspect, WhatStops) {
  EXPECT_EQ(Rig{}.spawned().passes(3s).stop().passes(1s).seen(), (ProcessSnapshot{.id = kWeb1,
                                                                                  .state = "stopping",
                                                                                  .pid = Pid{42},
                                                                                  .generation = 1,
                                                                                  .uptime = Duration{4s},
                                                                                  .kill_in = Duration{4s}}));
}

TEST(Inspect, WhatStopsToStartAgain) {
  Rig run;
  run.spawned().core.restart(kWeb, run.now);
  EXPECT_EQ(run.seen().reason, "restarting");
}

TEST(Inspect, WhatIsBeingKilled) {
  Rig run;
  run.spawned().core.kill(kWeb, run.now);
  EXPECT_EQ(run.seen().reason, "SIGKILL was sent");
  EXPECT_EQ(run.seen().kill_in, std::nullopt);
}

TEST(Inspect, WhatTheLeaderLeftBehindOnceItWasStopped) {
  const auto seen = Rig{}.spawned().stop().leader_exits().seen();
  EXPECT_EQ(seen.reason, "stopping what it left running");
  EXPECT_EQ(seen.pid, Pid::none);
  EXPECT_EQ(seen.uptime, std::nullopt);
}

TEST(Inspect, WhatTheLeaderLeftBehind) {
  const auto seen = Rig{}.spawned().passes(2s).leader_exits().passes(1s).seen();
  EXPECT_EQ(seen.state, "stopping");
  EXPECT_EQ(seen.reason, "exited with code 1, stopping what it left running");
  EXPECT_EQ(seen.kill_in, Duration{4s});
  EXPECT_EQ(seen.pid, Pid::none);
  EXPECT_EQ(seen.last_lived, Duration{2s});
}

TEST(Inspect, WhatBacksOff) {
  EXPECT_EQ(Rig{}.spawned().passes(2s).ends().passes(200ms).seen(),
            (ProcessSnapshot{.id = kWeb1,
                             .state = "backoff",
                             .reason = "exited with code 1 after 2.0s",
                             .generation = 1,
                             .last_exit = kCrash,
                             .last_lived = Duration{2s},
                             .next_restart = Duration{300ms}}));
}

TEST(Inspect, HowOftenItWasRestarted) {
  const auto seen = Rig{}.spawned().ends().passes(500ms).spawned().seen();
  EXPECT_EQ(seen.restarts, 1);
  EXPECT_EQ(seen.generation, 2U);
  EXPECT_EQ(seen.last_exit, kCrash);
}

TEST(Inspect, NothingIsDueInThePast) {
  Rig run;
  run.spawned().ends();
  EXPECT_EQ(inspect(run.core, kWeb1, run.now + 1min).next_restart, Duration{0});
}

TEST(Inspect, WhatWaits) {
  const auto seen = Rig{}.spawn_fails(true, "no processes left").seen();
  EXPECT_EQ(seen.state, "waiting");
  EXPECT_EQ(seen.reason, "no processes left");
  EXPECT_EQ(seen.next_restart, Duration{500ms});
}

TEST(Inspect, WhatHasExitedOrFailed) {
  EXPECT_EQ(Rig{}.spawned().ends(Exit::code(0)).seen().reason, "exited with code 0");
  const auto seen = Rig{}.spawn_fails(false, "no such directory").seen();
  EXPECT_EQ(seen.state, "failed");
  EXPECT_EQ(seen.reason, "no such directory");
  EXPECT_EQ(seen.last_exit, Exit::code(127));
}

TEST(Inspect, WhoStoppedIt) {
  EXPECT_EQ(Rig{}.spawned().stop().ends().seen().reason, "stopped by user");
  Rig run;
  run.spawned().core.shut_down(0, run.now);
  EXPECT_EQ(run.seen().reason, "");
  EXPECT_EQ(run.ends().seen().reason, "the run is ending");
  EXPECT_EQ(inspect(Supervision{{{"web", 1, {}}}, {}}, kWeb1, run.now).reason, "");
}

TEST(Explain, SaysWhatLedToItAndWhatComesNext) {
  Rig run;
  run.spawned().ends().passes(500ms).spawned().ends();
  Policy policy;
  policy.restart.max_restarts = 7;
  policy.stop.signal = SIGINT;
  run.core.set_policy("web", policy);
  const auto why = explain(run.core, kWeb1, run.now);
  EXPECT_EQ(why.process, run.seen());
  EXPECT_EQ(why.failures, 2);
  EXPECT_EQ(why.restart, policy.restart);
  EXPECT_EQ(why.stop, policy.stop);
}

TEST(Explain, CountsTheFailuresInEveryState) {
  Rig run;
  const auto failures = [&] { return explain(run.core, kWeb1, run.now).failures; };
  EXPECT_EQ(failures(), 0);
  run.spawned().ends().passes(500ms);
  EXPECT_EQ(failures(), 1);  // starting
  run.spawn_fails(true, "no processes left");
  EXPECT_EQ(failures(), 1);  // waiting
  run.passes(500ms).spawned();
  EXPECT_EQ(failures(), 1);  // running
  run.leader_exits();
  EXPECT_EQ(failures(), 1);  // ending
  run.stop();
  EXPECT_EQ(failures(), 0);
}

}  // namespace pm::core::inspect_test
