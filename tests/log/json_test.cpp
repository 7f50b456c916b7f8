#include "pm/log/json.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>

#include "noise.h"

namespace pm::log {

using namespace std::string_view_literals;

namespace {

std::string escaped(std::string_view text) {
  Buffer out;
  append_json_escaped(out, text);
  return std::string{out.view()};
}

}  // namespace

TEST(AppendJson, WritesOneObjectPerLine) {
  JsonHead head{"web.1", Stream::stderr_};
  head.set_time(TimeText{1'767'323'045'000'006});
  Buffer out;
  EXPECT_EQ(append_json(out, head, "one\n\n"), 2u);
  EXPECT_EQ(out.view(),
            R"({"time":"2026-01-02T03:04:05.000006Z","process":"web.1","stream":"stderr","line":"one"})"
            "\n"
            R"({"time":"2026-01-02T03:04:05.000006Z","process":"web.1","stream":"stderr","line":""})"
            "\n");
}

TEST(AppendJson, KeepsACarriageReturnAtTheEndOfALine) {
  Buffer out;
  append_json(out, JsonHead{"web.1", Stream::stdout_}, "one\r\n");
  EXPECT_TRUE(out.view().ends_with(R"("line":"one\r"})"
                                   "\n"));
}

struct EscapeCase {
  const char* name;
  std::string_view text, expected;
};

class JsonEscape : public testing::TestWithParam<EscapeCase> {};

TEST_P(JsonEscape, MakesTheTextFitBetweenQuotes) { EXPECT_EQ(escaped(GetParam().text), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(
    Text, JsonEscape,
    testing::Values(EscapeCase{"empty", "", ""},
                    EscapeCase{"plain", "plain text, longer than a word", "plain text, longer than a word"},
                    EscapeCase{"quote", "say \"no\"", R"(say \"no\")"},
                    EscapeCase{"backslash", "C:\\new", R"(C:\\new)"},
                    EscapeCase{"short_escapes", "\b\f\n\r\t", R"(\b\f\n\r\t)"},
                    EscapeCase{"controls", "\0\x01\x1b[31m\x1f"sv, R"(\u0000\u0001\u001b[31m\u001f)"},
                    EscapeCase{"del_is_plain", "\x7f", "\x7f"},
                    EscapeCase{"utf8", "gr\u00fc\u00dfe \u20ac \U0001f600",
                               "gr\u00fc\u00dfe \u20ac \U0001f600"},
                    EscapeCase{"lone_continuation", "a\x80z", "a\ufffdz"},
                    EscapeCase{"never_a_lead", "\xc0\xc1\xf5\xff", "\ufffd\ufffd\ufffd\ufffd"},
                    EscapeCase{"overlong", "\xe0\x80\x80", "\ufffd\ufffd\ufffd"},
                    EscapeCase{"surrogate", "\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
                    EscapeCase{"above_unicode", "\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
                    EscapeCase{"cut_short_at_the_end", "\xf0\x9f\x98", "\ufffd"},
                    EscapeCase{"cut_short_by_a_letter", "\xe2\x82z", "\ufffdz"},
                    EscapeCase{"cut_short_by_a_lead", "\xe2\x82\xc3\xa9", "\ufffd\u00e9"}),
    [](const auto& test) { return std::string{test.param.name}; });

namespace {

// The UTF-8 decoder of the WHATWG Encoding Standard, byte by byte, writing back what it decodes.
std::string naively_replaced(std::string_view text) {
  std::string out, character;
  std::size_t needed = 0;
  unsigned low = 0x80, high = 0xbf;
  const auto replace = [&] {
    out += "\ufffd";
    character.clear();
    needed = 0;
    low = 0x80, high = 0xbf;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned byte = static_cast<unsigned char>(text[i]);
    if (needed == 0) {
      if (byte >= 0xc2 && byte <= 0xdf) needed = 1;
      if (byte >= 0xe0 && byte <= 0xef) needed = 2;
      if (byte >= 0xf0 && byte <= 0xf4) needed = 3;
      if (byte == 0xe0) low = 0xa0;
      if (byte == 0xed) high = 0x9f;
      if (byte == 0xf0) low = 0x90;
      if (byte == 0xf4) high = 0x8f;
      if (byte < 0x80) out += text[i];
      if (byte >= 0x80 && needed == 0) replace();
      if (needed > 0) character = text[i];
      continue;
    }
    if (byte < low || byte > high) {
      replace();
      --i;
      continue;
    }
    low = 0x80, high = 0xbf;
    character += text[i];
    if (--needed == 0) out += std::exchange(character, {});
  }
  if (needed > 0) replace();
  return out;
}

}  // namespace

TEST(AppendJson, IsReadBackByAParserForRandomLines) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    Noise noise{seed};
    auto line = noise.bytes(200, "abc\"\\\r\t\xe2\x82\xac\xf0\x9f\x98\x80\xed\xc3");
    std::replace(line.begin(), line.end(), '\n', '?');
    Buffer out;
    append_json(out, JsonHead{"web.1", Stream::stdout_}, line + "\n");
    boost::json::error_code error;
    const auto object = boost::json::parse({out.data(), out.size()}, error);
    ASSERT_FALSE(error) << "seed " << seed << ": " << out.view();
    ASSERT_EQ(object.at("line").as_string(), naively_replaced(line)) << "seed " << seed;
  }
}

}  // namespace pm::log
