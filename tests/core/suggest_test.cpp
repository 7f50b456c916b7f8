#include "pm/core/suggest.h"

#include <gtest/gtest.h>

#include <vector>

namespace pm::core {
namespace {

const std::vector<std::string> kTypes = {"web", "worker", "clock"};

struct Guess {
  const char* word;
  std::optional<std::string> meant;
};
class Nearest : public testing::TestWithParam<Guess> {};
TEST_P(Nearest, IsWhatWasMostLikelyMeant) { EXPECT_EQ(nearest(GetParam().word, kTypes), GetParam().meant); }
INSTANTIATE_TEST_SUITE_P(Words, Nearest,
                         testing::Values(Guess{"wrker", "worker"}, Guess{"wokrer", "worker"},
                                         Guess{"workers", "worker"}, Guess{"wbe", "web"}, Guess{"we", "web"},
                                         Guess{"Clock", "clock"}, Guess{"web", "web"}, Guess{"database", {}},
                                         Guess{"", {}}, Guess{"x", {}}));

TEST(Nearest, ComparesNoEndlessNames) {
  const std::vector<std::string> names = {std::string(1'000'000, 'a')};
  EXPECT_EQ(nearest(std::string(1'000'000, 'b'), names), std::nullopt);
  EXPECT_EQ(nearest("web", names), std::nullopt);
}

TEST(DidYouMean, GuessesAndLists) {
  EXPECT_EQ(did_you_mean("wrker", kTypes), "did you mean 'worker'? there are: web, worker, clock");
  EXPECT_EQ(did_you_mean("database", kTypes), "there are: web, worker, clock");
  EXPECT_EQ(did_you_mean("database", {}), "");
}

TEST(DidYouMean, ListsNoMoreThanAPersonReads) {
  const std::vector<std::string> names(25, "job");
  EXPECT_TRUE(did_you_mean("x", names).ends_with("job and 5 more"));
}

}  // namespace
}  // namespace pm::core
