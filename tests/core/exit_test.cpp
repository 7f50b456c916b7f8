#include "pm/core/exit.h"

#include <gtest/gtest.h>

#include <csignal>

namespace pm::core {
namespace {

TEST(Exit, KnowsHowAProcessEnded) {
  EXPECT_EQ(Exit::code(3).code(), 3);
  EXPECT_EQ(Exit::code(3).signal(), std::nullopt);
  EXPECT_EQ(Exit::signal(SIGKILL).signal(), SIGKILL);
  EXPECT_EQ(Exit::signal(SIGKILL).code(), std::nullopt);
}

TEST(Exit, HasTheStatusAShellWouldReport) {
  EXPECT_EQ(Exit::code(7).status(), 7);
  EXPECT_EQ(Exit::signal(SIGKILL).status(), 137);
}

TEST(Exit, IsCleanOnlyWithASuccessCode) {
  const int codes[] = {0, 143};
  EXPECT_TRUE(Exit::code(0).clean(codes));
  EXPECT_TRUE(Exit::code(143).clean(codes));
  EXPECT_FALSE(Exit::code(1).clean(codes));
  EXPECT_FALSE(Exit::signal(SIGTERM).clean(codes)) << "a signal is no exit code, whatever a shell says";
}

TEST(Exit, IsDescribedInWords) {
  EXPECT_EQ(describe(Exit::code(1)), "exited with code 1");
  EXPECT_EQ(describe(Exit::signal(SIGSEGV)), "killed by SIGSEGV");
}

TEST(SignalName, NamesEverySignalThatHasAName) {
  EXPECT_EQ(signal_name(SIGTERM), "SIGTERM");
  EXPECT_EQ(signal_name(SIGPWR), "SIGPWR");
  EXPECT_EQ(signal_name(34), "SIGRTMIN");
  EXPECT_EQ(signal_name(37), "SIGRTMIN+3");
  EXPECT_EQ(signal_name(32), "signal 32");
  EXPECT_EQ(signal_name(99), "signal 99");
}

TEST(SignalName, IsReadBackByParseSignal) {
  for (int signal = 1; signal <= 64; ++signal) {
    if (signal == 32 || signal == 33) continue;
    EXPECT_EQ(parse_signal(signal_name(signal)), signal);
  }
}

struct SignalCase {
  const char* text;
  std::optional<int> signal;
};
class ParseSignal : public testing::TestWithParam<SignalCase> {};
TEST_P(ParseSignal, TakesNamesAndNumbers) { EXPECT_EQ(parse_signal(GetParam().text), GetParam().signal); }
INSTANTIATE_TEST_SUITE_P(Texts, ParseSignal,
                         testing::Values(SignalCase{"SIGTERM", SIGTERM}, SignalCase{"TERM", SIGTERM},
                                         SignalCase{"term", SIGTERM}, SignalCase{"sigHup", SIGHUP},
                                         SignalCase{"15", 15}, SignalCase{"RTMIN+3", 37},
                                         SignalCase{"POLL", SIGIO}, SignalCase{"64", 64},
                                         SignalCase{"65", {}}, SignalCase{"0", {}}, SignalCase{"-1", {}},
                                         SignalCase{"", {}}, SignalCase{"SIG", {}}, SignalCase{"SIG15", {}},
                                         SignalCase{"SIGSIGTERM", {}}, SignalCase{"TERM ", {}},
                                         SignalCase{"99999999999999999999", {}}));

}  // namespace
TEST(ExitOutOfMemory, IsAKillThatTellsItsReason) {
  const auto exit = Exit::out_of_memory(64'000'000);
  EXPECT_EQ(describe(exit), "killed by SIGKILL, out of memory (limit 64 MB)");
  EXPECT_EQ(describe(Exit::out_of_memory()), "killed by SIGKILL, out of memory");
  EXPECT_EQ(exit.signal(), SIGKILL);
  EXPECT_EQ(exit.status(), 128 + SIGKILL);
  EXPECT_NE(exit, Exit::signal(SIGKILL));
}

}  // namespace pm::core
