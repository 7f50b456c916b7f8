#include "lines.h"

#include <gmock/gmock.h>

namespace pm::panes {
namespace {

TEST(Lines, ArePutTogether) {
  Lines lines;
  std::vector<std::string> taken;
  const auto take = [&](std::string_view line) { taken.emplace_back(line); };
  for (const char* piece : {"a", "b\nc", "\n\nd"}) lines.push(piece, take);
  EXPECT_THAT(taken, testing::ElementsAre("ab", "c", ""));
}

TEST(Lines, OneThatNeverEndsIsDropped) {
  Lines lines;
  std::vector<std::string> taken;
  const auto take = [&](std::string_view line) { taken.emplace_back(line); };
  lines.push(std::string(Lines::kMost + 1, 'x'), take);
  lines.push("y\n", take);
  EXPECT_THAT(taken, testing::ElementsAre("y"));
}

}  // namespace
}  // namespace pm::panes
