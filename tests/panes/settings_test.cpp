#include "pm/panes/settings.h"

#include <gmock/gmock.h>

namespace pm::panes {
namespace {

core::Written word(std::string text) {
  auto place = core::bad_input("");
  place.where = core::Location{"pm.toml", 2, 8};
  return {std::move(text), std::move(place)};
}

TEST(Settings, AreTmuxsByDefault) {
  const auto settings = settings_of({});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->shown(Action::zoom), "C-b z");
  EXPECT_EQ(settings->layout, term::Layout::tiled);
  EXPECT_EQ(settings->action_of(*term::parse_key("Space")), Action::next_layout);
}

TEST(Settings, EveryActionHasAKeyOfItsOwn) {
  const auto settings = settings_of({}).value();
  ASSERT_EQ(settings.bindings.size(), action_words().size());
  for (const auto& binding : settings.bindings)
    EXPECT_EQ(settings.action_of(binding.key), binding.action) << term::to_string(binding.key);
}

TEST(Settings, AKeyThatIsGivenAwayIsTakenFromItsOwner) {
  const auto settings = settings_of({.keys = {{word("zoom"), word("x")}}}).value();
  EXPECT_EQ(settings.action_of(*term::parse_key("x")), Action::zoom);
  EXPECT_EQ(settings.action_of(*term::parse_key("z")), std::nullopt);
  EXPECT_EQ(settings.shown(Action::stop), "C-b");
}

TEST(Settings, ThePrefixIsTakenFromItsOwner) {
  const auto settings = settings_of({.prefix = word("z")}).value();
  EXPECT_EQ(settings.action_of(*term::parse_key("z")), std::nullopt);
}

TEST(Settings, TwoActionsCanSwapTheirKeys) {
  const auto settings = settings_of({.keys = {{word("zoom"), word("x")}, {word("stop"), word("z")}}}).value();
  EXPECT_EQ(settings.action_of(*term::parse_key("z")), Action::stop);
  EXPECT_EQ(settings.action_of(*term::parse_key("x")), Action::zoom);
}

struct Wrong {
  const char* name;
  Wishes wishes;
  const char* what;
  const char* hint;
};
class WrongSettings : public testing::TestWithParam<Wrong> {};
TEST_P(WrongSettings, AreToldWithTheirPlace) {
  const auto settings = settings_of(GetParam().wishes);
  ASSERT_FALSE(settings);
  const auto errors = settings.error();
  ASSERT_EQ(errors.size(), 1U);
  const auto& error = errors.front();
  EXPECT_EQ(error.what, GetParam().what);
  EXPECT_THAT(error.hint, testing::HasSubstr(GetParam().hint));
  EXPECT_EQ(error.where, (core::Location{"pm.toml", 2, 8}));
}
INSTANTIATE_TEST_SUITE_P(
    Word, WrongSettings,
    testing::Values(
        Wrong{"action",
              {.keys = {{word("zooom"), word("z")}}},
              "the panes have no action 'zooom'",
              "did you mean 'zoom'?"},
        Wrong{"layout", {.layout = word("tield")}, "there is no layout 'tield'", "did you mean 'tiled'?"},
        Wrong{"two",
              {.keys = {{word("stop"), word("a")}, {word("zoom"), word("a")}}},
              "'a' is given to two actions",
              ""},
        Wrong{"prefix",
              {.keys = {{word("zoom"), word("C-b")}}},
              "'C-b' is the prefix: twice, it goes to the program",
              "another key"},
        Wrong{"own_prefix",
              {.prefix = word("F5"), .keys = {{word("zoom"), word("F5")}}},
              "'F5' is the prefix: twice, it goes to the program",
              "another key"}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(Settings, AKeyThatIsNoneIsToldWithItsPlace) {
  const auto settings = settings_of({.prefix = word("C-")});
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().front().where->line, 2);
}

}  // namespace
}  // namespace pm::panes
