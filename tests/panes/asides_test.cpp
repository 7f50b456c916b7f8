#include "asides.h"

#include <gtest/gtest.h>

namespace pm::panes {
namespace {

TEST(Asides, AreTakenOnce) {
  Asides asides;
  EXPECT_EQ(asides.take(), "");
  asides.ring();
  asides.copy("f");
  EXPECT_EQ(asides.take(), "\x1b]52;c;Zg==\a\a");
  EXPECT_EQ(asides.take(), "");
}

TEST(Asides, TakeNoMoreRoomTheMoreThereIs) {
  Asides asides;
  for (int i = 0; i < 1000; ++i) {
    asides.ring();
    asides.copy(std::string(70'000, 'x'));
  }
  asides.copy("fo");
  EXPECT_EQ(asides.take(), "\x1b]52;c;Zm8=\a\a");
}

}  // namespace
}  // namespace pm::panes
