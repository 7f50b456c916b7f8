// Recorded programs (80 × 24, TERM=xterm-256color), cell by cell as libvterm shows them.

#include <gtest/gtest.h>

#include <algorithm>

#include "oracle.h"
#include "pm/core/text.h"
#include "recording.h"

namespace pm::term {
namespace {

using testing::Oracle;

void expect_alike(const Terminal& terminal, const Oracle& oracle, std::size_t written) {
  std::vector<Cell> cells(static_cast<std::size_t>(terminal.size().columns));
  for (int row = 0; row < terminal.size().rows; ++row) {
    terminal.read_row(row, cells);
    for (int column = 0; column < terminal.size().columns; ++column)
      ASSERT_EQ(testing::seen_in(cells[static_cast<std::size_t>(column)]), oracle.seen_at(row, column))
          << "row " << row << ", column " << column << ", after " << written << " bytes";
  }
  ASSERT_EQ(terminal.cursor().at, oracle.cursor()) << "after " << written << " bytes";
}

class Recording : public ::testing::TestWithParam<const char*> {};

TEST_P(Recording, ShowsAsInLibvterm) {
  constexpr std::size_t kStep = 499;
  const auto bytes = testing::recording(GetParam());
  ASSERT_FALSE(bytes.empty());
  Terminal terminal{{80, 24}};
  Oracle oracle{{80, 24}};
  for (std::size_t at = 0, end = 0; at < bytes.size(); at = end) {
    end = std::min(at + kStep, bytes.size());
    while (end < bytes.size() && core::continues(bytes[end])) ++end;  // libvterm loses what is torn
    terminal.write(std::string_view{bytes}.substr(at, end - at));
    oracle.write(std::string_view{bytes}.substr(at, end - at));
    ASSERT_NO_FATAL_FAILURE(expect_alike(terminal, oracle, end));
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Recording,
                         ::testing::Values("vim", "htop", "less", "less-alternate", "top", "progress",
                                           "colors", "wide"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace pm::term
