#include "attach_pace.h"

#include <gtest/gtest.h>

namespace pm::server {
namespace {

using namespace std::chrono_literals;
using When = AttachPace::When;

constexpr core::TimePoint kStart{1000s};

TEST(AttachPace, ServesAtOnceAfterACalm) {
  AttachPace pace;
  EXPECT_EQ(pace.when(kStart), When::now);
  pace.note_sent(1, kStart);
  EXPECT_EQ(pace.when(kStart), When::in_turn);
  EXPECT_EQ(pace.when(kStart + AttachPace::kCalm - 1us), When::in_turn);
  EXPECT_EQ(pace.when(kStart + AttachPace::kCalm), When::now);
}

TEST(AttachPace, WaitsForTheNextFrameOnceOneIsFull) {
  AttachPace pace;
  pace.note_sent(AttachPace::kFrameBytes - 1, kStart);
  EXPECT_EQ(pace.when(kStart + 10ms), When::now);
  pace.note_sent(1, kStart + 10ms);
  EXPECT_EQ(pace.when(kStart + 10ms), When::next_frame);
  EXPECT_EQ(pace.next_frame(), kStart + AttachPace::kFrame);
  EXPECT_EQ(pace.when(pace.next_frame() - 1us), When::next_frame);
  EXPECT_EQ(pace.when(pace.next_frame()), When::now);
}

TEST(AttachPace, AFrameBeginsWithItsFirstBytes) {
  AttachPace pace;
  pace.note_sent(AttachPace::kFrameBytes, kStart);
  pace.note_sent(1, kStart + 1s);
  EXPECT_EQ(pace.when(kStart + 1s), When::in_turn) << "what the last frame took does not count";
  EXPECT_EQ(pace.next_frame(), kStart + 1s + AttachPace::kFrame);
}

}  // namespace
}  // namespace pm::server
