#include "pm/core/supervision.h"

#include <gtest/gtest.h>

#include <csignal>
#include <ostream>

namespace pm::core {

inline void PrintTo(const Command& command, std::ostream* out) {
  const char* orders[] = {"spawn", "signal", "kill", "remind"};
  *out << to_string(command.id) << " #" << command.generation << " "
       << orders[static_cast<int>(command.order)];
}

}  // namespace pm::core

namespace pm::core::supervision_test {

using Commands = std::vector<Command>;
using Ids = std::vector<InstanceId>;

const InstanceId kWeb1{"web", 1}, kWeb2{"web", 2}, kWeb3{"web", 3}, kWorker1{"worker", 1};
const RunPolicy kAllEnd{ExitWhen::all, {}};
const Exit kClean = Exit::code(0), kCrash = Exit::code(1), kTerminated = Exit::signal(SIGTERM);

TypePlan type(std::string name, int instances = 1, Restart restart = Restart::on_failure) {
  TypePlan plan{std::move(name), instances, {}};
  plan.policy.restart.restart = restart;
  return plan;
}

/// A supervision with a clock that is moved by hand and without dice. Each event answers with the commands it
/// brought about.
class Rig {
 public:
  explicit Rig(std::vector<TypePlan> types, RunPolicy run = {ExitWhen::never, {}})
      : core{std::move(types), run} {}

  Commands begin() { return commands(core.begin(now)); }
  Commands start(const Ids& ids) { return commands(core.start(ids, now)); }
  Commands stop(const Ids& ids) { return commands(core.stop(ids, now)); }
  Commands restart(const Ids& ids) { return commands(core.restart(ids, now)); }
  Commands kill(const Ids& ids) { return commands(core.kill(ids, now)); }
  Commands scale(const std::map<std::string, int>& counts) { return commands(core.scale(counts, now)); }
  Commands reload(const std::vector<ReloadedType>& types) { return commands(core.reload(types, now)); }
  Commands shut_down(int status) { return commands(core.shut_down(status, now)); }
  Commands kill_all() { return commands(core.kill_all(now)); }

  Commands spawned(const InstanceId& id) { return commands(core.spawned(id, generation(id), Pid{42}, now)); }
  Commands spawn_fails(const InstanceId& id, const SpawnFailure& failure) {
    return commands(core.spawn_failed(id, generation(id), failure, now, 0));
  }
  Commands leader_exits(const InstanceId& id, Exit how) {
    return commands(core.leader_exited(id, generation(id), how, now));
  }
  Commands ends(const InstanceId& id, Exit how) {
    return commands(core.gone(id, generation(id), how, now, 0));
  }
  Commands passes(Duration time) {
    now += time;
    return commands(core.time(now));
  }

  /// The whole formation, up and running.
  void come_up() {
    begin();
    for (const auto& id : core.instances()) spawned(id);
  }
  Generation generation(const InstanceId& id) const { return core.find(id)->generation; }
  std::string_view state(const InstanceId& id) const { return state_name(core.find(id)->state); }

  Supervision core;
  TimePoint now{1000s};

 private:
  static Commands commands(const Actions& actions) {
    Commands commands;
    for (const auto& action : actions)
      if (const auto* command = std::get_if<Command>(&action)) commands.push_back(*command);
    return commands;
  }
};

// What the user asks for

TEST(Supervision, BeginsWithTheWholeFormationInTheOrderOfTheProcfile) {
  Rig run{{type("web", 2), type("release", 0), type("api")}};
  EXPECT_EQ(run.begin(), (Commands{{{"web", 1}, 1, Order::spawn},
                                   {{"web", 2}, 1, Order::spawn},
                                   {{"api", 1}, 1, Order::spawn}}));
  EXPECT_EQ(run.core.instances(), (Ids{{"web", 1}, {"web", 2}, {"api", 1}}));
  EXPECT_EQ(run.core.formation(), (std::map<std::string, int>{{"api", 1}, {"release", 0}, {"web", 2}}));
}

TEST(Supervision, TellsOfAChangeBeforeItOrdersWhatFollows) {
  Supervision core{{type("web")}, {}};
  EXPECT_EQ(core.begin(TimePoint{1s}), (Actions{Changed{kWeb1, 1, Stopped{}, Starting{}, {}, TimePoint{1s}},
                                                Command{kWeb1, 1, Order::spawn}}));
}

TEST(Supervision, KeepsDownWhatTheUserStopped) {
  Rig run{{type("web", 1, Restart::always)}};
  run.come_up();
  EXPECT_EQ(run.stop({kWeb1}), (Commands{{kWeb1, 1, Order::signal}}));
  EXPECT_EQ(run.ends(kWeb1, kTerminated), Commands{});
  EXPECT_EQ(run.state(kWeb1), "stopped");
  EXPECT_TRUE(run.core.find(kWeb1)->held);
  EXPECT_EQ(run.core.next_wake(), std::nullopt);
}

TEST(Supervision, StartsWhatWasStopped) {
  Rig run{{type("web")}};
  run.come_up();
  run.stop({kWeb1});
  run.ends(kWeb1, kTerminated);
  EXPECT_EQ(run.start({kWeb1}), (Commands{{kWeb1, 2, Order::spawn}}));
  EXPECT_FALSE(run.core.find(kWeb1)->held);
}

TEST(Supervision, StartsAgainWhatIsToldToWhileItStops) {
  Rig run{{type("web")}};
  run.come_up();
  run.stop({kWeb1});
  EXPECT_EQ(run.start({kWeb1}), Commands{});
  EXPECT_EQ(run.ends(kWeb1, kTerminated), (Commands{{kWeb1, 2, Order::spawn}}));
}

TEST(Supervision, StopsWhatIsSpawnedAfterTheUserChangedHisMind) {
  Rig run{{type("web")}};
  run.begin();
  EXPECT_EQ(run.stop({kWeb1}), Commands{});
  EXPECT_EQ(run.spawned(kWeb1), (Commands{{kWeb1, 1, Order::signal}}));
}

TEST(Supervision, StartsBeforeTheRunBegins) {
  Rig run{{type("web", 2)}};
  run.start({kWeb2});
  run.spawned(kWeb2);
  EXPECT_EQ(run.state(kWeb2), "running");
  EXPECT_EQ(run.begin(), (Commands{{kWeb1, 1, Order::spawn}}));
}

TEST(Supervision, RestartsWithoutWait) {
  Rig run{{type("web")}};
  run.come_up();
  EXPECT_EQ(run.restart({kWeb1}), (Commands{{kWeb1, 1, Order::signal}}));
  EXPECT_EQ(run.ends(kWeb1, kCrash), (Commands{{kWeb1, 2, Order::spawn}}));
  EXPECT_EQ(run.core.find(kWeb1)->restarts, 0);
}

TEST(Supervision, RestartEndsABackoffAndForgetsTheFailures) {
  Rig run{{type("web")}};
  run.come_up();
  run.ends(kWeb1, kCrash);
  EXPECT_EQ(run.restart({kWeb1}), (Commands{{kWeb1, 2, Order::spawn}}));
  run.spawned(kWeb1);
  run.ends(kWeb1, kCrash);
  EXPECT_EQ(run.core.next_wake(), run.now + 500ms);
}

TEST(Supervision, CountsTheLivesThatFollowedABackoff) {
  Rig run{{type("web")}};
  run.come_up();
  Generation generation = 1;
  for (const auto wait : {500ms, 1000ms, 2000ms}) {
    run.ends(kWeb1, kCrash);
    EXPECT_EQ(run.passes(wait - 1ns), Commands{});
    EXPECT_EQ(run.passes(1ns), (Commands{{kWeb1, ++generation, Order::spawn}}));
    run.spawned(kWeb1);
  }
  EXPECT_EQ(run.core.find(kWeb1)->restarts, 3);
}

TEST(Supervision, KillsWithoutGraceAndKeepsDown) {
  Rig run{{type("web", 1, Restart::always)}};
  run.come_up();
  EXPECT_EQ(run.kill({kWeb1}), (Commands{{kWeb1, 1, Order::kill}}));
  run.ends(kWeb1, Exit::signal(SIGKILL));
  EXPECT_EQ(run.state(kWeb1), "stopped");
}

TEST(Supervision, KillsWhatIsStillBeingSpawned) {
  Rig run{{type("web")}};
  run.begin();
  EXPECT_EQ(run.kill({kWeb1}), Commands{});
  EXPECT_EQ(run.spawned(kWeb1), (Commands{{kWeb1, 1, Order::kill}}));
}

TEST(Supervision, EscalatesAStop) {
  Rig run{{type("web")}};
  run.come_up();
  run.stop({kWeb1});
  EXPECT_EQ(run.passes(2s), (Commands{{kWeb1, 1, Order::remind}}));
  EXPECT_EQ(run.passes(3s), (Commands{{kWeb1, 1, Order::kill}}));
  EXPECT_EQ(run.core.next_wake(), std::nullopt);
}

TEST(Supervision, DoesAllThatIsDueWhenTheClockComesLate) {
  Rig run{{type("web")}};
  run.come_up();
  run.stop({kWeb1});
  EXPECT_EQ(run.passes(10s), (Commands{{kWeb1, 1, Order::kill}}));
  EXPECT_EQ(run.core.next_wake(), std::nullopt);
}

TEST(Supervision, LeavesOutWhatItDoesNotKnow) {
  Rig run{{type("web")}};
  run.come_up();
  EXPECT_EQ(run.stop({kWeb2, kWorker1}), Commands{});
  EXPECT_EQ(run.scale({{"worker", 3}}), Commands{});
  EXPECT_EQ(run.core.instances(), Ids{kWeb1});
}

// The formation

TEST(Scale, GrowsByTheNextNumbers) {
  Rig run{{type("web")}};
  run.come_up();
  EXPECT_EQ(run.scale({{"web", 3}}), (Commands{{kWeb2, 1, Order::spawn}, {kWeb3, 1, Order::spawn}}));
  EXPECT_EQ(run.core.formation().at("web"), 3);
}

TEST(Scale, ShrinksByTheHighestNumbers) {
  Rig run{{type("web", 3)}};
  run.come_up();
  EXPECT_EQ(run.scale({{"web", 1}}), (Commands{{kWeb2, 1, Order::signal}, {kWeb3, 1, Order::signal}}));
  EXPECT_EQ(run.core.instances(), (Ids{kWeb1, kWeb2, kWeb3}));
  run.ends(kWeb3, kTerminated);
  run.ends(kWeb2, kTerminated);
  EXPECT_EQ(run.core.instances(), Ids{kWeb1});
  EXPECT_EQ(run.state(kWeb1), "running");
}

TEST(Scale, TakesWhatIsDownAtOnce) {
  Rig run{{type("web", 2)}};
  run.come_up();
  run.ends(kWeb2, kCrash);
  run.scale({{"web", 1}});
  EXPECT_EQ(run.core.instances(), Ids{kWeb1});
  EXPECT_EQ(run.core.next_wake(), std::nullopt);
}

TEST(Scale, CountsTheLivesOfANumberOnWhenItComesBack) {
  Rig run{{type("web", 2)}};
  run.come_up();
  run.scale({{"web", 1}});
  run.ends(kWeb2, kTerminated);
  EXPECT_EQ(run.scale({{"web", 2}}), (Commands{{kWeb2, 2, Order::spawn}}));
}

TEST(Scale, WaitsForTheLastLifeOfANumberThatComesBack) {
  Rig run{{type("web", 2)}};
  run.come_up();
  run.scale({{"web", 1}});
  EXPECT_EQ(run.scale({{"web", 2}}), Commands{});
  EXPECT_EQ(run.ends(kWeb2, kTerminated), (Commands{{kWeb2, 2, Order::spawn}}));
}

TEST(Scale, ForgetsThatTheUserStoppedANumberThatComesBack) {
  Rig run{{type("web", 2)}};
  run.come_up();
  run.stop({kWeb2});
  run.scale({{"web", 1}});
  run.scale({{"web", 2}});
  EXPECT_EQ(run.ends(kWeb2, kTerminated), (Commands{{kWeb2, 2, Order::spawn}}));
}

TEST(Scale, LeavesAloneWhatStays) {
  Rig run{{type("web", 2), type("worker")}};
  run.come_up();
  run.stop({kWeb1});
  run.ends(kWeb1, kTerminated);
  EXPECT_EQ(run.scale({{"web", 2}}), Commands{});
  EXPECT_EQ(run.scale({{"web", 0}}), (Commands{{kWeb2, 1, Order::signal}}));
  EXPECT_EQ(run.state(kWorker1), "running");
}

TEST(Restart, DoesNotTakeTheSpawnThatIsOnItsWay) {
  Rig run{{type("web")}};
  run.begin();
  EXPECT_EQ(run.restart({kWeb1}), Commands{});
  EXPECT_EQ(run.spawned(kWeb1), (Commands{{kWeb1, 1, Order::signal}}));
  EXPECT_EQ(run.ends(kWeb1, kTerminated), (Commands{{kWeb1, 2, Order::spawn}}));
  run.spawned(kWeb1);
  EXPECT_EQ(run.state(kWeb1), "running");
}

TEST(Restart, SpawnsAgainWhenTheSpawnThatIsOnItsWayFails) {
  Rig run{{type("web")}, kAllEnd};
  run.begin();
  run.restart({kWeb1});
  EXPECT_EQ(run.spawn_fails(kWeb1, {false, 127, "not found"}), (Commands{{kWeb1, 2, Order::spawn}}));
  EXPECT_FALSE(run.core.shutting_down());
}

// What the files say anew

ReloadedType same(TypePlan plan) { return {std::move(plan), false}; }
ReloadedType changed(TypePlan plan) { return {std::move(plan), true}; }

TEST(Reload, OfTheSameChangesNothing) {
  Rig run{{type("web"), type("worker")}};
  run.come_up();
  EXPECT_TRUE(run.core.reload({same(type("web")), same(type("worker"))}, run.now).empty());
}

TEST(Reload, StartsWhatIsNewInTheOrderOfTheFiles) {
  Rig run{{type("web")}};
  run.come_up();
  EXPECT_EQ(run.reload({same(type("api", 2)), same(type("web"))}),
            (Commands{{{"api", 1}, 1, Order::spawn}, {{"api", 2}, 1, Order::spawn}}));
  EXPECT_EQ(run.core.instances(), (Ids{{"api", 1}, {"api", 2}, kWeb1}));
  EXPECT_EQ(run.core.formation(), (std::map<std::string, int>{{"api", 2}, {"web", 1}}));
}

TEST(Reload, StopsWhatIsGoneAndForgetsItOnceItIsAtRest) {
  Rig run{{type("web"), type("worker")}};
  run.come_up();
  EXPECT_EQ(run.reload({same(type("web"))}), (Commands{{kWorker1, 1, Order::signal}}));
  EXPECT_EQ(run.core.formation(), (std::map<std::string, int>{{"web", 1}}));
  EXPECT_EQ(run.core.instances(), (Ids{kWeb1, kWorker1}));
  EXPECT_EQ(run.scale({{"worker", 2}}), Commands{});
  run.ends(kWorker1, kTerminated);
  EXPECT_EQ(run.core.instances(), Ids{kWeb1});
}

TEST(Reload, RestartsOnlyWhatHasChanged) {
  Rig run{{type("web"), type("worker")}};
  run.come_up();
  EXPECT_EQ(run.reload({changed(type("web")), same(type("worker"))}), (Commands{{kWeb1, 1, Order::signal}}));
  EXPECT_EQ(run.ends(kWeb1, kCrash), (Commands{{kWeb1, 2, Order::spawn}}));
  EXPECT_EQ(run.state(kWorker1), "running");
}

TEST(Reload, StartsWhatHasChangedAndIsNotUp) {
  Rig run{{type("web", 3)}};
  run.begin();
  run.spawned(kWeb1);
  run.ends(kWeb1, kClean);
  run.spawned(kWeb2);
  run.ends(kWeb2, kCrash);
  run.spawn_fails(kWeb3, {false, 127, "not found"});
  EXPECT_EQ(run.reload({same(type("web", 3))}), Commands{});
  EXPECT_EQ(run.reload({changed(type("web", 3))}),
            (Commands{{kWeb1, 2, Order::spawn}, {kWeb2, 2, Order::spawn}, {kWeb3, 2, Order::spawn}}));
}

TEST(Reload, LeavesDownWhatTheUserStopped) {
  Rig run{{type("web", 2)}};
  run.come_up();
  run.stop({kWeb1, kWeb2});
  run.ends(kWeb1, kTerminated);
  EXPECT_EQ(run.reload({changed(type("web", 2))}), Commands{});
  EXPECT_EQ(run.ends(kWeb2, kTerminated), Commands{});
  EXPECT_TRUE(run.core.find(kWeb1)->held);
  EXPECT_EQ(run.state(kWeb2), "stopped");
}

TEST(Reload, RenewsWhatIsStillBeingSpawnedOnlyIfItHasChanged) {
  Rig run{{type("web"), type("worker")}};
  run.begin();
  EXPECT_EQ(run.reload({changed(type("web")), same(type("worker"))}), Commands{});
  EXPECT_EQ(run.spawned(kWeb1), (Commands{{kWeb1, 1, Order::signal}}));
  EXPECT_EQ(run.spawned(kWorker1), Commands{});
  EXPECT_EQ(run.ends(kWeb1, kTerminated), (Commands{{kWeb1, 2, Order::spawn}}));
}

TEST(Reload, OutdatesASpawnThatIsNotWantedButMayBeAgain) {
  Rig run{{type("web")}};
  run.begin();
  run.stop({kWeb1});
  run.reload({changed(type("web"))});
  run.start({kWeb1});
  EXPECT_EQ(run.spawned(kWeb1), (Commands{{kWeb1, 1, Order::signal}}));
}

TEST(Reload, DoesNotRestartWhatItStarts) {
  Rig run{{type("web")}};
  run.come_up();
  EXPECT_EQ(run.reload({changed(type("web", 2))}),
            (Commands{{kWeb1, 1, Order::signal}, {kWeb2, 1, Order::spawn}}));
  EXPECT_EQ(run.spawned(kWeb2), Commands{});
  EXPECT_EQ(run.state(kWeb2), "running");
}

TEST(Reload, TakesOverOtherCounts) {
  Rig run{{type("web", 2), type("worker")}};
  run.come_up();
  EXPECT_EQ(
      run.reload({changed(type("web", 1)), same(type("worker", 2))}),
      (Commands{{kWeb1, 1, Order::signal}, {kWeb2, 1, Order::signal}, {{"worker", 2}, 1, Order::spawn}}));
  EXPECT_EQ(run.ends(kWeb2, kTerminated), Commands{});
  EXPECT_EQ(run.core.formation(), (std::map<std::string, int>{{"web", 1}, {"worker", 2}}));
}

TEST(Reload, KeepsTheCountsThatTheUserSet) {
  Rig run{{type("web"), type("worker")}};
  run.come_up();
  run.scale({{"web", 2}, {"worker", 0}});
  run.spawned(kWeb2);
  EXPECT_EQ(run.reload({same(type("web", 3)), same(type("worker", 4))}), Commands{});
  EXPECT_EQ(run.core.formation(), (std::map<std::string, int>{{"web", 2}, {"worker", 0}}));
}

TEST(Reload, TakesAScaleBackToWhatTheFilesSayForNoCountOfTheUser) {
  Rig run{{type("web")}};
  run.come_up();
  run.scale({{"web", 2}});
  run.scale({{"web", 1}});
  run.reload({same(type("web", 3))});
  EXPECT_EQ(run.core.formation().at("web"), 3);
}

TEST(Reload, ForgetsTheCountOfTheUserWithTheType) {
  Rig run{{type("web"), type("worker")}};
  run.come_up();
  run.scale({{"worker", 3}});
  run.reload({same(type("web"))});
  run.reload({same(type("web")), same(type("worker"))});
  EXPECT_EQ(run.core.formation().at("worker"), 1);
}

TEST(Reload, CountsTheLivesOfATypeOnWhenItComesBack) {
  Rig run{{type("web"), type("worker")}};
  run.come_up();
  run.reload({same(type("web"))});
  run.ends(kWorker1, kTerminated);
  EXPECT_EQ(run.reload({same(type("web")), same(type("worker"))}), (Commands{{kWorker1, 2, Order::spawn}}));
}

TEST(Reload, WaitsForTheLastLifeOfATypeThatComesBack) {
  Rig run{{type("web"), type("worker")}};
  run.come_up();
  run.reload({same(type("web"))});
  EXPECT_EQ(run.reload({same(type("web")), same(type("worker"))}), Commands{});
  EXPECT_EQ(run.ends(kWorker1, kTerminated), (Commands{{kWorker1, 2, Order::spawn}}));
}

TEST(Reload, DoesNotTakeTheSpawnOfATypeThatWasGone) {
  Rig run{{type("web"), type("worker")}};
  run.begin();
  run.reload({same(type("web"))});
  run.reload({same(type("web")), same(type("worker"))});
  EXPECT_EQ(run.spawned(kWorker1), (Commands{{kWorker1, 1, Order::signal}}));
}

TEST(Reload, TakesOverThePolicies) {
  Rig run{{type("web", 1, Restart::never)}};
  run.come_up();
  run.reload({same(type("web", 1, Restart::always))});
  EXPECT_EQ(run.core.policy("web").restart.restart, Restart::always);
  run.ends(kWeb1, kClean);
  EXPECT_EQ(run.state(kWeb1), "backoff");
}

TEST(Reload, DoesNothingOnceTheRunIsEnding) {
  Rig run{{type("web")}};
  run.come_up();
  run.shut_down(0);
  EXPECT_EQ(run.reload({same(type("web", 2)), same(type("worker"))}), Commands{});
  EXPECT_EQ(run.core.formation(), (std::map<std::string, int>{{"web", 1}}));
}

TEST(Reload, EndsTheRunWhenTheLastThatWasDueIsGone) {
  Rig run{{type("web"), type("worker")}, kAllEnd};
  run.come_up();
  run.ends(kWeb1, kClean);
  run.ends(kWorker1, kCrash);
  run.reload({same(type("web"))});
  EXPECT_EQ(run.core.finished(), 0);
}

TEST(SetPolicy, CountsFromTheNextEventOn) {
  Rig run{{type("web", 1, Restart::never)}};
  run.come_up();
  run.core.set_policy("web", type("web", 1, Restart::always).policy);
  run.core.set_policy("unknown", {});
  EXPECT_EQ(run.core.policy("web").restart.restart, Restart::always);
  run.ends(kWeb1, kClean);
  EXPECT_EQ(run.state(kWeb1), "backoff");
}

TEST(SetPolicy, DoesNotJudgeAnewWhatHasEnded) {
  auto plan = type("web", 2);
  plan.policy.restart.success_codes = {0, 3};
  Rig run{{plan}, {ExitWhen::failure, {}}};
  run.come_up();
  run.ends(kWeb1, Exit::code(3));
  run.core.set_policy("web", type("web").policy);
  run.stop({kWeb2});
  EXPECT_FALSE(run.core.shutting_down());
}

TEST(Wanted, IsWhatIsToHaveALife) {
  Rig run{{type("web", 3)}};
  run.come_up();
  run.stop({kWeb1});
  run.scale({{"web", 2}});
  EXPECT_FALSE(run.core.wanted(kWeb1));
  EXPECT_TRUE(run.core.wanted(kWeb2));
  EXPECT_FALSE(run.core.wanted(kWeb3));
  EXPECT_FALSE(run.core.wanted(kWorker1));
  run.shut_down(0);
  EXPECT_FALSE(run.core.wanted(kWeb2));
}

// What the driver reports

TEST(Reports, OfAnOlderLifeAreDropped) {
  Rig run{{type("web")}};
  run.come_up();
  run.restart({kWeb1});
  run.ends(kWeb1, kTerminated);
  run.spawned(kWeb1);
  EXPECT_TRUE(run.core.gone(kWeb1, 1, kCrash, run.now, 0).empty());
  EXPECT_TRUE(run.core.leader_exited(kWeb1, 1, kCrash, run.now).empty());
  EXPECT_TRUE(run.core.spawned(kWeb1, 1, Pid{7}, run.now).empty());
  EXPECT_TRUE(run.core.spawn_failed(kWeb1, 1, {}, run.now, 0).empty());
  EXPECT_EQ(run.state(kWeb1), "running");
  EXPECT_EQ(run.core.find(kWeb1)->last->how, kTerminated);
}

TEST(Reports, ThatComeTwiceChangeNothing) {
  Rig run{{type("web")}};
  run.come_up();
  const auto began = run.now;
  run.passes(1s);
  EXPECT_EQ(run.spawned(kWeb1), Commands{});
  EXPECT_EQ(run.spawn_fails(kWeb1, {false, 127, "not found"}), Commands{});
  EXPECT_EQ(run.core.find(kWeb1)->since, began);
  EXPECT_EQ(run.core.find(kWeb1)->last, std::nullopt);

  run.leader_exits(kWeb1, kCrash);
  const Ended end{kCrash, 1s, run.now};
  run.passes(1s);
  EXPECT_EQ(run.leader_exits(kWeb1, kClean), Commands{});
  EXPECT_EQ(run.core.find(kWeb1)->last, end);
  run.ends(kWeb1, kCrash);
  run.passes(100ms);
  EXPECT_EQ(run.ends(kWeb1, kClean), Commands{});
  EXPECT_EQ(run.core.find(kWeb1)->last, end);
  EXPECT_EQ(run.state(kWeb1), "backoff");
}

TEST(Reports, OfALeaderThatLeftSomethingHoldUpTheNextLife) {
  Rig run{{type("web")}};
  run.come_up();
  EXPECT_EQ(run.leader_exits(kWeb1, kCrash), (Commands{{kWeb1, 1, Order::signal}}));
  EXPECT_EQ(run.state(kWeb1), "stopping");
  EXPECT_EQ(run.passes(5s), (Commands{{kWeb1, 1, Order::kill}}));
  EXPECT_EQ(run.ends(kWeb1, kCrash), Commands{});
  EXPECT_EQ(run.passes(500ms), (Commands{{kWeb1, 2, Order::spawn}}));
}

TEST(Reports, OfALeaderThatWasStoppedKeepWhenItEnded) {
  Rig run{{type("web")}};
  run.come_up();
  run.passes(1s);
  run.stop({kWeb1});
  EXPECT_EQ(run.leader_exits(kWeb1, kTerminated), (Commands{{kWeb1, 1, Order::signal}}));
  const Ended end{kTerminated, 1s, run.now};
  EXPECT_EQ(std::get<Stopping>(run.core.find(kWeb1)->state).pid, Pid::none);
  run.passes(3s);
  run.ends(kWeb1, kTerminated);
  EXPECT_EQ(run.core.find(kWeb1)->last, end);
}

TEST(SpawnFailure, ForLackOfSomethingIsTriedAgain) {
  Rig run{{type("web", 1, Restart::never)}};
  run.begin();
  EXPECT_EQ(run.spawn_fails(kWeb1, {true, 0, "no descriptors left"}), Commands{});
  EXPECT_EQ(run.state(kWeb1), "waiting");
  EXPECT_EQ(run.passes(500ms), (Commands{{kWeb1, 2, Order::spawn}}));
  EXPECT_EQ(run.core.find(kWeb1)->last, std::nullopt);
}

TEST(SpawnFailure, ForGoodFails) {
  Rig run{{type("web", 1, Restart::always)}};
  run.begin();
  run.spawn_fails(kWeb1, {false, 126, "not executable"});
  EXPECT_EQ(run.state(kWeb1), "failed");
  EXPECT_EQ(run.core.find(kWeb1)->last, (Ended{Exit::code(126), 0s, run.now}));
  EXPECT_EQ(run.core.next_wake(), std::nullopt);
}

// The end of the run

using Status = std::optional<int>;

TEST(ShutDown, StopsEverythingAndIsOverWhenAllIsAtRest) {
  Rig run{{type("web", 2, Restart::always)}};
  run.come_up();
  run.ends(kWeb2, kCrash);
  EXPECT_EQ(run.shut_down(130), (Commands{{kWeb1, 1, Order::signal}}));
  EXPECT_TRUE(run.core.shutting_down());
  EXPECT_EQ(run.core.finished(), std::nullopt);
  run.ends(kWeb1, kTerminated);
  EXPECT_EQ(run.core.finished(), Status{130});
  EXPECT_EQ(run.core.next_wake(), std::nullopt);
}

TEST(ShutDown, IsDecidedByTheFirstCall) {
  Rig run{{type("web")}};
  run.come_up();
  run.shut_down(0);
  EXPECT_EQ(run.shut_down(130), Commands{});
  run.ends(kWeb1, kTerminated);
  EXPECT_EQ(run.core.finished(), Status{0});
}

TEST(ShutDown, WinsOverAnExitPolicyThatComesLater) {
  Rig run{{type("web", 2, Restart::never)}, {ExitWhen::any, kWeb1}};
  run.come_up();
  run.shut_down(130);
  run.ends(kWeb1, Exit::code(3));
  run.ends(kWeb2, Exit::code(4));
  EXPECT_EQ(run.core.finished(), Status{130});
}

TEST(ShutDown, LosesAgainstAnExitPolicyThatCameBefore) {
  Rig run{{type("web", 2, Restart::never)}, {ExitWhen::any, {}}};
  run.come_up();
  run.ends(kWeb1, Exit::code(3));
  run.shut_down(130);
  run.ends(kWeb2, kTerminated);
  EXPECT_EQ(run.core.finished(), Status{3});
}

TEST(ShutDown, LetsNothingStart) {
  Rig run{{type("web")}};
  run.come_up();
  run.shut_down(0);
  run.start({kWeb1});
  run.restart({kWeb1});
  run.scale({{"web", 3}});
  EXPECT_EQ(run.ends(kWeb1, kTerminated), Commands{});
  EXPECT_EQ(run.core.instances(), Ids{kWeb1});
}

TEST(ShutDown, StopsWhatIsStillBeingSpawned) {
  Rig run{{type("web")}};
  run.begin();
  run.shut_down(0);
  EXPECT_EQ(run.core.finished(), std::nullopt);
  EXPECT_EQ(run.spawned(kWeb1), (Commands{{kWeb1, 1, Order::signal}}));
}

TEST(ShutDown, KeepsHowAnInstanceEnded) {
  Rig run{{type("web", 2)}};
  run.come_up();
  run.ends(kWeb1, kClean);
  run.shut_down(0);
  EXPECT_EQ(run.state(kWeb1), "exited");
}

TEST(ShutDown, IsCutShortByAKillForSome) {
  Rig run{{type("web", 2)}};
  run.come_up();
  run.shut_down(0);
  EXPECT_EQ(run.kill({kWeb1}), (Commands{{kWeb1, 1, Order::kill}}));
  EXPECT_TRUE(run.core.find(kWeb1)->held);
  EXPECT_FALSE(run.core.find(kWeb2)->held);
}

TEST(KillAll, EndsWhatAShutdownHasNotEndedYet) {
  Rig run{{type("web", 3)}};
  run.begin();
  run.spawned(kWeb1);
  run.spawned(kWeb2);
  run.shut_down(130);
  run.ends(kWeb2, kTerminated);
  EXPECT_EQ(run.kill_all(), (Commands{{kWeb1, 1, Order::kill}}));
  EXPECT_EQ(run.spawned(kWeb3), (Commands{{kWeb3, 1, Order::kill}}));
}

TEST(KillAll, DoesNothingWithoutAShutdown) {
  Rig run{{type("web")}};
  run.come_up();
  EXPECT_EQ(run.kill_all(), Commands{});
}

// The exit policies: how web.1, web.2 and worker.1 end, one after the other; nullopt: the user stops it.

struct Exits {
  const char* name;
  RunPolicy run;
  std::vector<std::optional<Exit>> ends;
  Status status;  ///< of the run, if it ends after that
};
std::ostream& operator<<(std::ostream& out, const Exits& exits) { return out << exits.name; }

class ExitPolicy : public testing::TestWithParam<Exits> {};

TEST_P(ExitPolicy, EndsTheRun) {
  auto plans = std::vector{type("web", 2, Restart::never), type("worker", 1, Restart::never)};
  for (auto& plan : plans) plan.policy.restart.success_codes = {0, 9};
  Rig run{plans, GetParam().run};
  run.come_up();
  const auto ids = run.core.instances();
  for (std::size_t i = 0; i < GetParam().ends.size(); ++i) {
    ASSERT_FALSE(run.core.shutting_down());
    if (!GetParam().ends[i]) run.stop({ids[i]});
    run.ends(ids[i], GetParam().ends[i].value_or(kTerminated));
  }
  EXPECT_EQ(run.core.shutting_down(), GetParam().status.has_value());
  for (std::size_t i = GetParam().ends.size(); i < ids.size(); ++i)
    if (run.core.shutting_down()) run.ends(ids[i], kTerminated);
  EXPECT_EQ(run.core.finished(), GetParam().status);
}

const RunPolicy kAny{ExitWhen::any, {}}, kFailure{ExitWhen::failure, {}}, kAll{kAllEnd},
    kNever{ExitWhen::never, {}}, kNamed{ExitWhen::named, kWeb2}, kAllFromWeb1{ExitWhen::all, kWeb1},
    kAnyFromWeb2{ExitWhen::any, kWeb2};
const Exit kThree = Exit::code(3), kFour = Exit::code(4), kSuccess = Exit::code(9),
           kSegv = Exit::signal(SIGSEGV);
const std::optional<Exit> kByHand;

INSTANTIATE_TEST_SUITE_P(
    Ends, ExitPolicy,
    testing::Values(Exits{"AnyClean", kAny, {kClean}, 0}, Exits{"AnyFailed", kAny, {kThree}, 3},
                    Exits{"AnySuccessCode", kAny, {kSuccess}, 9}, Exits{"AnySignal", kAny, {kSegv}, 139},
                    Exits{"AnyNotWhatTheUserStopped", kAny, {kByHand}, {}},
                    Exits{"FailureNotClean", kFailure, {kClean, kSuccess}, {}},
                    Exits{"FailureFailed", kFailure, {kClean, kThree}, 3},
                    Exits{"FailureSignal", kFailure, {kSegv}, 139},
                    Exits{"FailureNoneAtAll", kFailure, {kClean, kClean, kClean}, 0},
                    Exits{"AllNotBeforeTheLast", kAll, {kThree, kClean}, {}},
                    Exits{"AllClean", kAll, {kClean, kClean, kClean}, 0},
                    Exits{"AllSuccessCode", kAll, {kClean, kSuccess, kClean}, 0},
                    Exits{"AllTheFirstThatFailed", kAll, {kClean, kFour, kThree}, 4},
                    Exits{"AllTheFirstSignal", kAll, {kSegv, kFour, kThree}, 139},
                    Exits{"AllNotIfTheUserStoppedOne", kAll, {kClean, kByHand, kClean}, {}},
                    Exits{"AllFromTheNamed", kAllFromWeb1, {kClean, kFour, kThree}, 0},
                    Exits{"NamedOnly", kNamed, {kThree}, {}},
                    Exits{"NamedFailed", kNamed, {kThree, kFour}, 4},
                    Exits{"NamedClean", kNamed, {kThree, kClean}, 0},
                    Exits{"AnyFromTheNamedThatWasStoppedThen", kAnyFromWeb2, {kThree}, 128 + SIGTERM},
                    Exits{"Never", kNever, {kThree, kClean, kSegv}, {}}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(ExitPolicyAll, WaitsForWhatIsDueToRunAgain) {
  Rig run{{type("web", 2)}, kAll};
  run.come_up();
  run.ends(kWeb1, kClean);
  run.ends(kWeb2, kCrash);
  EXPECT_FALSE(run.core.shutting_down());
}

TEST(ExitPolicyAll, ReportsWhatCouldNotBeSpawned) {
  for (const int status : {127, 126}) {
    Rig run{{type("web", 2)}, kAll};
    run.begin();
    run.spawned(kWeb2);
    run.spawn_fails(kWeb1, {false, status, "no"});
    run.ends(kWeb2, kClean);
    EXPECT_EQ(run.core.finished(), Status{status});
  }
}

TEST(ExitPolicyAll, ReportsACommandThatWasNotFound) {
  Rig run{{type("web")}, kAll};
  run.come_up();
  run.ends(kWeb1, Exit::code(127));
  EXPECT_EQ(run.state(kWeb1), "failed");
  EXPECT_EQ(run.core.finished(), Status{127});
}

TEST(ExitPolicyAll, DoesNotWaitForWhatTheFormationHasLost) {
  Rig run{{type("web", 2)}, kAll};
  run.come_up();
  run.ends(kWeb1, kClean);
  run.scale({{"web", 1}});
  EXPECT_FALSE(run.core.shutting_down());
  run.ends(kWeb2, kTerminated);
  EXPECT_EQ(run.core.finished(), Status{0});
}

TEST(ExitPolicyAll, EndsTheRunWhenTheLastThatWasDueIsScaledAway) {
  Rig run{{type("web", 2)}, kAll};
  run.come_up();
  run.ends(kWeb1, kClean);
  run.ends(kWeb2, kCrash);
  run.scale({{"web", 1}});
  EXPECT_EQ(run.core.finished(), Status{0});
}

TEST(ExitPolicyAll, StaysWhenEverythingIsScaledAway) {
  Rig run{{type("web")}, kAll};
  run.come_up();
  run.scale({{"web", 0}});
  run.ends(kWeb1, kTerminated);
  EXPECT_FALSE(run.core.shutting_down());
}

TEST(ExitPolicyAll, StaysForATypeThatTheUserScaledAway) {
  Rig run{{type("web"), type("worker"), type("release", 0)}, kAll};
  run.come_up();
  run.scale({{"worker", 0}});
  run.ends(kWorker1, kTerminated);
  run.ends(kWeb1, kClean);
  EXPECT_FALSE(run.core.shutting_down());
  run.reload({same(type("web")), same(type("worker", 0))});  // now the files say so too
  EXPECT_EQ(run.core.finished(), Status{0});
}

TEST(ExitPolicyAll, DoesNotStayForATypeThatIsGone) {
  Rig run{{type("web"), type("worker")}, kAll};
  run.come_up();
  run.scale({{"worker", 0}});
  run.reload({same(type("web"))});
  run.ends(kWeb1, kClean);
  EXPECT_FALSE(run.core.shutting_down());
  run.ends(kWorker1, kTerminated);
  EXPECT_EQ(run.core.finished(), Status{0});
}

TEST(ExitPolicyFailure, ComesAfterTheLastRestart) {
  auto plan = type("web");
  plan.policy.restart.max_restarts = 1;
  Rig run{{plan}, kFailure};
  run.come_up();
  run.ends(kWeb1, Exit::code(3));
  EXPECT_FALSE(run.core.shutting_down());
  run.passes(500ms);
  run.spawned(kWeb1);
  run.ends(kWeb1, Exit::code(3));
  EXPECT_EQ(run.core.finished(), Status{3});
}

TEST(ExitCodeFrom, FallsBackToThePolicyIfThereIsNoSuchInstance) {
  Rig run{{type("web", 1, Restart::never)}, {ExitWhen::all, kWeb3}};
  run.come_up();
  run.ends(kWeb1, Exit::code(3));
  EXPECT_EQ(run.core.finished(), Status{3});
}

}  // namespace pm::core::supervision_test
