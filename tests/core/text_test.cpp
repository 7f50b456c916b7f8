#include "pm/core/text.h"

#include <gtest/gtest.h>

namespace pm::core {
namespace {

TEST(Printable, MakesWhatATerminalWouldInterpretHarmless) {
  EXPECT_EQ(printable("a\tb\x1b[31m\xff\xc2\x9b é →"), "a b [31m?\?? é →");
}

TEST(Columns, CountCharacters) { EXPECT_EQ(columns("é → x"), 5U); }

struct Case {
  const char* text;
  std::size_t width;
  const char* expected;
};

TEST(Shortened, CutsBetweenCharacters) {
  for (const auto& [text, width, expected] : {
           Case{"abc", 3, "abc"},
           Case{"abcd", 3, "ab…"},
           Case{"ééé", 3, "ééé"},
           Case{"éééé", 3, "éé…"},
           Case{"abc", 1, "…"},
           Case{"abc", 0, ""},
           Case{"", 0, ""},
       })
    EXPECT_EQ(shortened(text, width), expected) << text << " " << width;
}

TEST(SplitLists, LeavesEmptyPartsOut) {
  EXPECT_EQ(split_lists({"a,b", ",c,", ""}), (std::vector<std::string>{"a", "b", "c"}));
}

}  // namespace
}  // namespace pm::core
