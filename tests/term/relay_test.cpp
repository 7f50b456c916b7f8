#include "pm/term/relay.h"

#include <gtest/gtest.h>

#include "alike.h"
#include "noise.h"
#include "recording.h"

namespace pm::term {
namespace {

std::string relayed(std::string_view bytes, std::size_t step = std::string::npos) {
  Relay relay;
  std::string out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size())))
    relay.push(bytes.substr(0, step), out);
  return out;
}

class Passed : public ::testing::TestWithParam<std::string> {};

TEST_P(Passed, ComesOutAsItIs) {
  EXPECT_EQ(relayed(GetParam()), GetParam());
  EXPECT_EQ(relayed(GetParam(), 1), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Bytes, Passed,
                         ::testing::Values("text\r\n\t\a", "\x1b[1;31mred\x1b[0m", "\x1b]0;title\a",
                                           "\x1b]52;c;aGk=\a", "\x1b]8;;http://x?a=?\x1b\\link",
                                           "Grüße 你好 😀", "\xff\xc3(", "\x1b[?1049h", "\x1b[3\x18x",
                                           "\x1bPq#0~~\x1b\\", "\x1b[2 q", "\x1b[22;0t", "\x1b[?25l",
                                           "\x1b[u", "\x1b_Ga=T;data\x1b\\", "\x1b[1\"q", "\x1b[1$|",
                                           "\x1b]1337;File=:AA==\a", "\x1b#8", "\xc2\x9b\x31m"));

class Question : public ::testing::TestWithParam<std::string> {};

TEST_P(Question, IsLeftOut) {
  EXPECT_EQ(relayed("a" + GetParam() + "b"), "ab");
  EXPECT_EQ(relayed("a" + GetParam() + "b", 1), "ab");
}

INSTANTIATE_TEST_SUITE_P(Of, Question,
                         ::testing::Values("\x1b[c", "\x1b[0c", "\x1b[>c", "\x1b[=c", "\x1bZ", "\x1b[5n",
                                           "\x1b[6n", "\x1b[?6n", "\x1b[?2026$p", "\x1b[4$p", "\x1b[>q",
                                           "\x1b[18t", "\x1b[14t", "\x1b[x", "\x1b[?u", "\x1b[?4m",
                                           "\x1b[1;1;1;1;1;1*y", "\x1bP$qm\x1b\\", "\x1bP+q544e\x1b\\",
                                           "\x1b]10;?\a", "\x1b]11;?\x1b\\", "\x1b]4;1;?\a", "\x1b]52;c;?\a",
                                           "\x1b_Gi=1,a=q;AAAA\x1b\\", "\x05", "\xc2\x9b\x63",
                                           "\xc2\x9d\x31\x30;?\xc2\x9c", "\x1b[1\x1b[c", "\x1b[#|",
                                           "\x1b[1;1;2;2#|", "\x1b[#R", "\x1b[\"v", "\x1b['|", "\x1b[?1g",
                                           "\x1b]1337;ReportCellSize\a"));

class Keys : public ::testing::TestWithParam<std::string> {};

TEST_P(Keys, AreNotSet) {
  EXPECT_EQ(relayed("a" + GetParam() + "b"), "ab");
  EXPECT_EQ(relayed("a" + GetParam() + "b", 1), "ab");
}

INSTANTIATE_TEST_SUITE_P(By, Keys,
                         ::testing::Values("\x1b[>4;2m", "\x1b[>4m", "\x1b[>4n", "\x1b[>4;1f", "\x1b[>1u",
                                           "\x1b[>u", "\x1b[=5;1u", "\x1b[<u", "\x1b[<2u"));

TEST(Relay, HoldsBackWhatIsNotWholeYet) {
  Relay relay;
  std::string out;
  relay.push("ab\x1b[1", out);
  EXPECT_EQ(out, "ab");
  relay.push("m\xe4\xbd", out);
  EXPECT_EQ(out, "ab\x1b[1m");
  relay.push("\xa0", out);
  EXPECT_EQ(out, "ab\x1b[1m\xe4\xbd\xa0");
}

TEST(Relay, KeepsControlsThatAreWithinAQuestion) { EXPECT_EQ(relayed("a\x1b[\r\n6nb"), "a\r\nb"); }

class TooLong : public ::testing::TestWithParam<std::string> {};

TEST_P(TooLong, IsDroppedWhole) {
  const auto part = std::string(Relay::kMostHeld, '1');
  Relay relay;
  std::string out;
  relay.push("before" + GetParam() + part, out);
  relay.push("\r\n" + part, out);
  const auto controls = GetParam() == "\x1b[" ? "\r\n" : "";
  EXPECT_EQ(out, std::string{"before"} + controls);
  out.clear();
  relay.push("\x1b\\\x1b[31mafter\x1b[c", out);
  EXPECT_EQ(out, "\x1b\\\x1b[31mafter");  // an end of a string by itself does nothing
}

INSTANTIATE_TEST_SUITE_P(Of, TooLong, ::testing::Values("\x1bPq", "\x1b]0;", "\x1b_G", "\xc2\x90", "\x1b["));

TEST(Relay, WhatEndsATooLongStringRemains) {
  const auto part = std::string(2 * Relay::kMostHeld, '1');
  EXPECT_EQ(relayed("\x1bPq" + part + "\x1b[31mred"), "\x1b[31mred");
  EXPECT_EQ(relayed("\x1b[" + part + "mplain"), "plain");
  EXPECT_EQ(relayed("\x1b]0;" + part + "\aafter"), "after");
  EXPECT_EQ(relayed("\x1b]0;" + part +
                    "\x18"
                    "after"),
            "after");
}

TEST(Relay, TheSameInAnyParts) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    testing::Noise noise{seed};
    const auto bytes = noise(200);
    const auto whole = relayed(bytes);
    for (const std::size_t step : {1, 2, 3, 7, 64}) ASSERT_EQ(relayed(bytes, step), whole) << "seed " << seed;
  }
}

TEST(Relay, WhatComesOutShowsTheSame) {
  for (const char* name : {"vim", "htop", "less", "top", "colors", "wide"}) {
    Terminal direct{{80, 24}}, passed{{80, 24}};
    const auto bytes = testing::recording(name);
    direct.write(bytes);
    passed.write(relayed(bytes, 100));
    EXPECT_EQ(testing::difference(direct, passed), "") << name;
    EXPECT_EQ(passed.take_replies(), "") << name;
  }
}

}  // namespace
}  // namespace pm::term
