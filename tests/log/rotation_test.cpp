#include "pm/log/rotation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace pm::log {

using testing::ElementsAre;

struct DueCase {
  const char* name;
  std::uint64_t limit, size, incoming;
  bool due;
};

class RotationDue : public testing::TestWithParam<DueCase> {};

TEST_P(RotationDue, ComesBeforeTheFileWouldOutgrowTheLimit) {
  const auto& test = GetParam();
  EXPECT_EQ(rotation_due({.size = test.limit}, test.size, test.incoming), test.due);
}

constexpr auto kHuge = std::numeric_limits<std::uint64_t>::max();
INSTANTIATE_TEST_SUITE_P(
    Size, RotationDue,
    testing::Values(DueCase{"fits", 100, 60, 40, false}, DueCase{"one_byte_too_many", 100, 60, 41, true},
                    DueCase{"already_over", 100, 150, 0, true}, DueCase{"empty_file", 100, 0, 1000, false},
                    DueCase{"no_limit", 0, kHuge, 1, false}, DueCase{"no_overflow", 100, 60, kHuge, true}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(PlanRotation, MovesTheOldestFirst) {
  EXPECT_THAT(plan_rotation("log/web.1.log", 3),
              ElementsAre(RotationStep{"log/web.1.log.2", "log/web.1.log.3"},
                          RotationStep{"log/web.1.log.1", "log/web.1.log.2"},
                          RotationStep{"log/web.1.log", "log/web.1.log.1"}));
}

TEST(PlanRotation, RemovesTheFileWhenNoneAreKept) {
  EXPECT_THAT(plan_rotation("web.1.log", 0), ElementsAre(RotationStep{"web.1.log", ""}));
}

}  // namespace pm::log
