#include "update.h"

#include <gmock/gmock.h>

#include "world.h"

namespace pm::panes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Names = std::vector<std::string>;

Names names(const Model& model) {
  Names names;
  for (const auto& pane : model.panes) names.push_back(pane.name);
  return names;
}

class Keys : public testing::Test {
 protected:
  Keys() { world.run({"web.1", "web.2", "worker.1", "clock.1"}); }
  World world;
};

TEST_F(Keys, TypingGoesToTheFocusedPane) {
  EXPECT_THAT(world.press("a Enter Up"), ElementsAre(Effect{Send{"web.1", "a"}}, Effect{Send{"web.1", "\r"}},
                                                     Effect{Send{"web.1", "\x1b[A"}}));
}

TEST_F(Keys, CursorKeysFollowTheProgramsMode) {
  world.output("web.1", "\x1b[?1h");
  EXPECT_THAT(world.press("Up"), ElementsAre(Effect{Send{"web.1", "\x1bOA"}}));
}

TEST_F(Keys, ThePrefixTwiceSendsItOnce) {
  EXPECT_THAT(world.press("C-b C-b"), ElementsAre(Effect{Send{"web.1", "\x02"}}));
}

TEST_F(Keys, APasteIsBracketedWhereTheProgramWantsThat) {
  EXPECT_THAT(world.tell(term::Input{term::Paste{"ls"}}), ElementsAre(Effect{Send{"web.1", "ls"}}));
  world.output("web.1", "\x1b[?2004h");
  EXPECT_THAT(world.tell(term::Input{term::Paste{"ls"}}),
              ElementsAre(Effect{Send{"web.1", "\x1b[200~ls\x1b[201~"}}));
}

struct Move {
  const char* name;
  const char* keys;
  const char* focus;
};
class FocusKeys : public Keys, public testing::WithParamInterface<Move> {};
TEST_P(FocusKeys, MoveTheFocus) {
  EXPECT_THAT(only<Send>(world.press(GetParam().keys)), IsEmpty());
  EXPECT_EQ(world.focus(), GetParam().focus);
}
INSTANTIATE_TEST_SUITE_P(
    Prefix, FocusKeys,
    testing::Values(Move{"right", "C-b Right", "web.2"}, Move{"down", "C-b Down", "worker.1"},
                    Move{"left_around_the_edge", "C-b Left", "web.2"},
                    Move{"up_around_the_edge", "C-b Up", "worker.1"}, Move{"next", "C-b o", "web.2"},
                    Move{"next_around", "C-b 4 C-b o", "web.1"}, Move{"digit", "C-b 4", "clock.1"},
                    Move{"digit_of_nobody", "C-b 9", "web.1"},
                    Move{"numbers_then_digit", "C-b q 3", "worker.1"}),
    [](const auto& test) { return std::string{test.param.name}; });

struct Deed {
  const char* name;
  const char* keys;
  Effects effects;
};
class DeedKeys : public Keys, public testing::WithParamInterface<Deed> {};
TEST_P(DeedKeys, AskTheSupervisor) { EXPECT_EQ(world.press(GetParam().keys), GetParam().effects); }
INSTANTIATE_TEST_SUITE_P(
    Prefix, DeedKeys,
    testing::Values(Deed{"detach", "C-b d", {Leave{}}},
                    Deed{"restart", "C-b r", {Operate{core::Verb::restart, "web.1"}}},
                    Deed{"start", "C-b s", {Operate{core::Verb::start, "web.1"}}},
                    Deed{"stop", "C-b x y", {Operate{core::Verb::stop, "web.1"}}},
                    Deed{"stop_declined", "C-b x n", {}}, Deed{"stop_declined_by_return", "C-b x Enter", {}},
                    Deed{"grow", "C-b +", {Scale{"web", "+1"}}},
                    Deed{"shrink", "C-b - y", {Scale{"web", "-1"}}}, Deed{"shrink_declined", "C-b - x", {}},
                    Deed{"quit", "C-b Q y", {ShutDown{}}}, Deed{"quit_declined", "C-b Q q", {}}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST_F(Keys, QuestionsSayWhatWillHappen) {
  world.press("C-b x");
  EXPECT_THAT(world.row(23), HasSubstr("stop web.1? y/n"));
  world.press("n C-b -");
  EXPECT_THAT(world.row(23), HasSubstr("web 2 → 1: stop web.2? y/n"));
  world.press("n C-b Q");
  EXPECT_THAT(world.row(23), HasSubstr("stop all 4 processes and end pm? y/n"));
}

TEST_F(Keys, APasteAnswersNoQuestion) {
  world.press("C-b Q");
  EXPECT_THAT(world.tell(term::Input{term::Paste{"y"}}), IsEmpty());
  EXPECT_THAT(world.row(23), HasSubstr("y/n"));
}

TEST_F(Keys, AKeyThatDoesNothingSaysWhereTheKeysAre) {
  world.press("C-b y");
  EXPECT_THAT(world.row(23), HasSubstr("C-b y does nothing · C-b ? shows all keys"));
  world.pass(std::chrono::seconds{5});
  world.tell(Tick{});
  EXPECT_THAT(world.row(23), HasSubstr("pm shop"));
}

TEST_F(Keys, AMessageWakesThePanesOnceItIsOver) {
  const auto effects = world.press("C-b y");
  EXPECT_THAT(effects, ElementsAre(Effect{WakeAt{world.model.message->until}}));
}

TEST_F(Keys, NumbersGoAwayByThemselves) {
  world.press("C-b q");
  world.pass(std::chrono::seconds{1});
  world.tell(Tick{});
  EXPECT_THAT(world.press("3"), ElementsAre(Effect{Send{"web.1", "3"}}));
}

TEST_F(Keys, TypingWhileNumbersAreShownReachesTheProgram) {
  world.press("C-b q");
  EXPECT_THAT(world.press("a"), ElementsAre(Effect{Send{"web.1", "a"}}));
}

TEST_F(Keys, ZoomGivesThePaneTheScreenAndTakesItBack) {
  const auto before = world.model.find("web.1")->wanted;
  EXPECT_THAT(world.press("C-b z"), ElementsAre(Effect{Resize{"web.1", {80, 22}}}));
  EXPECT_THAT(world.press("C-b z"), ElementsAre(Effect{Resize{"web.1", before}}));
}

TEST_F(Keys, GoingElsewhereEndsTheZoomAsInTmux) {
  world.press("C-b z C-b Right");
  EXPECT_FALSE(world.model.zoomed);
  EXPECT_EQ(world.focus(), "web.2");
}

TEST_F(Keys, SpaceTakesTheNextLayoutAndResizesWhatIsSeen) {
  const auto effects = world.press("C-b Space");
  EXPECT_EQ(world.model.layout, term::Layout::even_horizontal);
  EXPECT_EQ(only<Resize>(effects).size(), 4U);
}

TEST_F(Keys, TheLogComesAsAPaneAndGoes) {
  EXPECT_EQ(only<FollowLog>(world.press("C-b l")).size(), 1U);
  EXPECT_EQ(world.focus(), kLogName);
  world.output(kLogName, "web.1    | hello\r\n");
  EXPECT_THAT(world.shown(), HasSubstr("web.1    | hello"));
  EXPECT_THAT(only<Send>(world.type("a")), IsEmpty());
  EXPECT_THAT(only<Operate>(world.press("C-b r")), IsEmpty());
  EXPECT_EQ(only<LeaveLog>(world.press("C-b l")).size(), 1U);
  EXPECT_THAT(names(world.model), Not(testing::Contains(kLogName)));
}

TEST_F(Keys, TheHelpShowsEveryKeyAndCloses) {
  World large{{120, 60}};
  large.run({"web.1"});
  large.press("C-b ?");
  const auto shown = large.shown();
  for (const auto& words : action_words()) EXPECT_THAT(shown, HasSubstr(std::string{words.does}));
  large.press("q");
  EXPECT_THAT(large.shown(), Not(HasSubstr("looking back:")));
}

TEST_F(Keys, TheHelpScrollsOnASmallScreen) {
  world.press("C-b ?");
  EXPECT_THAT(world.shown(), Not(HasSubstr("select and copy\n")));
  world.press("PageDown PageDown PageDown");
  EXPECT_THAT(world.shown(), HasSubstr("select and copy"));
  EXPECT_THAT(world.press("Up q a"), ElementsAre(Effect{Send{"web.1", "a"}}));
}

TEST_F(Keys, WhatDoesNotRunIsNotTypedTo) {
  world.process("web.1").state = "stopped";
  world.know();
  EXPECT_THAT(only<Send>(world.type("a")), IsEmpty());
  EXPECT_THAT(world.row(23), HasSubstr("web.1 does not run · C-b s starts it"));
}

TEST_F(Keys, WhatHasNoTerminalIsNotTypedTo) {
  world.attach("web.1", false);
  EXPECT_THAT(only<Send>(world.type("a")), IsEmpty());
  EXPECT_THAT(world.row(23), HasSubstr("web.1 has no terminal to type to"));
}

TEST(Settings, ChangeKeysAndPrefix) {
  const auto word = [](std::string text) { return core::Written{std::move(text), core::bad_input("")}; };
  World world{
      {80, 24},
      settings_of(
          {.prefix = word("C-a"), .layout = word("main-vertical"), .keys = {{word("zoom"), word("F5")}}})
          .value()};
  world.run({"web.1", "web.2"});
  EXPECT_EQ(world.model.layout, term::Layout::main_vertical);
  EXPECT_EQ(only<Resize>(world.press("C-a F5")).size(), 1U);
  EXPECT_THAT(world.press("C-b"), ElementsAre(Effect{Send{"web.1", "\x02"}}));
  EXPECT_THAT(world.row(23), HasSubstr("C-a ? help"));
}

// Panes come and go.

TEST(Formation, EveryInstanceIsAttachedToWithTheSizeThatIsSeen) {
  World world{{80, 24}};
  const auto effects = world.run({"web.1", "web.2"});
  EXPECT_THAT(only<Attach>(effects), ElementsAre(Attach{"web.1", {78, 9}}, Attach{"web.2", {78, 10}}));
}

TEST(Formation, AScaleBringsAPaneAndTakesItAgain) {
  World world;
  world.run({"web.1", "worker.1"});
  world.press("C-b 2");
  const auto more = world.run({"web.1", "web.2", "worker.1"});
  EXPECT_THAT(names(world.model), ElementsAre("web.1", "web.2", "worker.1"));
  EXPECT_EQ(world.focus(), "worker.1");
  EXPECT_EQ(only<Attach>(more).size(), 1U);
  const auto fewer = world.run({"web.1", "worker.1"});
  EXPECT_THAT(only<Detach>(fewer), ElementsAre(Detach{"web.2"}));
  EXPECT_EQ(world.focus(), "worker.1");
}

TEST(Formation, TheFocusGoesToANeighbourWhenItsPaneLeaves) {
  World world;
  world.run({"web.1", "web.2"});
  world.press("C-b 2 C-b z");
  world.run({"web.1"});
  EXPECT_EQ(world.focus(), "web.1");
  EXPECT_FALSE(world.model.zoomed);
}

TEST(Formation, AStateOfSomebodyNewAsksForAll) {
  World world;
  world.run({"web.1"});
  const core::ProcessSnapshot other{.id = {"web", 2}, .state = "starting"};
  EXPECT_THAT(world.tell(core::Event{0, core::StateEvent{other, "stopped"}}),
              ElementsAre(Effect{FetchStatus{}}));
}

TEST(Formation, AnAttachmentThatIsLostIsTriedAgain) {
  World world;
  world.run({"web.1"});
  world.tell(Detached{"web.1"});
  EXPECT_EQ(only<Attach>(world.know()).size(), 1U);
  world.attach("web.1");
  EXPECT_THAT(only<Attach>(world.know()), IsEmpty());
}

TEST(Formation, WhatHasNoTerminalIsShownOnceWhenItComesBack) {
  World world;
  world.run({"web.1"});
  for (int times = 0; times < 2; ++times) {
    world.know();
    world.attach("web.1", false);
    world.output("web.1", "the only line\r\n");
    world.tell(Detached{"web.1"});
  }
  EXPECT_EQ(world.model.find("web.1")->terminal.row_text(0), "the only line");
  EXPECT_EQ(world.model.find("web.1")->terminal.row_text(1), "");
}

TEST(Formation, AnEventKeepsWhatIsKnownOfTheSameLife) {
  World world;
  world.run({"web.1"});
  auto process = world.process("web.1");
  process.cpu_percent.reset();
  process.rss_bytes.reset();
  world.tell(core::Event{0, core::StateEvent{process, "starting"}});
  EXPECT_THAT(world.row(0), HasSubstr("212M"));
}

TEST(Pages, WhatDoesNotFitGoesToFurtherPages) {
  World world{{20, 5}};
  world.run({"web.1", "web.2", "web.3"});
  EXPECT_EQ(world.focus(), "web.1");
  world.press("C-b n");
  EXPECT_EQ(world.focus(), "web.2");
  world.press("C-b p C-b p");
  EXPECT_EQ(world.focus(), "web.3");
}

TEST(Pages, AreAttachedToOnceTheyAreSeenAndStaySo) {
  World world{{20, 5}};
  EXPECT_THAT(only<Attach>(world.run({"web.1", "web.2"})), ElementsAre(Attach{"web.1", {18, 2}}));
  EXPECT_THAT(world.press("C-b n"), ElementsAre(Effect{Attach{"web.2", {18, 2}}}));
  world.attach("web.2");
  EXPECT_THAT(world.press("C-b n C-b n"), IsEmpty());
}

TEST(Pages, ThatHaveBeenSeenAreLetGoOfOnceTheyAreTooMany) {
  World world{{20, 5}};
  std::vector<std::string> all;
  for (int i = 1; i <= 40; ++i) all.push_back("web." + std::to_string(i));
  world.run(all);
  std::vector<Detach> gone;
  for (int i = 2; i <= 40; ++i) {
    for (auto& detach : only<Detach>(world.press("C-b n"))) gone.push_back(detach);
    world.attach(world.focus());
  }
  EXPECT_EQ(gone.size(), 7U);  // of the 39 that are out of sight 32 are kept
  EXPECT_EQ(gone.front(), Detach{"web.1"});
  EXPECT_EQ(only<Attach>(world.press("C-b n")).size(), 1U) << "of web.1 again";
}

TEST(Pages, ThoseThatWereSeenLongestAgoAreLetGoOf) {
  World world{{20, 5}};
  std::vector<std::string> all;
  for (int i = 1; i <= 40; ++i) all.push_back("web." + std::to_string(i));
  world.run(all);
  std::vector<Detach> gone;
  for (int i = 40; i >= 6; --i) {
    for (auto& detach : only<Detach>(world.press("C-b p"))) gone.push_back(detach);
    world.attach(world.focus());
  }
  EXPECT_THAT(gone, ElementsAre(Detach{"web.1"}, Detach{"web.40"}, Detach{"web.39"}));
}

TEST(Pages, OneIsNoReasonToTurn) {
  World world;
  world.run({"web.1"});
  world.press("C-b n");
  EXPECT_THAT(world.row(23), HasSubstr("there is one page"));
}

TEST(Sizes, AResizeOfTheScreenTellsEveryPaneThatIsSeen) {
  World world;
  world.run({"web.1", "web.2"});
  EXPECT_THAT(world.tell(Resized{{100, 30}}),
              ElementsAre(Effect{Resize{"web.1", {98, 12}}}, Effect{Resize{"web.2", {98, 13}}}));
  EXPECT_THAT(world.tell(Resized{{100, 30}}), IsEmpty());
}

TEST(Sizes, EverySizeCanBeShown) {
  World world;
  world.run({"web.1", "web.2", "worker.1", "clock.1", "mailer.1"});
  for (int columns = 1; columns < 40; ++columns)
    for (int rows = 1; rows < 16; ++rows) {
      world.tell(Resized{{columns, rows}});
      for (const auto* keys : {"C-b z", "C-b z", "C-b ?", "q", "C-b q", "Escape", "C-b Space"}) {
        world.press(keys);
        ASSERT_EQ(view(world.model, world.moment).size(), (term::Size{columns, rows}));
      }
    }
}

// What one terminal alone may do.

TEST(Terminals, TheFocusedPaneMayFillTheClipboardAndAnyMayRing) {
  World world;
  world.run({"web.1", "web.2"});
  EXPECT_THAT(world.output("web.1", "\x1b]52;c;aGk=\a"), ElementsAre(Effect{Copy{"hi"}}));
  EXPECT_THAT(world.output("web.2", "\x1b]52;c;aGk=\a"), IsEmpty());
  EXPECT_THAT(world.output("web.2", "\a"), ElementsAre(Effect{Ring{}}));
}

TEST(Terminals, QuestionsAreAnsweredByTheSupervisorAlone) {
  World world;
  world.run({"web.1"});
  EXPECT_THAT(world.output("web.1", "\x1b[c\x1b[6n"), IsEmpty());
  EXPECT_THAT(world.model.find("web.1")->terminal.take_replies(), IsEmpty());
}

TEST(Refusals, AreTold) {
  World world;
  world.run({"web.1"});
  world.tell(Refused{"the run is ending"});
  EXPECT_THAT(world.row(23), HasSubstr("the run is ending"));
}

}  // namespace
}  // namespace pm::panes
