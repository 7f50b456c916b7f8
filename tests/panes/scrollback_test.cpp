#include "scrollback.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "world.h"

namespace pm::panes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int kLines = 100;

// One pane of 78 × 21 cells with a hundred lines: the screen shows the last twenty of them, and the cursor's
// row.
class LookingBack : public testing::Test {
 protected:
  LookingBack() {
    world.run({"web.1"});
    for (int line = 1; line <= kLines; ++line)
      world.output("web.1", fmt::format("line {} of many\r\n", line));
  }
  Pane& pane() { return world.model.panes[0]; }
  std::string copied(std::string_view keys) {
    const auto copies = only<Copy>(world.press(keys));
    return copies.empty() ? "" : copies.front().text;
  }
  World world;
};

TEST_F(LookingBack, BeginsWhereTheProgramIs) {
  const auto before = world.row(1);
  world.press("C-b [");
  EXPECT_EQ(world.row(1), before);
  EXPECT_THAT(world.row(0), HasSubstr("[0/80]"));
}

TEST_F(LookingBack, KeysAreCommandsNotInput) {
  EXPECT_THAT(only<Send>(world.press("C-b [ k j h l g G")), IsEmpty());
}

TEST_F(LookingBack, PagesAndEndsAreReached) {
  world.press("C-b [ g");
  EXPECT_THAT(world.row(1), HasSubstr("line 1 of many"));
  world.press("PageDown");
  EXPECT_THAT(world.row(1), HasSubstr("line 22 of many"));
  world.press("G");
  EXPECT_THAT(world.row(20), HasSubstr("line 100 of many"));
}

TEST_F(LookingBack, ThePrefixWithPageUpBeginsOnePageUp) {
  world.press("C-b PageUp");
  EXPECT_THAT(world.row(0), HasSubstr("[21/80]"));
}

struct Way {
  const char* name;
  const char* keys;
};
class WaysOut : public LookingBack, public testing::WithParamInterface<Way> {};
TEST_P(WaysOut, LeadBackToTheProgram) {
  world.press("C-b [ g");
  world.press(GetParam().keys);
  EXPECT_FALSE(pane().scrollback);
  EXPECT_THAT(world.press("a"), ElementsAre(Effect{Send{"web.1", "a"}}));
}
INSTANTIATE_TEST_SUITE_P(Key, WaysOut,
                         testing::Values(Way{"q", "q"}, Way{"escape", "Escape"}, Way{"interrupt", "C-c"},
                                         Way{"escape_after_a_selection", "v Escape Escape"}),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST_F(LookingBack, NewOutputMovesNothing) {
  world.press("C-b [ g");
  const auto before = world.row(1);
  for (int line = 0; line < 50; ++line) world.output("web.1", "more\r\n");
  EXPECT_EQ(world.row(1), before);
}

TEST_F(LookingBack, RowsThatAreDroppedTakeTheSightWithThem) {
  world.press("C-b [ g");
  for (int line = 0; line < 20'000; ++line) world.output("web.1", "a line that fills the rows above\r\n");
  EXPECT_THAT(world.row(1), HasSubstr("a line that fills"));
}

TEST_F(LookingBack, SearchGoesDownAndUpAndAround) {
  world.press("C-b [ g /");
  world.type("line 5");
  EXPECT_THAT(world.row(23), HasSubstr("/line 5"));
  world.press("Enter");
  EXPECT_EQ(pane().scrollback->cursor.row, 4);
  world.press("n");
  EXPECT_EQ(pane().scrollback->cursor.row, 49);
  world.press("N N");
  EXPECT_EQ(pane().scrollback->cursor.row, 58);
  world.press("?");
  world.type("line 7 ");
  world.press("Enter");
  EXPECT_EQ(pane().scrollback->cursor.row, 6);
}

TEST_F(LookingBack, SearchSaysWhatIsNotThere) {
  world.press("C-b [ /");
  world.type("nowhere");
  world.press("Enter");
  EXPECT_THAT(world.row(23), HasSubstr("'nowhere' is not there"));
}

TEST_F(LookingBack, AQueryCanBeMendedAndGivenUp) {
  world.press("C-b [ / a b BSpace");
  EXPECT_THAT(world.row(23), HasSubstr("/a"));
  EXPECT_THAT(world.row(23), Not(HasSubstr("/ab")));
  world.press("Escape");
  EXPECT_TRUE(pane().scrollback);
  EXPECT_THAT(world.row(23), HasSubstr("web.1: / search"));
}

TEST_F(LookingBack, CopiesWhatIsSelected) {
  EXPECT_EQ(copied("C-b [ g v $ y"), "line 1 of many");
  EXPECT_FALSE(pane().scrollback);
}

TEST_F(LookingBack, CopiesWordsAndRows) {
  EXPECT_EQ(copied("C-b [ g w Space w h Enter"), "1");
  EXPECT_EQ(copied("C-b [ g w V j y"), "line 1 of many\nline 2 of many");
}

TEST_F(LookingBack, CopyingNothingSaysHowToSelect) {
  EXPECT_EQ(copied("C-b [ y"), "");
  EXPECT_THAT(world.row(23), HasSubstr("nothing is selected"));
}

TEST_F(LookingBack, ALongLineIsCopiedAsOne) {
  const std::string line(200, 'x');
  world.output("web.1", line);
  EXPECT_EQ(copied("C-b [ V k k y"), line);
}

TEST_F(LookingBack, FindsWhatGoesOnInTheNextRow) {
  world.output("web.1", std::string(76, 'x') + "NEEDLE");
  world.press("C-b [ g /");
  world.type("NEEDLE");
  world.press("Enter");
  EXPECT_EQ(pane().scrollback->cursor, (Place{100, 76}));
}

TEST_F(LookingBack, CapitalsInAQueryMatter) {
  world.output("web.1", "Error\r\nerror\r\n");
  const auto& terminal = pane().terminal;
  EXPECT_EQ(find_all(terminal, "error", 0, 200).size(), 2U);
  EXPECT_EQ(find_all(terminal, "Error", 0, 200).size(), 1U);
}

TEST_F(LookingBack, WorksOnTheAlternateScreen) {
  world.output("web.1", "\x1b[?1049h\x1b[2J\x1b[Hfull screen");
  EXPECT_EQ(copied("C-b [ g v $ y"), "full screen");
}

TEST_F(LookingBack, SurvivesAResizeOfTheTerminal) {
  world.press("C-b [ g G");
  world.tell(TerminalResized{"web.1", {10, 3}});
  world.tell(TerminalResized{"web.1", {200, 50}});
  world.press("k j G g");
  EXPECT_EQ(pane().scrollback->cursor.row, rows_of(pane().terminal).first);
}

// The mouse.

term::Mouse at(term::Mouse::Action action, int column, int row, int button = 0) {
  return {.action = action, .button = button, .at = {column, row}};
}

using Act = term::Mouse::Action;

TEST_F(LookingBack, TheWheelLooksBackAndLeavesAtTheBottom) {
  world.mouse(at(Act::wheel_up, 5, 5));
  EXPECT_THAT(world.row(0), HasSubstr("[3/80]"));
  world.mouse(at(Act::wheel_down, 5, 5));
  EXPECT_FALSE(pane().scrollback);
}

TEST_F(LookingBack, TheWheelMovesWithinAProgramOnTheAlternateScreen) {
  world.output("web.1", "\x1b[?1049h");
  EXPECT_THAT(world.mouse(at(Act::wheel_up, 5, 5)), ElementsAre(Effect{Send{"web.1", "\x1b[A\x1b[A\x1b[A"}}));
}

TEST_F(LookingBack, ADragSelectsAndCopies) {
  world.mouse(at(Act::press, 1, 1));
  world.mouse(at(Act::move, 6, 1));
  const auto effects = world.mouse(at(Act::release, 6, 1));
  EXPECT_THAT(only<Copy>(effects), ElementsAre(Copy{"line 8"}));
  EXPECT_FALSE(pane().scrollback);
}

TEST_F(LookingBack, AClickSelectsNothing) {
  world.mouse(at(Act::press, 3, 3));
  EXPECT_THAT(world.mouse(at(Act::release, 3, 3)), IsEmpty());
  EXPECT_FALSE(pane().scrollback);
}

TEST(Pointer, AClickGoesToItsPane) {
  World world;
  world.run({"web.1", "web.2"});
  world.mouse(at(Act::press, 5, 15));
  EXPECT_EQ(world.focus(), "web.2");
}

TEST(Pointer, AProgramThatWantsTheMouseGetsItInItsOwnCells) {
  World world;
  world.run({"web.1", "web.2"});
  world.output("web.2", "\x1b[?1000h\x1b[?1006h");
  EXPECT_THAT(world.mouse(at(Act::press, 5, 15)), ElementsAre(Effect{Send{"web.2", "\x1b[<0;5;4M"}}));
  EXPECT_THAT(world.mouse(at(Act::release, 5, 15)), ElementsAre(Effect{Send{"web.2", "\x1b[<0;5;4m"}}));
}

TEST(Pointer, ABorderIsNoCellOfTheProgram) {
  World world;
  world.run({"web.1"});
  world.output("web.1", "\x1b[?1000h\x1b[?1006h");
  EXPECT_THAT(world.mouse(at(Act::press, 0, 0)), IsEmpty());
}

}  // namespace
}  // namespace pm::panes
