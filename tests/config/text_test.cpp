#include "text.h"

#include <gtest/gtest.h>

namespace pm::config::text_test {

TEST(Text, HasNoBomAndOneLineEnding) {
  const Text text{{"f", "\xEF\xBB\xBFone\r\ntwo\rthree\r\n\nfive\r"}};
  EXPECT_EQ(text.body(), "one\ntwo\rthree\n\nfive");
  ASSERT_EQ(text.lines(), 4);
  EXPECT_EQ(text.line(2), "two\rthree");
  EXPECT_EQ(text.line(3), "");
  EXPECT_EQ(text.line(4), "five");
}

TEST(Text, HasOneLineWhenEmpty) {
  const Text text{{"f", ""}};
  EXPECT_EQ(text.lines(), 1);
  EXPECT_EQ(text.line(1), "");
}

TEST(Text, KnowsThePlaceOfAnOffset) {
  const Text text{{"f", "ab\ncd\n"}};
  EXPECT_EQ(text.at(0), (core::Location{"f", 1, 1}));
  EXPECT_EQ(text.at(2), (core::Location{"f", 1, 3}));
  EXPECT_EQ(text.at(3), (core::Location{"f", 2, 1}));
  EXPECT_EQ(text.at(6), (core::Location{"f", 2, 4})) << "the end of the file";
}

TEST(Text, ShowsAFaultInAnEndlessLineWithoutCopyingIt) {
  const Text text{{"f", std::string(1'000'000, 'a')}};
  EXPECT_EQ(text.fault(10, "").source.size(), 211u);
  EXPECT_EQ(text.fault(500'000, "").source.size(), 0u);
}

TEST(Items, StandBetweenCommasAndBlanks) {
  EXPECT_EQ(items(" a,b ,, c\td\n"), (std::vector<std::string_view>{"a", "b", "c", "d"}));
  EXPECT_TRUE(items(" , ").empty());
}

TEST(Shown, CutsBetweenCharacters) {
  EXPECT_EQ(shown("short"), "short");
  EXPECT_EQ(shown(std::string(59, 'a') + "€uro"), std::string(59, 'a') + "…");
}

}  // namespace pm::config::text_test
