#include "pm/term/frame.h"

#include <gtest/gtest.h>

namespace pm::term {
namespace {

TEST(Frame, ShowsTextWhereItIsPut) {
  Frame frame{{8, 3}};
  EXPECT_EQ(frame.text({2, 1}, "abc", {}), 3);
  EXPECT_EQ(frame.dump(), "\n  abc\n\n");
}

TEST(Frame, LeavesOutWhatLiesOutside) {
  Frame frame{{4, 2}};
  frame.text({2, 0}, "abcd", {});
  frame.text({-2, 1}, "abcd", {});
  frame.text({0, 2}, "below", {});
  frame.fill({-3, -3, 2, 2}, {});
  EXPECT_EQ(frame.dump(), "  ab\ncd\n");
}

TEST(Frame, TakesNoMoreColumnsThanItMay) {
  Frame frame{{8, 1}};
  EXPECT_EQ(frame.text({0, 0}, "a世b", {}, 2), 1) << "half of a wide character is none";
  EXPECT_EQ(frame.dump(), "a\n");
}

TEST(Frame, ShowsControlsAsReplacements) {
  Frame frame{{8, 1}};
  EXPECT_EQ(frame.text({0, 0}, "a\x1b\xff\x80z\xe4\xb8", {}), 7) << "one for each byte";
  EXPECT_EQ(frame.dump(), "a���z��\n");
}

TEST(Frame, KeepsMarksWithTheirCharacter) {
  Frame frame{{8, 1}};
  EXPECT_EQ(frame.text({0, 0}, "e\u0301\u0302x", {}), 2);
  EXPECT_EQ(frame.at({0, 0}).glyph.text(), "e\u0301\u0302");
  EXPECT_EQ(frame.at({1, 0}).glyph.text(), "x");
}

TEST(Frame, KeepsMarksOfAWideCharacterInItsLeftHalf) {
  Frame frame{{8, 1}};
  frame.text({0, 0}, "世\u0301", {});
  EXPECT_EQ(frame.at({0, 0}).glyph.text(), "世\u0301");
  EXPECT_EQ(frame.at({1, 0}).width, 0);
}

TEST(Frame, LeavesOutMarksThatHaveNoRoom) {
  Frame frame{{8, 1}};
  std::string text = "e";
  for (int i = 0; i < 20; ++i) text += "\u0301";
  frame.text({0, 0}, text, {});
  EXPECT_EQ(frame.at({0, 0}).glyph.text().size(), Glyph::kMost);
}

struct Overwritten {
  const char* name;
  int column;
  const char* text;
  const char* expected;
};
class FrameHalves : public ::testing::TestWithParam<Overwritten> {};
TEST_P(FrameHalves, GoTogether) {
  Frame frame{{6, 1}};
  frame.text({1, 0}, "世界", {});
  frame.text({GetParam().column, 0}, GetParam().text, {});
  EXPECT_EQ(frame.dump(), GetParam().expected);
  for (int column = 0; column < 6; ++column) {
    const auto& cell = frame.at({column, 0});
    if (cell.width == 2) { EXPECT_EQ(frame.at({column + 1, 0}).width, 0); }
    if (cell.width == 0) { EXPECT_EQ(frame.at({column - 1, 0}).width, 2); }
  }
}
INSTANTIATE_TEST_SUITE_P(Of, FrameHalves,
                         ::testing::Values(Overwritten{"left", 1, "a", " a 界\n"},
                                           Overwritten{"right", 2, "a", "  a界\n"},
                                           Overwritten{"both", 2, "ab", "  ab\n"},
                                           Overwritten{"wide", 2, "漢", "  漢\n"},
                                           Overwritten{"edge", 5, "漢", " 世界\n"}),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST(Frame, NumbersLinksByTarget) {
  Frame frame{{1, 1}};
  const auto first = frame.add_link("https://a", "");
  EXPECT_EQ(frame.add_link("https://b", ""), first + 1);
  EXPECT_EQ(frame.add_link("https://a", ""), first);
  EXPECT_NE(frame.add_link("https://a", "x"), first);
  EXPECT_EQ(frame.link(first).uri, "https://a");
}

TEST(Frame, HasAtLeastOneCell) { EXPECT_EQ((Frame{{0, -5}}.size()), (Size{1, 1})); }

}  // namespace
}  // namespace pm::term
