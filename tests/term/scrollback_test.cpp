#include "scrollback.h"

#include <gtest/gtest.h>

namespace pm::term {
namespace {

std::vector<Unit> row_of(std::string_view text, std::uint16_t style = 0) {
  std::vector<Unit> units;
  for (const char byte : text) units.emplace_back(static_cast<unsigned char>(byte), style);
  return units;
}

std::vector<Unit> read(const Scrollback& scrollback, int row) {
  std::vector<Unit> units;
  scrollback.read(row, units);
  return units;
}

TEST(Scrollback, GivesBackWhatWasPushed) {
  std::vector<Unit> mixed = row_of("ab", 3);
  mixed.emplace_back(U'你', std::uint16_t{3}, Unit::Kind::wide);
  mixed.emplace_back(0, std::uint16_t{3}, Unit::Kind::tail);
  mixed.emplace_back(Unit::kCluster | 7, std::uint16_t{9});
  mixed.emplace_back(0, std::uint16_t{5});
  mixed.emplace_back(0, std::uint16_t{0}, Unit::Kind::filler);
  Scrollback scrollback{1000};
  scrollback.push(mixed, true);
  scrollback.push(row_of("plain"), false);
  scrollback.push({}, false);
  ASSERT_EQ(scrollback.rows(), 3);
  EXPECT_EQ(read(scrollback, 0), mixed);
  EXPECT_TRUE(scrollback.wrapped(0));
  EXPECT_EQ(read(scrollback, 1), row_of("plain"));
  EXPECT_FALSE(scrollback.wrapped(1));
  EXPECT_TRUE(read(scrollback, 2).empty());
}

TEST(Scrollback, LeavesOutBlanksAtTheEnd) {
  auto row = row_of("ab");
  row.resize(80);
  Scrollback scrollback{1000};
  scrollback.push(row, false);
  EXPECT_EQ(read(scrollback, 0), row_of("ab"));
}

TEST(Scrollback, DropsTheOldestRows) {
  for (const std::size_t most : {50, 1000, 10'000, 100'000}) {
    Scrollback scrollback{most};
    for (int i = 0; i < 5000; ++i) {
      scrollback.push(row_of("row " + std::to_string(i) + std::string(static_cast<std::size_t>(i % 37), 'x')),
                      i % 2 == 0);
      const int rows = scrollback.rows();
      ASSERT_GT(rows, 0);
      ASSERT_EQ(read(scrollback, rows - 1),
                row_of("row " + std::to_string(i) + std::string(static_cast<std::size_t>(i % 37), 'x')));
    }
    const int rows = scrollback.rows();
    for (int row = 0; row < rows; ++row) {
      const int i = 5000 - rows + row;
      ASSERT_EQ(read(scrollback, row),
                row_of("row " + std::to_string(i) + std::string(static_cast<std::size_t>(i % 37), 'x')));
      ASSERT_EQ(scrollback.wrapped(row), i % 2 == 0);
    }
  }
}

TEST(Scrollback, KeepsNothingThatIsTooLong) {
  Scrollback scrollback{50};
  scrollback.push(row_of("short"), false);
  scrollback.push(row_of(std::string(100, 'x')), false);
  EXPECT_EQ(scrollback.rows(), 0);
}

TEST(Scrollback, BoundsBlankRowsToo) {
  Scrollback scrollback{1600};
  for (int i = 0; i < 10'000; ++i) scrollback.push({}, false);
  EXPECT_EQ(scrollback.rows(), 100);
}

TEST(Scrollback, VisitsStylesAndClusters) {
  auto row = row_of("ab", 3);
  row.emplace_back(Unit::kCluster | 7, std::uint16_t{9});
  Scrollback scrollback{1000};
  scrollback.push(row, false);
  std::vector<int> styles, clusters;
  scrollback.visit(
      [&](std::uint16_t style) {
        styles.push_back(style);
        return static_cast<std::uint16_t>(style + 1);
      },
      [&](std::uint16_t cluster) { clusters.push_back(cluster); });
  EXPECT_EQ(styles, (std::vector{3, 9}));
  EXPECT_EQ(clusters, (std::vector{7}));
  EXPECT_EQ(read(scrollback, 0)[0].style(), 4);
  EXPECT_EQ(read(scrollback, 0)[2].style(), 10);
}

}  // namespace
}  // namespace pm::term
