#include "pm/core/color.h"

#include <gtest/gtest.h>

namespace pm::core {
namespace {

struct Colored {
  const char* name;
  std::optional<std::string> parameter;
};
class ParseColor : public testing::TestWithParam<Colored> {};
TEST_P(ParseColor, TakesNamesAndNumbers) { EXPECT_EQ(parse_color(GetParam().name), GetParam().parameter); }
INSTANTIATE_TEST_SUITE_P(Names, ParseColor,
                         testing::Values(Colored{"black", "30"}, Colored{"cyan", "36"},
                                         Colored{"white", "37"}, Colored{"bright-black", "90"},
                                         Colored{"bright-magenta", "95"}, Colored{"208", "38;5;208"},
                                         Colored{"0", "38;5;0"}, Colored{"256", {}}, Colored{"-1", {}},
                                         Colored{"", {}}, Colored{"Cyan", {}}, Colored{"bright-", {}},
                                         Colored{"bright-208", {}}, Colored{"1;31", {}},
                                         Colored{"bright-bright-red", {}}));

TEST(ColorNames, AreAllKnown) {
  EXPECT_EQ(color_names().size(), 16u);
  for (const auto& name : color_names()) EXPECT_TRUE(parse_color(name)) << name;
}

}  // namespace
}  // namespace pm::core
