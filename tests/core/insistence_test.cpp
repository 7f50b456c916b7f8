#include "pm/core/insistence.h"

#include <gtest/gtest.h>

#include <csignal>

namespace pm::core::insistence_test {

using Demand = Insistence::Demand;
const TimePoint kNow{1000s};

TEST(Insistence, IsASecondSignal) {
  for (const int second : {SIGINT, SIGTERM, SIGQUIT}) {
    Insistence insistence;
    EXPECT_EQ(insistence.hear(SIGINT, kNow), Demand::end);
    EXPECT_EQ(insistence.hear(second, kNow + Insistence::kOneBreath), Demand::kill);
    EXPECT_EQ(insistence.hear(second, kNow + 1h), Demand::kill) << "as often as it comes";
  }
}

TEST(Insistence, IsNotTheSameSignalSentTwice) {
  Insistence insistence;
  insistence.hear(SIGTERM, kNow);
  for (const auto later : {Duration{0}, Duration{1ms}, Insistence::kOneBreath - 1ns})
    EXPECT_EQ(insistence.hear(SIGTERM, kNow + later), Demand::nothing);
  EXPECT_EQ(insistence.hear(SIGTERM, kNow + Insistence::kOneBreath), Demand::kill)
      << "counted from the first one: who never stops sending is heard";
}

TEST(Insistence, IsAnotherSignalHoweverSoon) {
  Insistence insistence;
  insistence.hear(SIGTERM, kNow);
  EXPECT_EQ(insistence.hear(SIGINT, kNow), Demand::kill);
}

}  // namespace pm::core::insistence_test
