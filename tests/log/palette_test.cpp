#include "pm/log/palette.h"

#include <gtest/gtest.h>

#include <set>

namespace pm::log {

TEST(Palette, GivesTheFirstTypesDifferentColours) {
  const Palette palette;
  std::set<std::string_view> colors;
  for (std::size_t i = 0; i < palette.size(); ++i) colors.insert(palette.color(i));
  EXPECT_EQ(colors.size(), 12u);
  EXPECT_EQ(palette.color(0), "36");
}

TEST(Palette, StartsAgainWhenThereAreMoreTypes) {
  const Palette palette{{"31", "38;5;208"}};
  EXPECT_EQ(palette.color(1), "38;5;208");
  EXPECT_EQ(palette.color(2), "31");
}

TEST(Palette, FallsBackToItsOwnColours) {
  EXPECT_EQ(Palette{std::vector<std::string>{}}.color(1), Palette{}.color(1));
}

}  // namespace pm::log
