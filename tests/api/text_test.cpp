#include "text.h"

#include <gtest/gtest.h>

namespace pm::api {

struct Given {
  const char* name;
  std::string_view bytes;
  int replaced;  ///< bytes that become U+FFFD
};

class Utf8 : public testing::TestWithParam<Given> {};

TEST_P(Utf8, ReplacesOnlyWhatIsMalformed) {
  const auto text = as_utf8(GetParam().bytes);
  int replaced = 0;
  for (auto at = text.find("\uFFFD"); at != text.npos; at = text.find("\uFFFD", at + 3)) ++replaced;
  EXPECT_EQ(replaced, GetParam().replaced);
  EXPECT_EQ(text == GetParam().bytes, replaced == 0);
}

using namespace std::string_view_literals;
INSTANTIATE_TEST_SUITE_P(Bytes, Utf8,
                         testing::Values(Given{"ascii", "a\0b"sv, 0}, Given{"two", "é", 0},
                                         Given{"three", "→", 0}, Given{"four", "😀", 0},
                                         Given{"lone_tail", "a\x80z", 1}, Given{"cut_short", "a\xE2\x86", 2},
                                         Given{"overlong", "\xC0\xAF", 2},
                                         Given{"surrogate", "\xED\xA0\x80", 3},
                                         Given{"past_the_end", "\xF4\x90\x80\x80", 4},
                                         Given{"latin", "caf\xE9!", 1}),
                         [](const auto& test) { return std::string{test.param.name}; });

}  // namespace pm::api
