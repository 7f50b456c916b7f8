#include "pm/term/width.h"

#include <gtest/gtest.h>

namespace pm::term {
namespace {

struct Wide {
  const char* name;
  char32_t character;
  int width;
};

class Width : public ::testing::TestWithParam<Wide> {};

TEST_P(Width, IsWhatTerminalsTake) { EXPECT_EQ(width_of(GetParam().character), GetParam().width); }

INSTANTIATE_TEST_SUITE_P(Of, Width,
                         ::testing::Values(Wide{"letter", U'a', 1}, Wide{"control", U'\n', 0},
                                           Wide{"c1", 0x9b, 0}, Wide{"soft_hyphen", 0xad, 1},
                                           Wide{"umlaut", U'ü', 1}, Wide{"combining", 0x301, 0},
                                           Wide{"enclosing", 0x20dd, 0}, Wide{"joiner", 0x200d, 0},
                                           Wide{"variation_selector", 0xfe0f, 0}, Wide{"ideograph", U'你', 2},
                                           Wide{"fullwidth", U'Ａ', 2}, Wide{"kana", U'か', 2},
                                           Wide{"hangul", U'한', 2}, Wide{"hangul_vowel", 0x1161, 0},
                                           Wide{"emoji", U'😀', 2}, Wide{"emoji_to_come", 0x1fadd, 2},
                                           Wide{"unassigned", 0x378, 1}, Wide{"private_use", 0xe0b0, 1},
                                           Wide{"line", U'─', 1}),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST(WidthOfText, IsThatOfItsCharacters) {
  EXPECT_EQ(width_of("a你e\xcc\x81"), 4);
  EXPECT_EQ(width_of("\xff\xe4"), 2);
}

TEST(WidthOfText, FittingTextKeepsItsMarks) {
  EXPECT_EQ(fitting("ae\xcc\x81x", 2), "ae\xcc\x81");
  EXPECT_EQ(fitting("a你x", 2), "a");
  EXPECT_EQ(fitting("abc", 9), "abc");
  EXPECT_EQ(fitting("abc", 0), "");
}

}  // namespace
}  // namespace pm::term
