#include "log_text.h"

#include <gtest/gtest.h>

namespace pm::panes {
namespace {

struct Case {
  const char* name;
  const char* in;
  const char* out;
};
class LogTextOf : public testing::TestWithParam<Case> {};

TEST_P(LogTextOf, IsRowsInColour) {
  LogText text;
  EXPECT_EQ(text.push(GetParam().in), GetParam().out);
}

TEST_P(LogTextOf, IsTheSameByteByByte) {
  LogText text;
  std::string out;
  for (const char c : std::string_view{GetParam().in}) out += text.push({&c, 1});
  EXPECT_EQ(out, GetParam().out);
}

INSTANTIATE_TEST_SUITE_P(
    What, LogTextOf,
    testing::Values(Case{"lines", "a\nb\n", "a\r\nb\r\n"},
                    Case{"colour", "\x1b[1;31mred\x1b[0m", "\x1b[1;31mred\x1b[0m"},
                    Case{"underline", "\x1b[4:3mx", "\x1b[4:3mx"}, Case{"utf8", "π 漢\t!", "π 漢\t!"},
                    Case{"movement", "a\x1b[2J\x1b[10;20Hb", "ab"}, Case{"modes", "\x1b[?1049h\x1b=x", "x"},
                    Case{"private_m", "\x1b[>4;1mx", "x"}, Case{"title", "\x1b]2;title\ax", "x"},
                    Case{"title_st", "\x1b]2;title\x1b\\x", "x"}, Case{"charset", "\x1b(0x", "x"},
                    Case{"device_string", "\x1bP1$r0m\x1b\\x", "x"},
                    Case{"controls",
                         "a\b\r\v\x7f\x0e"
                         "b",
                         "ab"},
                    Case{"ends_with_its_line", "\x1b]2;never ends\nnext\n", "\r\nnext\r\n"},
                    Case{"sequence_in_sequence", "\x1b[3\x1b[32mx", "\x1b[32mx"}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(LogText, ForgetsEndlessParameters) {
  LogText text;
  EXPECT_EQ(text.push("\x1b[" + std::string(100'000, '1') + "mx"), "x");
}

}  // namespace
}  // namespace pm::panes
