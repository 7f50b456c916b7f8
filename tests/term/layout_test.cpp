#include "pm/term/layout.h"

#include <gtest/gtest.h>

#include <string>

namespace pm::term {
namespace {

constexpr Layout kAll[] = {Layout::tiled, Layout::even_horizontal, Layout::even_vertical,
                           Layout::main_horizontal, Layout::main_vertical};

// Each cell of the area as the letter of the pane that covers it; '#': more than one does.
std::string picture(const std::vector<Rect>& panes, const Rect& area) {
  std::string out;
  for (int row = area.row; row < area.bottom(); ++row) {
    for (int column = area.column; column < area.right(); ++column) {
      char cell = '.';
      for (std::size_t i = 0; i < panes.size(); ++i)
        if (panes[i].contains({column, row})) cell = cell == '.' ? static_cast<char>('a' + i % 26) : '#';
      out += cell;
    }
    out += '\n';
  }
  return out;
}

TEST(Arrange, TilesAsNearToASquareAsItCan) {
  const Rect area{0, 0, 6, 4};
  EXPECT_EQ(picture(arrange(Layout::tiled, 1, area), area), "aaaaaa\naaaaaa\naaaaaa\naaaaaa\n");
  EXPECT_EQ(picture(arrange(Layout::tiled, 2, area), area), "aaaaaa\naaaaaa\nbbbbbb\nbbbbbb\n");
  EXPECT_EQ(picture(arrange(Layout::tiled, 3, area), area), "aaabbb\naaabbb\ncccccc\ncccccc\n");
  EXPECT_EQ(picture(arrange(Layout::tiled, 4, area), area), "aaabbb\naaabbb\ncccddd\ncccddd\n");
}

TEST(Arrange, PutsEvenPanesSideBySideOrOnTopOfEachOther) {
  const Rect area{1, 1, 7, 3};
  EXPECT_EQ(picture(arrange(Layout::even_horizontal, 3, area), area), "aabbccc\naabbccc\naabbccc\n");
  EXPECT_EQ(picture(arrange(Layout::even_vertical, 3, area), area), "aaaaaaa\nbbbbbbb\nccccccc\n");
}

TEST(Arrange, GivesTheMainPaneThreeFifths) {
  const Rect area{0, 0, 10, 5};
  EXPECT_EQ(picture(arrange(Layout::main_horizontal, 3, area), area),
            "aaaaaaaaaa\naaaaaaaaaa\naaaaaaaaaa\nbbbbbccccc\nbbbbbccccc\n");
  EXPECT_EQ(picture(arrange(Layout::main_vertical, 3, area), area),
            "aaaaaabbbb\naaaaaabbbb\naaaaaacccc\naaaaaacccc\naaaaaacccc\n");
}

TEST(Arrange, CoversTheAreaWithoutGapsOrOverlaps) {
  for (const auto layout : kAll)
    for (const Rect area : {Rect{0, 0, 20, 4}, Rect{0, 1, 80, 23}, Rect{3, 2, 300, 99}, Rect{0, 0, 1, 1}})
      for (int panes = 1; panes <= 40; ++panes) {
        const auto rects = arrange(layout, panes, area);
        ASSERT_EQ(rects.size(), static_cast<std::size_t>(panes));
        EXPECT_EQ(picture(rects, area).find_first_of(".#"), std::string::npos)
            << to_string(layout) << " with " << panes;
      }
}

TEST(Arrange, KnowsNoPanes) { EXPECT_TRUE(arrange(Layout::tiled, 0, {0, 0, 80, 24}).empty()); }

TEST(PanesPerPage, IsHowManyAreOfUse) {
  EXPECT_EQ(panes_per_page(Layout::tiled, 4, {0, 0, 80, 23}), 4);
  EXPECT_EQ(panes_per_page(Layout::even_vertical, 12, {0, 0, 80, 23}), 5);
  EXPECT_EQ(panes_per_page(Layout::even_horizontal, 12, {0, 0, 80, 23}), 6);
  EXPECT_EQ(panes_per_page(Layout::tiled, 12, {0, 0, 20, 4}), 1);
  EXPECT_EQ(panes_per_page(Layout::tiled, 12, {0, 0, 2, 1}), 1);
}

TEST(PanesPerPage, LeavesNoPaneTooSmall) {
  for (const auto layout : kAll)
    for (const Rect area : {Rect{0, 0, 24, 9}, Rect{0, 0, 80, 23}, Rect{0, 0, 300, 99}})
      for (int panes = 1; panes <= 60; ++panes) {
        const int count = panes_per_page(layout, panes, area);
        if (count == 1) continue;
        for (const auto& rect : arrange(layout, count, area))
          EXPECT_TRUE(rect.columns >= kLeast.columns && rect.rows >= kLeast.rows)
              << to_string(layout) << " with " << panes;
      }
}

TEST(Neighbour, LiesInThatDirection) {
  const auto panes = arrange(Layout::tiled, 4, {0, 0, 80, 24});  // 0 1 / 2 3
  EXPECT_EQ(neighbour(panes, 0, Direction::right), 1);
  EXPECT_EQ(neighbour(panes, 0, Direction::down), 2);
  EXPECT_EQ(neighbour(panes, 3, Direction::left), 2);
  EXPECT_EQ(neighbour(panes, 3, Direction::up), 1);
}

TEST(Neighbour, GoesAroundTheEdge) {
  const auto panes = arrange(Layout::tiled, 4, {0, 0, 80, 24});
  EXPECT_EQ(neighbour(panes, 0, Direction::left), 1);
  EXPECT_EQ(neighbour(panes, 0, Direction::up), 2);
  EXPECT_EQ(neighbour(panes, 3, Direction::right), 2);
  EXPECT_EQ(neighbour(panes, 3, Direction::down), 1);
}

TEST(Neighbour, SharesMostOfTheSide) {
  const auto panes = arrange(Layout::main_vertical, 4, {0, 0, 80, 24});
  EXPECT_EQ(neighbour(panes, 0, Direction::right), 1);
  EXPECT_EQ(neighbour(panes, 2, Direction::left), 0);
  EXPECT_EQ(neighbour(panes, 3, Direction::down), 1);
}

TEST(Neighbour, IsItselfWhereThereIsNobodyElse) {
  const auto panes = arrange(Layout::even_vertical, 3, {0, 0, 80, 24});
  EXPECT_EQ(neighbour(panes, 1, Direction::left), 1);
  EXPECT_EQ(neighbour({{0, 0, 80, 24}}, 0, Direction::up), 0);
}

TEST(LayoutName, IsTmuxs) {
  for (const auto layout : kAll) EXPECT_EQ(parse_layout(to_string(layout)), layout);
  EXPECT_EQ(to_string(Layout::main_horizontal), "main-horizontal");
  EXPECT_EQ(parse_layout("Tiled"), std::nullopt);
}

TEST(NextLayout, ComesAroundToTheFirst) {
  auto layout = Layout::tiled;
  for (const auto expected : kAll) {
    EXPECT_EQ(layout, expected);
    layout = next(layout);
  }
  EXPECT_EQ(layout, Layout::tiled);
}

}  // namespace
}  // namespace pm::term
