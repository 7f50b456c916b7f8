#include "find.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace pm::panes {
namespace {

// An end that counts how often it is compared.
struct CountedEnd {
  Place place;
  int* looks;
  friend bool operator<(const CountedEnd& end, Place at) {
    ++*end.looks;
    return end.place < at;
  }
};
struct CountedRange {
  Place first;
  CountedEnd last;
  bool contains(Place at) const { return first <= at && at <= last.place; }
};

TEST(AnyContains, LooksAtFew) {
  int looks = 0;
  std::vector<CountedRange> ranges;
  for (int row = 0; row < 1000; ++row) ranges.push_back({{row, 2}, {{row, 3}, &looks}});
  for (const int column : {1, 2, 3, 4})
    EXPECT_EQ(any_contains(ranges, {900, column}), column == 2 || column == 3) << column;
  EXPECT_FALSE(any_contains(ranges, {1000, 2}));
  EXPECT_LE(looks, 5 * 10);
  EXPECT_FALSE(any_contains(std::vector<Range>{}, {0, 0}));
}

class Find : public testing::Test {
 protected:
  Find() {
    for (int row = 0; row < kRows; ++row) terminal.write(fmt::format("row {} of many\r\n", row));
  }
  static constexpr int kRows = 1000;
  term::Terminal terminal{{40, 10}};
};

TEST_F(Find, ReadsNoFurtherThanTheNextOne) {
  const auto next = find_next(terminal, "row", {500, 0}, false);
  EXPECT_EQ(next.found, (Range{{501, 0}, {501, 2}}));
  EXPECT_LE(next.rows, 4);
  const auto before = find_next(terminal, "row", {500, 0}, true);
  EXPECT_EQ(before.found, (Range{{499, 0}, {499, 2}}));
  EXPECT_LE(before.rows, 4);
}

TEST_F(Find, GoesOnAtTheOtherEnd) {
  EXPECT_EQ(find_next(terminal, "row 7 ", {500, 0}, false).found, (Range{{7, 0}, {7, 5}}));
  EXPECT_EQ(find_next(terminal, "row 700", {500, 0}, true).found, (Range{{700, 0}, {700, 6}}));
  EXPECT_EQ(find_next(terminal, "row 500", {500, 0}, false).found, (Range{{500, 0}, {500, 6}}));
  EXPECT_EQ(find_next(terminal, "row 500", {500, 0}, true).found, (Range{{500, 0}, {500, 6}}));
}

TEST_F(Find, ReadsEachRowOnceIfThereIsNone) {
  const auto rows = rows_of(terminal).last - rows_of(terminal).first + 1;
  for (const bool backward : {false, true}) {
    const auto search = find_next(terminal, "nowhere", {500, 0}, backward);
    EXPECT_EQ(search.found, std::nullopt);
    EXPECT_LE(search.rows, rows + 1);
  }
}

TEST_F(Find, TakesOfALongLineOnlyWhatIsNear) {
  terminal.write(std::string(40 * 500, 'x'));
  const auto last = rows_of(terminal).last;
  const auto found = find_all(terminal, "xx", last - 259, last - 250);
  EXPECT_EQ(found.size(), 20U * 12);
  EXPECT_EQ(found.front().first, (Place{last - 260, 0}));
  EXPECT_EQ(found.back().last, (Place{last - 249, 39}));
}

TEST_F(Find, SeesWhatReachesIntoTheRows) {
  terminal.write(std::string(38, ' ') + "beginning" + std::string(30, ' ') + "ending");
  const auto last = rows_of(terminal).last;
  EXPECT_EQ(find_all(terminal, "beginning", last - 1, last - 1).size(), 1U);
  EXPECT_EQ(find_all(terminal, "ending", last - 1, last - 1).size(), 1U);
}

}  // namespace
}  // namespace pm::panes
