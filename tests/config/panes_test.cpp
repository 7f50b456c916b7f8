#include "pm/config/panes.h"

#include <gtest/gtest.h>

#include "faults.h"
#include "options_file.h"

namespace pm::config::panes_test {

using Faults = std::vector<std::string>;

core::Checked<PanesOptions> parse(std::string text) { return parse_panes({"pm.toml", std::move(text)}); }

TEST(PanesOptions, KeepWordsWithTheirPlaces) {
  const auto options =
      parse("[panes]\nprefix = \"C-a\"\nlayout = \"tiled\"\nkeys = { zoom = \"F5\", log = \"L\" }\n");
  ASSERT_TRUE(options) << told(options);
  EXPECT_EQ(options->prefix->text, "C-a");
  EXPECT_EQ(options->prefix->place.where, (core::Location{"pm.toml", 2, 10}));
  EXPECT_EQ(options->prefix->place.source, "prefix = \"C-a\"");
  EXPECT_EQ(options->layout->text, "tiled");
  ASSERT_EQ(options->keys.size(), 2U);
  EXPECT_EQ(options->keys[0].first.text, "zoom") << "in the order of the file";
  EXPECT_EQ(options->keys[0].first.place.where, (core::Location{"pm.toml", 4, 10}));
  EXPECT_EQ(options->keys[0].second.text, "F5");
  EXPECT_EQ(options->keys[1].first.text, "log");
}

TEST(PanesOptions, ColumnsCountBytes) {
  const auto options = parse("[panes]\nkeys = { \"zööm\" = \"F5\" }\n");
  ASSERT_TRUE(options) << told(options);
  EXPECT_EQ(options->keys[0].second.place.where->column, 21);
}

TEST(PanesOptions, SayNothingWhereThereIsNoTable) {
  const auto options = parse("port = 3000\n");
  ASSERT_TRUE(options) << told(options);
  EXPECT_FALSE(options->prefix);
  EXPECT_TRUE(options->keys.empty());
}

TEST(PanesOptions, LeaveTheRestOfTheFileToTheSupervisor) {
  EXPECT_TRUE(parse("[process.web]\nnonsense = 1\n"));
}

struct Case {
  const char* name;
  const char* text;
  Faults faults;
};
class FaultyPanes : public testing::TestWithParam<Case> {};
TEST_P(FaultyPanes, AreTold) {
  EXPECT_EQ(faults(parse(GetParam().text)), GetParam().faults);
  EXPECT_EQ(faults(parse_options({"pm.toml", GetParam().text}, {})), GetParam().faults);
}
INSTANTIATE_TEST_SUITE_P(
    File, FaultyPanes,
    testing::Values(Case{"key", "[panes]\nprefx = \"C-a\"\n", {"2:1 there is no key 'prefx' here"}},
                    Case{"type", "[panes]\nprefix = 7\n", {"2:10 'prefix' must be a string"}},
                    Case{"empty",
                         "[panes]\nkeys = { zoom = \"\" }\n",
                         {"2:17 'zoom' must be a string that is not empty"}},
                    Case{"table", "panes = 1\n", {"1:9 'panes' must be a table"}}),
    [](const auto& test) { return std::string{test.param.name}; });

}  // namespace pm::config::panes_test
