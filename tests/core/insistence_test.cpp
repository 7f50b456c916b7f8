#include "pm/core/insistence.h"

#include <gtest/gtest.h>

#include <csignal>

namespace pm::core::insistence_test {

using Demand = Insistence::Demand;
const TimePoint kNow{1000s};

TEST(Insistence, IsASecondSignal) {
  for (const int second : {SIGINT, SIGTERM, SIGQUIT}) {
    Insistence insistence;
    EXPECT_EQ(insistence.hear(SIGINT, false, kNow), Demand::end);
    EXPECT_EQ(insistence.hear(second, false, kNow), Demand::kill) << "however soon";
    EXPECT_EQ(insistence.hear(second, false, kNow + 1h), Demand::kill) << "as often as it comes";
  }
}

TEST(Insistence, IsAKeyPressedTwice) {
  Insistence insistence;
  EXPECT_EQ(insistence.hear(SIGINT, true, kNow), Demand::end);
  EXPECT_EQ(insistence.hear(SIGINT, true, kNow), Demand::kill);
}

TEST(Insistence, IsNotTheSameSignalSentToTheGroupAsWell) {
  for (const bool group_first : {false, true}) {
    Insistence insistence;
    insistence.hear(SIGTERM, group_first, kNow);
    for (const auto later : {Duration{0}, Duration{1ms}, Insistence::kOneBreath - 1ns})
      EXPECT_EQ(insistence.hear(SIGTERM, !group_first, kNow + later), Demand::nothing);
    EXPECT_EQ(insistence.hear(SIGTERM, !group_first, kNow + Insistence::kOneBreath), Demand::kill)
        << "counted from the first one: who never stops sending is heard";
  }
}

TEST(Insistence, IsAnotherSignalToTheGroup) {
  Insistence insistence;
  insistence.hear(SIGTERM, false, kNow);
  EXPECT_EQ(insistence.hear(SIGINT, true, kNow), Demand::kill);
}

}  // namespace pm::core::insistence_test
