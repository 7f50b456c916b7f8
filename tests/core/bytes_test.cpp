#include "pm/core/bytes.h"

#include <gtest/gtest.h>

#include <ostream>

namespace pm::core::bytes_test {

struct Case {
  const char* name;
  const char* text;
  std::optional<std::uint64_t> bytes;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

class ParseBytes : public testing::TestWithParam<Case> {};

TEST_P(ParseBytes, KnowsTheUnitsOfPeopleAndMachines) {
  EXPECT_EQ(parse_bytes(GetParam().text), GetParam().bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ParseBytes,
    testing::Values(Case{"Nothing", "", {}}, Case{"Zero", "0", 0}, Case{"Bare", "4096", 4096},
                    Case{"Bytes", "1B", 1}, Case{"Thousands", "2kB", 2000}, Case{"InCapitals", "2KB", 2000},
                    Case{"Binary", "512MiB", 536'870'912}, Case{"Decimal", "512MB", 512'000'000},
                    Case{"WithABlank", "1.5 GB", 1'500'000'000}, Case{"Terabytes", "1TiB", 1ULL << 40},
                    Case{"TwoBlanks", "1  MB", {}}, Case{"OnlyABlank", "1 ", {}}, Case{"Negative", "-1", {}},
                    Case{"NoNumber", "MB", {}}, Case{"HalfAUnit", "1M", {}}, Case{"Words", "1MB a day", {}},
                    Case{"NotANumber", "nan", {}}, Case{"Infinite", "inf", {}},
                    Case{"TheMost", "1152921504606846976", 1ULL << 60}, Case{"More", "2000000TB", {}}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(ExactBytes, TakesTheLargestUnitThatFits) {
  EXPECT_EQ(exact_bytes(0), "0 B");
  EXPECT_EQ(exact_bytes(999), "999 B");
  EXPECT_EQ(exact_bytes(64'000'000), "64 MB");
  EXPECT_EQ(exact_bytes(64 << 20), "64 MiB");
  EXPECT_EQ(exact_bytes(1'500'000'000), "1500 MB");
  EXPECT_EQ(exact_bytes(4097), "4097 B");
}

TEST(ExactBytes, IsReadBackAsItWas) {
  for (const std::uint64_t bytes : {0ULL, 1ULL, 1000ULL, 1024ULL, 123'456ULL, 3ULL << 30, 1ULL << 60})
    EXPECT_EQ(parse_bytes(exact_bytes(bytes)), bytes);
}

}  // namespace pm::core::bytes_test
