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

}  // namespace
}  // namespace pm::core
