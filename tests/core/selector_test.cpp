#include "pm/core/selector.h"

#include <gtest/gtest.h>

namespace pm::core {
namespace {

const std::vector<InstanceId> kInstances = {
    {"web", 1}, {"web", 2}, {"web", 10}, {"worker", 1}, {"web-api", 1}};

struct Selection {
  const char* selector;
  std::vector<std::string> names;
};
class Selects : public testing::TestWithParam<Selection> {};
TEST_P(Selects, InTheOrderOfTheInstances) {
  const auto chosen = select(std::vector<std::string>{GetParam().selector}, kInstances);
  ASSERT_TRUE(chosen);
  std::vector<std::string> names;
  for (const auto& id : *chosen) names.push_back(to_string(id));
  EXPECT_EQ(names, GetParam().names);
}
INSTANTIATE_TEST_SUITE_P(
    Selector, Selects,
    testing::Values(Selection{"web", {"web.1", "web.2", "web.10"}}, Selection{"web.10", {"web.10"}},
                    Selection{"w*r", {"worker.1"}},
                    Selection{"web*", {"web.1", "web.2", "web.10", "web-api.1"}},
                    Selection{"*.1", {"web.1", "worker.1", "web-api.1"}},
                    Selection{"web.?", {"web.1", "web.2"}}, Selection{"w?b", {"web.1", "web.2", "web.10"}},
                    Selection{"web.[2-9]", {"web.2"}}, Selection{"web.[!2]", {"web.1"}},
                    Selection{"*1*0*", {"web.10"}},
                    Selection{"all", {"web.1", "web.2", "web.10", "worker.1", "web-api.1"}},
                    Selection{"*", {"web.1", "web.2", "web.10", "worker.1", "web-api.1"}}));

TEST(Select, TakesEachInstanceOnce) {
  const auto chosen = select(std::vector<std::string>{"web.2", "web"}, kInstances);
  EXPECT_EQ(*chosen, (std::vector<InstanceId>{{"web", 1}, {"web", 2}, {"web", 10}}));
}

TEST(Select, NamesTheNearestTypeWhenNothingMatches) {
  const auto chosen = select(std::vector<std::string>{"web", "wrker"}, kInstances);
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().kind, Error::Kind::not_found);
  EXPECT_EQ(render(chosen.error()),
            "pm: error: no process is called 'wrker'\n"
            "  hint: did you mean 'worker'? there are: web, worker, web-api\n");
}

TEST(Select, ListsInstancesWhenAnInstanceIsMissing) {
  const auto chosen = select(std::vector<std::string>{"worker.2"}, kInstances);
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().hint,
            "did you mean 'worker.1'? there are: web.1, web.2, web.10, worker.1, web-api.1");
}

TEST(Select, RefusesWhatIsNoPattern) {
  for (const auto text : {"", "web.", "WEB", "[", "[z-", "web.[", "web.11"})
    EXPECT_FALSE(select(std::vector<std::string>{text}, kInstances)) << text;
}

TEST(Select, TakesAHostilePatternInItsStride) {
  std::string pattern;
  for (int i = 0; i < 10'000; ++i) pattern += "*a";
  EXPECT_FALSE(selects(pattern + "b", {std::string(10'000, 'a'), 1}));
}

}  // namespace
}  // namespace pm::core
