#include "pace.h"

#include <gtest/gtest.h>

namespace pm::panes {
namespace {

using namespace std::chrono_literals;

constexpr core::TimePoint kStart{1h};

TEST(Pace, DrawsAtOnceAfterAPauseAndThenThirtyTimesASecond) {
  Pace pace;
  EXPECT_EQ(pace.due(kStart), kStart);
  pace.drawn(kStart);
  EXPECT_EQ(pace.due(kStart + 1ms), kStart + Pace::kBetweenFrames);
  EXPECT_EQ(pace.due(kStart + 1s), kStart + 1s);
}

TEST(Pace, TheFirstOutputAfterAKeyIsAnAnswer) {
  Pace pace;
  pace.sent("web.1", kStart);
  EXPECT_FALSE(pace.answers("web.2", kStart + 1ms));
  EXPECT_TRUE(pace.answers("web.1", kStart + 1ms));
  EXPECT_FALSE(pace.answers("web.1", kStart + 2ms));
}

TEST(Pace, WhatComesLaterHasNothingToDoWithTheKey) {
  Pace pace;
  pace.sent("web.1", kStart);
  EXPECT_FALSE(pace.answers("web.1", kStart + 1s));
}

}  // namespace
}  // namespace pm::panes
