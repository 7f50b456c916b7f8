#include "view.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "words.h"
#include "world.h"

namespace pm::panes {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Without CPU and the like.
void end(core::ProcessSnapshot& process, std::string state, std::string reason) {
  process.state = std::move(state);
  process.reason = std::move(reason);
  process.uptime.reset();
  process.cpu_percent.reset();
  process.rss_bytes.reset();
}

TEST(View, ShowsTheSmallestScreen) {
  World world{{20, 5}};
  world.run({"web.1", "web.2"});
  world.output("web.1", "hello\r\nworld");
  EXPECT_EQ(world.shown(),
            "┏ 1 web.1 ━━━━━━━━━┓\n"
            "┃hello             ┃\n"
            "┃world             ┃\n"
            "┗━━━━━━━━━━━━━━━━━━┛\n"
            " pm shop · page 1/2\n");
}

TEST(View, ShowsWhatRunsAndHowTheRestEnded) {
  World world{{80, 14}};
  world.run({"web.1", "web.2", "worker.1", "clock.1"});
  world.output("web.1", "GET /  200 12ms\r\n");
  end(world.process("worker.1"), "backoff", "exited with code 1 after 0.3s");
  world.process("worker.1").next_restart = std::chrono::seconds{3};
  end(world.process("clock.1"), "stopped", "stopped by user");
  world.process("clock.1").since = world.moment.wall - 300'000'000;
  world.know();
  world.press("C-b 3");
  EXPECT_EQ(world.shown(),
            "┌ 1 web.1 ────── running 2h14m 3% 212M ┐┌ 2 web.2 ────── running 2h14m 3% 212M ┐\n"
            "│GET /  200 12ms                       ││                                      │\n"
            "│                                      ││                                      │\n"
            "│                                      ││                                      │\n"
            "│                                      ││                                      │\n"
            "└──────────────────────────────────────┘└──────────────────────────────────────┘\n"
            "┏ 3 worker.1 ━━━━ backoff, retry in 3s ┓┌ 4 clock.1 ────────────────── stopped ┐\n"
            "┃                                      ┃│                                      │\n"
            "┃                                      ┃│                                      │\n"
            "┃                                      ┃│                                      │\n"
            "┃                                      ┃│                                      │\n"
            "┃                                      ┃│                                      │\n"
            "┗ exited with c… · C-b r starts it now ┛└ stopped by user · C-b s starts it ───┘\n"
            " pm shop · 2 up, 1 in backoff, 1 stopped · 6% 424M     C-b ? help   C-b d leave\n");
}

TEST(View, CountsDownToTheNextStart) {
  World world;
  world.run({"web.1"});
  end(world.process("web.1"), "backoff", "exited with code 1");
  world.process("web.1").next_restart = std::chrono::milliseconds{2500};
  world.know();
  EXPECT_THAT(world.row(0), HasSubstr("backoff, retry in 3s"));
  world.pass(std::chrono::milliseconds{1600});
  EXPECT_THAT(world.row(0), HasSubstr("backoff, retry in 1s"));
  world.pass(std::chrono::seconds{5});
  EXPECT_THAT(world.row(0), HasSubstr("backoff, retry in 0s"));
}

TEST(View, TwelvePanesFitOnAnOrdinaryScreen) {
  World world;
  std::vector<std::string> names;
  for (int i = 1; i <= 12; ++i) names.push_back(fmt::format("web.{}", i));
  world.run(names);
  const auto shown = world.shown();
  for (const auto& name : names) EXPECT_THAT(shown, testing::ContainsRegex(name + " (─|━)")) << name;
  EXPECT_THAT(shown, HasSubstr("┌ 0 web.10 ─"));
  EXPECT_THAT(shown, Not(HasSubstr("page")));
}

TEST(View, FillsALargeScreen) {
  World world{{300, 100}};
  world.run({"web.1", "web.2", "web.3", "web.4", "web.5"});
  world.output("web.5", "\x1b[999;999HX");
  const auto frame = view(world.model, world.moment);
  EXPECT_EQ(frame.size(), (term::Size{300, 100}));
  EXPECT_EQ(frame.at({298, 97}).glyph.text(), "X");
  EXPECT_EQ(frame.at({299, 98}).glyph.text(), "┘");
}

TEST(View, AZoomedPaneHasATitleAndTheWholeWidth) {
  World world{{40, 6}};
  world.run({"web.1", "web.2"});
  world.press("C-b z");
  world.tell(TerminalResized{"web.1", {40, 4}});
  world.output("web.1", std::string(40, 'x'));
  EXPECT_THAT(world.row(0), StartsWith(" 1 web.1 ─"));
  EXPECT_EQ(world.row(1), std::string(40, 'x'));
  EXPECT_THAT(world.shown(), Not(HasSubstr("web.2")));
}

TEST(View, TheHelpLiesOverThePanes) {
  World world{{40, 8}};
  world.run({"web.1"});
  world.press("C-b ?");
  EXPECT_THAT(world.row(0), HasSubstr("─ pm panes ─"));
  EXPECT_THAT(world.row(7), HasSubstr("arrows scroll, q closes"));
  EXPECT_FALSE(view(world.model, world.moment).cursor);
}

TEST(View, NumbersAreLargeWhereThereIsRoom) {
  World world;
  world.run({"web.1", "web.2"});
  world.press("C-b q");
  const auto frame = view(world.model, world.moment);
  int marked = 0;
  for (int row = 0; row < 23; ++row)
    for (int column = 0; column < 80; ++column) marked += frame.at({column, row}).style.inverse;
  EXPECT_EQ(marked, (8 + 11) * 2);  // the dots of a 1 and a 2
}

TEST(View, LongNamesAndWideTitlesAreShortened) {
  World world{{60, 12}};
  world.run({"a-rather-long-name-of-a-process-type-that-goes-on-and-on.1", "web.1"});
  world.output("web.1", "\x1b]2;漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字\a漢字 wide");
  EXPECT_EQ(world.row(0), "┏ 1 a-rather-long-name-of-a-process-type-that-goes-on-and… ┓");
  EXPECT_EQ(world.row(5), "┌ 2 web.1 · 漢字漢字漢字漢字漢… ── ▁ running 2h14m 3% 212M ┐");
  EXPECT_THAT(world.row(6), StartsWith("│漢字 wide "));
}

TEST(View, TheCursorIsTheFocusedProgramsOwn) {
  World world;
  world.run({"web.1", "web.2"});
  world.output("web.1", "ab");
  world.output("web.2", "abcd");
  EXPECT_EQ(view(world.model, world.moment).cursor->at, (term::Position{3, 1}));
  world.output("web.1", "\x1b[?25l");
  EXPECT_FALSE(view(world.model, world.moment).cursor);
}

TEST(View, OneThatIsLargerThanItsPaneShowsWhereTheCursorIs) {
  World world{{40, 6}};
  world.run({"web.1"});
  world.tell(TerminalResized{"web.1", {100, 30}});
  world.output("web.1", "\x1b[2J\x1b[Htop\x1b[30;1Hbottom");
  EXPECT_THAT(world.row(3), StartsWith("┃bottom"));
  world.output("web.1", "\x1b[H");
  EXPECT_THAT(world.row(1), StartsWith("┃top"));
}

TEST(View, ColoursAndLinksOfTheProgramStay) {
  World world;
  world.run({"web.1"});
  world.output("web.1", "\x1b[1;38;2;1;2;3mX\x1b]8;;http://pm\x1b\\Y");
  const auto frame = view(world.model, world.moment);
  EXPECT_EQ(frame.at({1, 1}).style.foreground, term::Color::rgb(1, 2, 3));
  EXPECT_TRUE(frame.at({1, 1}).style.bold);
  EXPECT_EQ(frame.link(frame.at({2, 1}).style.link).uri, "http://pm");
}

TEST(View, NothingOfAPaneLeavesItsBorders) {
  World world{{40, 12}};
  world.run({"web.1", "web.2"});
  const auto borders = [&] {
    std::string cells;
    const auto frame = view(world.model, world.moment);
    for (int row = 0; row < 11; ++row)
      cells += frame.at({0, row}).glyph.text(), cells += frame.at({39, row}).glyph.text();
    return cells;
  };
  const auto before = borders();
  world.output("web.1", "\x1b[999;999H漢漢漢漢\x1b[1;1H" + std::string(5000, 'x') + "\x1b[?7l\x1b[38G漢");
  EXPECT_EQ(borders(), before);
}

TEST(Sparkline, ShowsTheLatestSecondsOnTheRight) {
  World world{{100, 10}};
  world.run({"web.1"});
  for (const double cpu : {0.0, 50.0, 100.0}) {
    world.process("web.1").cpu_percent = cpu;
    world.know();
  }
  EXPECT_THAT(world.row(0), HasSubstr("▁▁▅█ running"));
  EXPECT_EQ(sparkline({0, 400, 200}, 2), "█▅");
}

TEST(StatusLine, SaysWhatRunsWithAsMuchAsFits) {
  World world{{90, 10}};
  world.run({"web.1", "web.2", "worker.1"});
  EXPECT_EQ(world.row(9), " pm shop · web=2 worker=1 · 3 up · 9% 636M" + std::string(18, ' ') +
                              "     C-b ? help   C-b d leave");
  world.tell(Resized{{30, 10}});
  EXPECT_EQ(world.row(9), " pm shop · 3 up    C-b ? help");
}

TEST(StatusLine, NamesTheTypesInTheOrderOfTheProcfile) {
  World world{{90, 10}};
  world.run({"web.1", "clock.1", "clock.2"});
  EXPECT_THAT(world.row(9), HasSubstr(" web=1 clock=2 "));
}

TEST(StatusLine, CutsAQuestionButNotItsAnswers) {
  World world{{20, 5}};
  world.run({"web.1", "web.2"});
  world.press("C-b Q");
  EXPECT_EQ(world.row(4), " stop all 2 pr… y/n");
}

TEST(View, DoesNotSayThatNothingRunsBeforeItKnows) {
  World world;
  EXPECT_EQ(world.row(0), " waiting for the supervisor");
  world.run({});
  EXPECT_EQ(world.row(0), " no process runs");
}

TEST(StatusLine, SaysThatEverythingIsBeingStopped) {
  World world;
  world.run({"web.1"});
  world.tell(core::Event{0, core::ShutdownEvent{"by user"}});
  EXPECT_THAT(world.row(23), HasSubstr("stopping everything"));
}

struct Time {
  const char* name;
  core::Duration time;
  const char* text;
};
class Brief : public testing::TestWithParam<Time> {};
TEST_P(Brief, FitsATitle) { EXPECT_EQ(brief(GetParam().time), GetParam().text); }
INSTANTIATE_TEST_SUITE_P(Time, Brief,
                         testing::Values(Time{"nothing", core::Duration{0}, "0s"},
                                         Time{"below_a_minute", std::chrono::milliseconds{59'999}, "59s"},
                                         Time{"a_minute", std::chrono::minutes{1}, "1m"},
                                         Time{"hours", std::chrono::minutes{125}, "2h05m"},
                                         Time{"days", std::chrono::hours{50}, "2d2h"}),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST(BriefBytes, HaveThreeDigitsAtMost) {
  EXPECT_EQ(brief_bytes(0), "0B");
  EXPECT_EQ(brief_bytes(212 << 20), "212M");
  EXPECT_EQ(brief_bytes(999 << 10), "999K");
  EXPECT_EQ(brief_bytes(1000 << 10), "1.0M");
}

}  // namespace
}  // namespace pm::panes
