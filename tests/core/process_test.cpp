#include "pm/core/process.h"

#include <gtest/gtest.h>

namespace pm::core {
namespace {

TEST(PortOf, StepsByTypeAndCountsByInstance) {
  EXPECT_EQ(port_of({}, 0, 1), 5000);
  EXPECT_EQ(port_of({}, 2, 3), 5202);
  EXPECT_EQ(port_of({.base = 8000, .step = 10}, 1, 1), 8010);
}

TEST(PortOf, StaysAboveTheLastPortWhateverIsAsked) {
  EXPECT_GT(port_of({.base = 5000, .step = std::numeric_limits<int>::max()}, 100, 1), kLastPort);
}

TEST(ProcessType, IsAnotherOneWithAnotherStanding) {
  const ProcessType web{.name = "web", .command = "true"};
  auto nicer = web;
  EXPECT_EQ(web, nicer);
  nicer.standing.nice = 5;
  EXPECT_NE(web, nicer);
}

}  // namespace
}  // namespace pm::core
