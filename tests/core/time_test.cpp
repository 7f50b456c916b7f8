#include "pm/core/time.h"

#include <gtest/gtest.h>

namespace pm::core {
namespace {

struct Shown {
  Duration duration;
  const char* text;
};
class Human : public testing::TestWithParam<Shown> {};
TEST_P(Human, IsShortAndExactEnough) { EXPECT_EQ(human(GetParam().duration), GetParam().text); }
INSTANTIATE_TEST_SUITE_P(Durations, Human,
                         testing::Values(Shown{0s, "0.0s"}, Shown{300ms, "0.3s"}, Shown{9500ms, "9.5s"},
                                         Shown{9960ms, "10s"}, Shown{12s, "12s"}, Shown{59900ms, "59s"},
                                         Shown{60s, "1m 0s"}, Shown{250s, "4m 10s"},
                                         Shown{2h + 14min, "2h 14m"}, Shown{76h + 59min, "3d 4h"}));

struct Written {
  const char* text;
  std::optional<Duration> duration;
};
class ParseDuration : public testing::TestWithParam<Written> {};
TEST_P(ParseDuration, TakesANumberAndAUnit) {
  EXPECT_EQ(parse_duration(GetParam().text), GetParam().duration);
}
INSTANTIATE_TEST_SUITE_P(Texts, ParseDuration,
                         testing::Values(Written{"500ms", 500ms}, Written{"5s", 5s}, Written{"1.5s", 1500ms},
                                         Written{"2m", 2min}, Written{"1h", 1h}, Written{"2d", 48h},
                                         Written{"7", 7s}, Written{"0", 0s}, Written{"", {}},
                                         Written{"s", {}}, Written{"-1s", {}}, Written{"5 s", {}},
                                         Written{" 5s", {}}, Written{"5S", {}}, Written{"5s ", {}},
                                         Written{"5 minutes", {}}, Written{"1h30m", {}}, Written{"nan", {}},
                                         Written{"inf", {}}, Written{"+5s", {}}, Written{"0x10", {}},
                                         Written{"1e300d", {}}, Written{"40000d", {}},
                                         Written{"99999999999999999999999999", {}}));

TEST(TimeText, IsRfc3339InUtcWithMicroseconds) {
  EXPECT_EQ(std::string_view{TimeText{0}}, "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(std::string_view{TimeText{1'767'323'045'000'006}}, "2026-01-02T03:04:05.000006Z");
  EXPECT_EQ(std::string_view{TimeText{951'868'799'999'999}}, "2000-02-29T23:59:59.999999Z");
  EXPECT_EQ(std::string_view{TimeText{-1}}, "1969-12-31T23:59:59.999999Z");
}

TEST(TimeText, StaysWithinTheYearsItCanShow) {
  EXPECT_EQ(std::string_view{TimeText{INT64_MIN}}, "0000-01-01T00:00:00.000000Z");
  EXPECT_EQ(std::string_view{TimeText{INT64_MAX}}, "9999-12-31T23:59:59.999999Z");
}

TEST(ParseTimeText, IsTheInverse) {
  for (const std::int64_t time : {0L, -1L, 1'767'323'045'000'006L, 951'868'799'999'999L,
                                  -62'167'219'200'000'000L, 253'402'300'799'999'999L})
    EXPECT_EQ(parse_time_text(TimeText{time}), time);
}

class NoTime : public testing::TestWithParam<const char*> {};
TEST_P(NoTime, IsRefused) { EXPECT_EQ(parse_time_text(GetParam()), std::nullopt); }
INSTANTIATE_TEST_SUITE_P(Texts, NoTime,
                         testing::Values("", "2026-01-02", "2026-01-02T03:04:05Z",
                                         "2026-01-02 03:04:05.000006Z", "2026-01-02T03:04:05.000006+",
                                         "2026-02-29T03:04:05.000006Z", "2026-13-01T03:04:05.000006Z",
                                         "2026-01-00T03:04:05.000006Z", "2026-01-02T24:04:05.000006Z",
                                         "2026-01-02T03:60:05.000006Z", "2026-01-02T03:04:60.000006Z",
                                         "+026-01-02T03:04:05.000006Z", "2026-01-02T03:04:05.000006Zz"));

}  // namespace
}  // namespace pm::core
