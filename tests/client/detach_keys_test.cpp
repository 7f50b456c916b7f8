#include "pm/client/detach_keys.h"

#include <gtest/gtest.h>

namespace pm::client {
namespace {

using Typed = DetachKeys::Typed;

DetachKeys keys(std::string_view text) { return *DetachKeys::parse(text); }

TEST(DetachKeys, AreWrittenAsDockerOrTmuxDo) {
  for (const auto text : {"ctrl-b,d", "C-b d", "^b d", "Ctrl-B,d", "C-B d"})
    EXPECT_EQ(keys(text).text(), "C-b d") << text;
  EXPECT_EQ(keys("ctrl-p,ctrl-q").text(), "C-p C-q");
  EXPECT_EQ(keys("ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_").text(), "C-@ C-[ C-\\ C-] C-^ C-_");
  EXPECT_EQ(keys("q").text(), "q");
  EXPECT_EQ(keys("^").text(), "^");
  EXPECT_EQ(keys(",").text(), ",");
}

TEST(DetachKeys, SayWhatIsNoKey) {
  for (const auto text : {"", "ctrl-", "ctrl-b,", ",d", "C-b  d", "hyper-b", "ctrl-1", "ctrl-bb", "C-b, d"}) {
    const auto parsed = DetachKeys::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, core::Error::Kind::bad_input);
  }
}

struct KeysCase {
  const char* name;
  std::string input;
  Typed typed;
};

class TypedKeys : public testing::TestWithParam<KeysCase> {};

TEST_P(TypedKeys, MeanTheSameHoweverTheyAreCut) {
  const auto& [name, input, expected] = GetParam();
  for (std::size_t cut = 0; cut <= input.size(); ++cut) {
    auto detach = keys("C-b d");
    Typed typed = detach.push(std::string_view{input}.substr(0, cut));
    if (!typed.detach) {
      const auto rest = detach.push(std::string_view{input}.substr(cut));
      typed.bytes += rest.bytes;
      typed.detach = rest.detach;
    }
    EXPECT_EQ(typed, expected) << "cut at " << cut;
  }
}

INSTANTIATE_TEST_SUITE_P(Input, TypedKeys,
                         testing::Values(KeysCase{"nothing", "", {""}},
                                         KeysCase{"text", "hello\r", {"hello\r"}},
                                         KeysCase{"detach",
                                                  "ab\x02"
                                                  "dcd",
                                                  {"ab", true}},
                                         KeysCase{"another_key", "\x02x", {"\x02x"}},
                                         KeysCase{"first_key_twice", "\x02\x02x", {"\x02x"}},
                                         KeysCase{"first_key_twice_then_detach",
                                                  "\x02\x02\x02"
                                                  "d",
                                                  {"\x02", true}},
                                         KeysCase{"first_key_held", "x\x02", {"x"}},
                                         KeysCase{"second_key_alone", "dd", {"dd"}}),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST(DetachKeys, OfThreeAreHeldBackUntilItIsClear) {
  auto detach = keys("a b c");
  EXPECT_EQ(detach.push("ab"), (Typed{""}));
  EXPECT_EQ(detach.push("x"), (Typed{"abx"}));
  EXPECT_EQ(detach.push("aba"), (Typed{"ab"}));
  EXPECT_EQ(detach.push("bc!"), (Typed{"", true}));
}

TEST(DetachKeys, MayBeASingleOne) { EXPECT_EQ(keys("^]").push("x\x1d"), (Typed{"x", true})); }

}  // namespace
}  // namespace pm::client
