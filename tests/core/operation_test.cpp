#include "pm/core/operation.h"

#include <gtest/gtest.h>

#include <csignal>
#include <ostream>

namespace pm::core {

inline void PrintTo(const Settled& settled, std::ostream* out) {
  *out << to_string(settled.id) << " goal " << static_cast<int>(settled.goal) << " how "
       << static_cast<int>(settled.how) << " before " << static_cast<int>(settled.before) << " pid "
       << static_cast<int>(settled.pid) << " exit " << (settled.exit ? describe(*settled.exit) : "none")
       << " took " << settled.took.count() << " ns: " << settled.reason;
}

}  // namespace pm::core

namespace pm::core::operation_test {

using How = Settled::How;
using Ids = std::vector<InstanceId>;
using Answers = std::vector<Settled>;

const InstanceId kWeb1{"web", 1}, kWeb2{"web", 2};
const Exit kCrash = Exit::code(1), kTerminated = Exit::signal(SIGTERM);
const SpawnFailure kForNow{true, 0, "no processes left"}, kForGood{false, 127, "command not found"};

TypePlan web(int instances = 1) { return {"web", instances, {}}; }

/// A supervision, and those who wait for what they asked of it. Pids are 101, 102, … in the order of the
/// spawns that are reported.
class Rig {
 public:
  explicit Rig(std::vector<TypePlan> types = {web()}, RunPolicy run = {ExitWhen::never, {}})
      : core{std::move(types), run} {
    take(core.begin(now));
  }

  /// Asks, as a supervisor does for a client; answers with the number of the wait.
  template <class Request>
  std::size_t ask(const std::vector<Wait::Aim>& aims, Request&& request) {
    waits.emplace_back(aims, core, now);
    const Actions actions = request();
    waits.back().asked(core, now);
    take(actions);
    return waits.size() - 1;
  }
  std::size_t start(const InstanceId& id = kWeb1) {
    return ask({{id, Goal::up}}, [&] { return core.start(Ids{id}, now); });
  }
  std::size_t stop(const InstanceId& id = kWeb1) {
    return ask({{id, Goal::down}}, [&] { return core.stop(Ids{id}, now); });
  }
  std::size_t restart(const InstanceId& id = kWeb1) {
    return ask({{id, Goal::renewed}}, [&] { return core.restart(Ids{id}, now); });
  }
  std::size_t kill(const InstanceId& id = kWeb1) {
    return ask({{id, Goal::down}}, [&] { return core.kill(Ids{id}, now); });
  }

  Rig& spawned(const InstanceId& id = kWeb1) {
    return take(core.spawned(id, generation(id), Pid{++pids}, now));
  }
  Rig& spawn_fails(const SpawnFailure& failure, const InstanceId& id = kWeb1) {
    return take(core.spawn_failed(id, generation(id), failure, now, 0));
  }
  Rig& leader_exits(Exit how, const InstanceId& id = kWeb1) {
    return take(core.leader_exited(id, generation(id), how, now));
  }
  Rig& ends(Exit how, const InstanceId& id = kWeb1) {
    return take(core.gone(id, generation(id), how, now, 0));
  }
  Rig& passes(Duration time) {
    now += time;
    return take(core.time(now));
  }
  Rig& shut_down() { return take(core.shut_down(0, now)); }

  /// The only answer of a wait that is over; one without a name if it is not.
  Settled answer(std::size_t wait) const {
    const auto answers = waits[wait].settled();
    return waits[wait].over() && answers.size() == 1 ? answers.front() : Settled{};
  }
  bool open(std::size_t wait) const { return !waits[wait].over() && waits[wait].settled().empty(); }

  Rig& take(const Actions& actions) {
    for (const auto& action : actions)
      if (const auto* change = std::get_if<Changed>(&action))
        for (auto& wait : waits) wait.on(*change, now);
    if (core.shutting_down())
      for (auto& wait : waits) wait.shutting_down(now);
    return *this;
  }
  Generation generation(const InstanceId& id) const { return core.find(id)->generation; }

  Supervision core;
  TimePoint now{1000s};
  std::vector<Wait> waits;
  int pids = 100;
};

Settled answer(Goal goal, How how, Pid before, Pid pid, std::optional<Exit> exit = {}, Duration took = 0s,
               std::string reason = {}) {
  return {kWeb1, goal, how, before, pid, exit, took, std::move(reason)};
}

const std::string kStoppedByAnother = "it was stopped by another request",
                  kStartedByAnother = "it was started again by another request";

// A driver that starts many at once tells late what became of the first.
TEST(Operation, HeedsNoChangeFromBeforeItWasAsked) {
  Rig rig;
  rig.spawned();
  const Changed late{kWeb1, 1, Starting{}, Running{Pid{101}, rig.now}, std::nullopt, rig.now};
  rig.passes(1ms);
  const auto stop = rig.stop();
  const auto restart = rig.restart();
  rig.waits[stop].on(late, rig.now);
  rig.waits[restart].on(late, rig.now);
  EXPECT_TRUE(rig.open(stop));
  EXPECT_TRUE(rig.open(restart));
}

TEST(Verbs, HaveNamesAndGoals) {
  EXPECT_EQ(to_string(Verb::start), "start");
  EXPECT_EQ(to_string(Verb::stop), "stop");
  EXPECT_EQ(to_string(Verb::restart), "restart");
  EXPECT_EQ(to_string(Verb::kill), "kill");
  EXPECT_EQ(goal_of(Verb::start), Goal::up);
  EXPECT_EQ(goal_of(Verb::stop), Goal::down);
  EXPECT_EQ(goal_of(Verb::restart), Goal::renewed);
  EXPECT_EQ(goal_of(Verb::kill), Goal::down);
}

// Up

TEST(WaitUp, IsOverAtOnceForWhatRuns) {
  Rig run;
  const auto wait = run.spawned().start();
  EXPECT_EQ(run.answer(wait), answer(Goal::up, How::unchanged, Pid{101}, Pid{101}));
}

TEST(WaitUp, TakesTheSpawnThatIsOnItsWay) {
  Rig run;
  const auto wait = run.start();
  EXPECT_TRUE(run.open(wait));
  run.passes(1s).spawned();
  EXPECT_EQ(run.answer(wait), answer(Goal::up, How::done, Pid::none, Pid{101}, {}, 1s));
}

TEST(WaitUp, IsOverWhenANewLifeHasBegunWhateverWasBefore) {
  const std::pair<const char*, void (*)(Rig&)> befores[] = {
      {"stopped", [](Rig& run) { run.spawned().stop(), run.ends(kTerminated); }},
      {"stopping", [](Rig& run) { run.spawned().stop(); }},
      {"ending", [](Rig& run) { run.spawned().leader_exits(kCrash); }},
      {"backoff", [](Rig& run) { run.spawned().ends(kCrash); }},
      {"exited", [](Rig& run) { run.spawned().ends(Exit::code(0)); }},
      {"waiting", [](Rig& run) { run.spawn_fails(kForNow); }},
      {"failed", [](Rig& run) { run.spawn_fails(kForGood); }},
      {"being killed while starting", [](Rig& run) { run.kill(), run.spawned(); }},
  };
  for (const auto& [name, come] : befores) {
    Rig run;
    come(run);
    const auto wait = run.start();
    EXPECT_TRUE(run.open(wait)) << name;
    if (!std::holds_alternative<Starting>(run.core.find(kWeb1)->state)) run.ends(kTerminated);
    run.spawned();
    EXPECT_EQ(run.answer(wait).how, How::done) << name;
    EXPECT_EQ(run.answer(wait).pid, Pid{run.pids}) << name;
    EXPECT_EQ(run.answer(wait).exit, std::nullopt) << name;
  }
}

TEST(WaitUp, FailsWithTheSpawn) {
  Rig run;
  const auto wait = run.start();
  run.spawn_fails(kForGood);
  EXPECT_EQ(run.answer(wait), answer(Goal::up, How::failed, Pid::none, Pid::none, {}, 0s,
                                     "it cannot be started: command not found"));
}

TEST(WaitUp, FailsWithASpawnThatIsTriedAgainLater) {
  Rig run;
  const auto wait = run.start();
  run.spawn_fails(kForNow);
  EXPECT_EQ(run.answer(wait), answer(Goal::up, How::failed, Pid::none, Pid::none, {}, 0s,
                                     "it cannot be started yet: no processes left"));
}

TEST(WaitUp, GivesWayToAStop) {
  Rig run;
  const auto wait = run.start();
  run.stop();
  EXPECT_TRUE(run.open(wait));
  run.spawned().ends(kTerminated);
  EXPECT_EQ(run.answer(wait),
            answer(Goal::up, How::superseded, Pid::none, Pid::none, {}, 0s, kStoppedByAnother));
}

TEST(WaitUp, GivesWayToTheEndOfTheRun) {
  Rig run;
  const auto wait = run.start();
  run.passes(2s).shut_down();
  EXPECT_EQ(run.answer(wait),
            answer(Goal::up, How::superseded, Pid::none, Pid::none, {}, 2s, "the run is ending"));
  EXPECT_EQ(run.answer(run.start()).how, How::superseded);
}

TEST(WaitUp, IsForWhatIsNotThereYetToo) {
  Rig run;
  const auto wait = run.ask({{kWeb2, Goal::up}}, [&] { return run.core.scale({{"web", 2}}, run.now); });
  EXPECT_TRUE(run.open(wait));
  run.spawned(kWeb2);
  EXPECT_EQ(run.answer(wait).how, How::done);
}

TEST(WaitUp, NeverWaitsForWhatNobodyStarts) {
  Rig run;
  const auto nothing = [] { return Actions{}; };
  EXPECT_EQ(run.answer(run.ask({{kWeb2, Goal::up}}, nothing)).how, How::failed);
  run.stop();
  run.spawned().ends(kTerminated);
  EXPECT_EQ(run.answer(run.ask({{kWeb1, Goal::up}}, nothing)).how, How::failed);
  EXPECT_EQ(run.answer(run.ask({{kWeb1, Goal::renewed}}, nothing)).reason, "it was not to be started");
}

// Renewed

TEST(WaitRenewed, IsOverWithTheNextLife) {
  Rig run;
  const auto wait = run.spawned().restart();
  run.passes(1s).leader_exits(kTerminated);
  run.ends(kTerminated);
  EXPECT_TRUE(run.open(wait));
  run.spawned();
  EXPECT_EQ(run.answer(wait), answer(Goal::renewed, How::done, Pid{101}, Pid{102}, kTerminated, 1s));
}

TEST(WaitRenewed, StartsWhatIsDown) {
  Rig run;
  run.spawned().ends(kCrash);
  const auto wait = run.restart();
  run.spawned();
  EXPECT_EQ(run.answer(wait), answer(Goal::renewed, How::done, Pid::none, Pid{102}));
}

TEST(WaitRenewed, DoesNotTakeTheSpawnThatWasOnItsWay) {
  Rig run;
  const auto wait = run.restart();
  run.spawned();
  EXPECT_TRUE(run.open(wait));
  run.ends(kTerminated).spawned();
  EXPECT_EQ(run.answer(wait), answer(Goal::renewed, How::done, Pid::none, Pid{102}, kTerminated));
}

TEST(WaitRenewed, DoesNotFailWithTheSpawnThatWasOnItsWay) {
  for (const auto& failure : {kForNow, kForGood}) {
    Rig run;
    const auto wait = run.restart();
    run.spawn_fails(failure);
    EXPECT_TRUE(run.open(wait));
    run.spawned();
    EXPECT_EQ(run.answer(wait), answer(Goal::renewed, How::done, Pid::none, Pid{101}));
  }
}

TEST(WaitRenewed, FailsWithTheSpawn) {
  Rig run;
  const auto wait = run.spawned().restart();
  run.ends(kTerminated).spawn_fails(kForGood);
  EXPECT_EQ(run.answer(wait), answer(Goal::renewed, How::failed, Pid{101}, Pid::none, kTerminated, 0s,
                                     "it cannot be started: command not found"));
}

TEST(WaitRenewed, TellsNoEndOfTheNewLife) {
  Rig run;
  run.stop();
  run.spawned().ends(kTerminated);
  const auto wait = run.restart();
  run.stop();
  run.spawned().ends(kCrash);
  EXPECT_EQ(run.answer(wait),
            answer(Goal::renewed, How::superseded, Pid::none, Pid::none, {}, 0s, kStoppedByAnother));
}

TEST(WaitRenewed, GivesWayToAStop) {
  Rig run;
  const auto wait = run.spawned().restart();
  run.stop();
  run.ends(kTerminated);
  EXPECT_EQ(run.answer(wait),
            answer(Goal::renewed, How::superseded, Pid{101}, Pid::none, kTerminated, 0s, kStoppedByAnother));
}

// Down

TEST(WaitDown, IsOverWhenNothingIsLeft) {
  Rig run;
  const auto wait = run.spawned().stop();
  run.leader_exits(kTerminated);
  EXPECT_TRUE(run.open(wait));
  run.passes(1s).ends(kTerminated);
  EXPECT_EQ(run.answer(wait), answer(Goal::down, How::done, Pid{101}, Pid::none, kTerminated, 1s));
}

TEST(WaitDown, TellsTheEndOfALeaderThatWasOverBefore) {
  Rig run;
  run.spawned().leader_exits(kCrash);
  const auto wait = run.passes(1s).stop();
  run.ends(kCrash);
  EXPECT_EQ(run.answer(wait), answer(Goal::down, How::done, Pid::none, Pid::none, kCrash));
}

TEST(WaitDown, IsOverAtOnceForWhatIsDown) {
  Rig run;
  run.spawned().ends(Exit::code(0));
  EXPECT_EQ(run.answer(run.stop()), answer(Goal::down, How::unchanged, Pid::none, Pid::none));
  EXPECT_EQ(run.answer(run.kill()), answer(Goal::down, How::unchanged, Pid::none, Pid::none));
}

TEST(WaitDown, TakesWhatIsDueToRunDownAtOnce) {
  for (const bool backs_off : {false, true}) {
    Rig run;
    if (backs_off) run.spawned().ends(kCrash);
    if (!backs_off) run.spawn_fails(kForNow);
    EXPECT_EQ(run.answer(run.stop()), answer(Goal::down, How::done, Pid::none, Pid::none));
  }
}

TEST(WaitDown, WaitsForTheSpawnThatIsOnItsWay) {
  for (const auto verb : {Verb::stop, Verb::kill}) {
    Rig run;
    const auto wait = verb == Verb::stop ? run.stop() : run.kill();
    EXPECT_TRUE(run.open(wait));
    run.spawned();
    EXPECT_TRUE(run.open(wait));
    run.ends(kTerminated);
    EXPECT_EQ(run.answer(wait), answer(Goal::down, How::done, Pid::none, Pid::none, kTerminated));
  }
}

TEST(WaitDown, IsOverWhenTheSpawnThatWasOnItsWayFails) {
  Rig run;
  const auto wait = run.stop();
  run.spawn_fails(kForGood);
  EXPECT_EQ(run.answer(wait), answer(Goal::down, How::done, Pid::none, Pid::none));
}

TEST(WaitDown, GivesWayToAStart) {
  Rig run;
  const auto wait = run.spawned().stop();
  run.start();
  EXPECT_TRUE(run.open(wait));
  run.ends(kTerminated);
  EXPECT_EQ(run.answer(wait),
            answer(Goal::down, How::superseded, Pid{101}, Pid::none, kTerminated, 0s, kStartedByAnother));
}

TEST(WaitDown, GivesWayToAStartBeforeTheSpawnIsThere) {
  Rig run;
  const auto wait = run.stop();
  run.start();
  run.spawned();
  EXPECT_EQ(run.answer(wait),
            answer(Goal::down, How::superseded, Pid::none, Pid{101}, {}, 0s, kStartedByAnother));
}

TEST(WaitDown, GivesWayToAStartThatHasToWait) {
  Rig run;
  const auto wait = run.stop();
  run.start();
  run.spawn_fails(kForNow);
  EXPECT_EQ(run.answer(wait),
            answer(Goal::down, How::superseded, Pid::none, Pid::none, {}, 0s, kStartedByAnother));
}

TEST(WaitDown, GoesOnWhileTheRunEnds) {
  Rig run;
  const auto wait = run.spawned().stop();
  run.shut_down();
  EXPECT_TRUE(run.open(wait));
  const auto killed = run.kill();
  EXPECT_TRUE(run.open(killed));
  run.ends(kTerminated);
  EXPECT_EQ(run.answer(wait).how, How::done);
  EXPECT_EQ(run.answer(killed).how, How::done);
}

TEST(WaitDown, IsForWhatTheFormationLoses) {
  Rig run{{web(2)}};
  run.spawned(kWeb1).spawned(kWeb2);
  const auto wait = run.ask({{kWeb2, Goal::down}}, [&] { return run.core.scale({{"web", 1}}, run.now); });
  run.ends(kTerminated, kWeb2);
  EXPECT_EQ(run.core.find(kWeb2), nullptr);
  EXPECT_EQ(run.answer(wait).how, How::done);
  EXPECT_EQ(run.answer(run.ask({{kWeb2, Goal::down}}, [] { return Actions{}; })).how, How::unchanged);
}

// Several

TEST(Wait, IsOverWithItsLastAnswerAndKeepsTheOrderOfTheAims) {
  Rig run{{web(2)}};
  run.spawned(kWeb1).spawned(kWeb2);
  const auto wait = run.ask({{kWeb2, Goal::down}, {kWeb1, Goal::down}}, [&] {
    return run.core.stop(Ids{kWeb2, kWeb1}, run.now);
  });
  run.ends(kTerminated, kWeb1);
  EXPECT_FALSE(run.waits[wait].over());
  EXPECT_EQ(run.waits[wait].settled().size(), 1U);
  run.ends(kTerminated, kWeb2);
  EXPECT_TRUE(run.waits[wait].over());
  const auto answers = run.waits[wait].settled();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].id, kWeb2);
  EXPECT_EQ(answers[1].id, kWeb1);
}

TEST(Wait, TakesTheFirstOfTwoAimsAtTheSameInstance) {
  Rig run;
  const auto wait = run.spawned().ask({{kWeb1, Goal::down}, {kWeb1, Goal::up}},
                                      [&] { return run.core.stop(Ids{kWeb1}, run.now); });
  run.ends(kTerminated);
  EXPECT_EQ(run.answer(wait).goal, Goal::down);
}

TEST(Wait, ForNothingIsOver) { EXPECT_TRUE((Wait{{}, Rig{}.core, TimePoint{}}.over())); }

TEST(Wait, KeepsItsFirstAnswer) {
  Rig run;
  const auto wait = run.spawned().stop();
  run.ends(kTerminated);
  const auto first = run.answer(wait);
  run.start();
  run.passes(1s).spawned().shut_down();
  EXPECT_EQ(run.answer(wait), first);
}

}  // namespace pm::core::operation_test
