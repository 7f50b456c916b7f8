#include "pm/term/renderer.h"

#include <gtest/gtest.h>

#include <random>

namespace pm::term {
namespace {

const Style kRed{.foreground = Color::indexed(1)};
const std::string kBegin = "\x1b[?2026h\x1b[?25l", kEnd = "\x1b[?2026l";

// What draws `after` where `before` is shown, without the brackets of the update.
std::string difference(const Frame& before, const Frame& after, Capabilities capabilities = {}) {
  Renderer renderer{capabilities};
  renderer.draw(before);
  const auto bytes = renderer.draw(after);
  if (bytes.empty()) return {};
  EXPECT_TRUE(bytes.starts_with(kBegin));
  EXPECT_TRUE(bytes.ends_with(kEnd));
  return bytes.substr(kBegin.size(), bytes.size() - kBegin.size() - kEnd.size());
}

Frame frame_of(std::string_view text, const Style& style = {}) {
  Frame frame{{20, 3}};
  frame.text({0, 0}, text, style);
  return frame;
}

TEST(Renderer, DrawsTheFirstFrameWhole) {
  Renderer renderer;
  EXPECT_EQ(renderer.draw(frame_of("hello")), kBegin + "\x1b[0m\x1b[2J\x1b[Hhello" + kEnd);
}

TEST(Renderer, SaysNothingWhenNothingHasChanged) {
  EXPECT_EQ(difference(frame_of("hello"), frame_of("hello")), "");
}

TEST(Renderer, WritesOnlyWhatHasChanged) {
  EXPECT_EQ(difference(frame_of("one two three"), frame_of("one TWO three")), "\x1b[1;5HTWO");
}

TEST(Renderer, WritesAcrossShortGapsAndSkipsLongOnes) {
  EXPECT_EQ(difference(frame_of("abcdefghijkl"), frame_of("Abcdefghijkl")), "\x1b[HA");
  EXPECT_EQ(difference(frame_of("abcdefghijkl"), frame_of("AbcDefghijkl")), "\x1b[HAbcD");
  EXPECT_EQ(difference(frame_of("abcdefghijkl"), frame_of("AbcdefgHijkl")), "\x1b[HA\x1b[6CH");
}

TEST(Renderer, ErasesLongEnds) {
  EXPECT_EQ(difference(frame_of("a long line"), frame_of("a")), "\x1b[1;2H\x1b[K");
  EXPECT_EQ(difference(frame_of("abcd"), frame_of("ab")), "\x1b[1;3H  ");
}

TEST(Renderer, ChangesTheColourOnlyWhereItChanges) {
  EXPECT_EQ(difference(frame_of(""), frame_of("red", kRed)), "\x1b[H\x1b[31mred\x1b[39m");
}

TEST(Renderer, DrawsAnewAfterAChangeOfSize) {
  Renderer renderer;
  renderer.draw(Frame{{4, 2}});
  EXPECT_NE(renderer.draw(Frame{{5, 2}}).find("\x1b[2J"), std::string::npos);
}

TEST(Renderer, DrawsAnewWhenToldThatTheScreenIsAnother) {
  Renderer renderer;
  renderer.draw(frame_of("x"));
  renderer.forget();
  EXPECT_NE(renderer.draw(frame_of("x")), "");
}

TEST(Renderer, ShowsTheCursorWhereItIs) {
  auto frame = frame_of("x");
  frame.cursor = Cursor{.at = {3, 1}, .shape = CursorShape::bar};
  EXPECT_EQ(difference(frame_of("x"), frame), "\x1b[2;4H\x1b[6 q\x1b[?25h");
  auto moved = frame;
  moved.cursor->at = {0, 0};
  EXPECT_EQ(difference(frame, moved), "\x1b[H\x1b[?25h") << "its shape stays";
  EXPECT_EQ(difference(frame, frame_of("x")), "");
  frame.cursor = Cursor{.at = {3, 1}};
  EXPECT_EQ(difference(frame_of("x"), frame), "\x1b[2;4H\x1b[0 q\x1b[?25h") << "the terminal's own";
}

TEST(Renderer, TakesNoWidthForGrantedThatTerminalsDisagreeAbout) {
  EXPECT_EQ(difference(frame_of(""), frame_of("é世x")), "\x1b[Hé世x");
  EXPECT_EQ(difference(frame_of(""), frame_of("🦀x")), "\x1b[H  \x1b[H🦀\x1b[1;3Hx")
      << "blank below, if it is narrow";
  EXPECT_EQ(difference(frame_of(""), frame_of("e\u0301x")), "\x1b[H \x1b[He\u0301\x1b[1;2Hx");
}

TEST(Renderer, ComparesLinksByWhereTheyLead) {
  Frame one{{4, 1}}, two{{4, 1}}, three{{4, 1}};
  one.text({0, 0}, "a", {.link = one.add_link("https://a", "")});
  two.add_link("https://b", "");
  two.text({0, 0}, "a", {.link = two.add_link("https://a", "")});
  three.text({0, 0}, "a", {.link = three.add_link("https://c", "7")});
  EXPECT_EQ(difference(one, two), "");
  EXPECT_EQ(difference(one, three), "\x1b[H\x1b]8;id=7;https://c\x1b\\a\x1b]8;;\x1b\\");
  EXPECT_EQ(difference(one, three, {.links = false}), "\x1b[Ha");
}

TEST(Renderer, DoesNotFillTheScreenWithAWrappedCursor) {
  Frame frame{{3, 2}};
  frame.text({0, 0}, "abc", {});
  frame.text({0, 1}, "def", {});
  EXPECT_EQ(difference(Frame{{3, 2}}, frame), "\x1b[Habc\x1b[2Hdef");
}

struct Looks {
  const char* name;
  Style style;
  Capabilities capabilities;
  const char* expected;
};
class Sgr : public ::testing::TestWithParam<Looks> {};
TEST_P(Sgr, SaysHowACellLooks) {
  EXPECT_EQ(sgr(GetParam().style, GetParam().capabilities), GetParam().expected);
}
const Capabilities kPlain{.rgb = false, .underlines = false, .links = false};
INSTANTIATE_TEST_SUITE_P(
    Of, Sgr,
    ::testing::Values(
        Looks{"nothing", {}, {}, "\x1b[0m"},
        Looks{"bold_red", {.foreground = Color::indexed(1), .bold = true}, {}, "\x1b[0;1;31m"},
        Looks{"bright",
              {.foreground = Color::indexed(9), .background = Color::indexed(15)},
              {},
              "\x1b[0;91;107m"},
        Looks{"indexed", {.background = Color::indexed(240)}, {}, "\x1b[0;48;5;240m"},
        Looks{"rgb", {.foreground = Color::rgb(1, 2, 3)}, {}, "\x1b[0;38;2;1;2;3m"},
        Looks{"rgb_as_cube", {.foreground = Color::rgb(250, 130, 10)}, kPlain, "\x1b[0;38;5;208m"},
        Looks{"rgb_as_grey", {.foreground = Color::rgb(100, 101, 99)}, kPlain, "\x1b[0;38;5;241m"},
        Looks{"curly",
              {.underline_color = Color::rgb(9, 8, 7), .underline = Underline::curly},
              {},
              "\x1b[0;4:3;58:2::9:8:7m"},
        Looks{"plainly_underlined",
              {.underline_color = Color::indexed(3), .underline = Underline::curly},
              kPlain,
              "\x1b[0;4m"},
        Looks{"all",
              {.bold = true,
               .dim = true,
               .italic = true,
               .blink = true,
               .inverse = true,
               .hidden = true,
               .struck = true,
               .overlined = true},
              {},
              "\x1b[0;1;2;3;5;7;8;9;53m"}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(Capabilities, FollowTheTerminalsName) {
  EXPECT_FALSE(capabilities_of("xterm-256color", "").rgb);
  EXPECT_TRUE(capabilities_of("xterm-256color", "truecolor").rgb);
  EXPECT_TRUE(capabilities_of("xterm-kitty", "").rgb);
  EXPECT_TRUE(capabilities_of("xterm-direct", "").rgb);
  EXPECT_TRUE(capabilities_of("tmux-256color", "").underlines);
  EXPECT_FALSE(capabilities_of("linux", "").underlines);
  EXPECT_FALSE(capabilities_of("", "").links);
}

}  // namespace
}  // namespace pm::term
