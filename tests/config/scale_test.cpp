#include "pm/config/scale.h"

#include <gtest/gtest.h>

#include "faults.h"

namespace pm::config::scale_test {

struct ChangeCase {
  const char* text;
  Change change;
};
class ParseChange : public testing::TestWithParam<ChangeCase> {};
TEST_P(ParseChange, SetsAddsAndTakesAway) {
  const auto change = parse_change(GetParam().text);
  ASSERT_TRUE(change) << core::render(change.error());
  EXPECT_EQ(*change, GetParam().change);
}
INSTANTIATE_TEST_SUITE_P(
    Texts, ParseChange,
    testing::Values(ChangeCase{"web=3", {"web", 3}}, ChangeCase{"web+2", {"web", 2, true}},
                    ChangeCase{"web-1", {"web", -1, true}}, ChangeCase{"web=+1", {"web", 1, true}},
                    ChangeCase{"web-api=2", {"web-api", 2}}, ChangeCase{"web-api-2", {"web-api", -2, true}},
                    ChangeCase{"web-1+1", {"web-1", 1, true}}, ChangeCase{"all=0", {"all", 0}}));

class NoChange : public testing::TestWithParam<const char*> {};
TEST_P(NoChange, IsBadInput) {
  const auto change = parse_change(GetParam());
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().kind, core::Error::Kind::bad_input);
  EXPECT_FALSE(change.error().hint.empty());
}
INSTANTIATE_TEST_SUITE_P(Texts, NoChange,
                         testing::Values("", "web", "=3", "+1", "-1", "web=", "web=x", "web+", "web-",
                                         "web+x", "web=1001", "web+1001", "web=-1", "web=--1", "web=+-1",
                                         "web-api", "web=99999999999"));

const Formation kNow = {{"web", 2}, {"worker", 1}};
const std::vector<std::string> kTypes = {"web", "worker"};

core::Checked<Formation> scale(std::vector<Change> changes) { return scaled(kNow, changes, kTypes); }

TEST(Scaled, AppliesEveryChange) {
  EXPECT_EQ(*scale({{"web", 5}}), (Formation{{"web", 5}, {"worker", 1}}));
  EXPECT_EQ(*scale({{"web", -2, true}, {"worker", 2, true}}), (Formation{{"web", 0}, {"worker", 3}}));
  EXPECT_EQ(*scale({{"all", 4}, {"web", 1, true}}), (Formation{{"web", 3}, {"worker", 4}}));
  EXPECT_EQ(*scale({}), kNow);
}

TEST(Scaled, RefusesWhatIsUnknownOrOutOfRange) {
  EXPECT_EQ(told(scale({{"wrker", 5}, {"web", -3, true}, {"worker", 1000, true}})),
            "pm: error: no process is called 'wrker'\n"
            "  hint: did you mean 'worker'? there are: web, worker\n"
            "pm: error: 'web' has 2 instances, it cannot have 3 fewer\n"
            "  hint: it can have from 0 to 1000\n"
            "pm: error: 'worker' has 1 instances, it cannot have 1000 more\n"
            "  hint: it can have from 0 to 1000\n");
}

}  // namespace pm::config::scale_test
