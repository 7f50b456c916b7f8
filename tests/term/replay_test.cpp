#include <fmt/format.h>
#include <gtest/gtest.h>

#include "alike.h"
#include "noise.h"
#include "recording.h"
#include "shown.h"

namespace pm::term {
namespace {

using testing::difference;
using testing::Noise;

constexpr std::size_t kPlenty =
    1 << 20;  // bytes of scrollback; what is not packed alike would be lost otherwise

// A terminal of the same size that is written to in whatever state it is in.
Terminal copy_of(const Terminal& terminal, int scrollback, const std::string& before) {
  Terminal copy{terminal.size(), kPlenty};
  copy.write(before + '\x18');
  copy.write(terminal.replay(scrollback));
  copy.write(terminal.unfinished());
  return copy;
}

// What REP repeats is not replayed, so something comes first.
std::string later(Noise& noise) { return "\x18." + noise(40); }

TEST(Replay, MakesAnyStateAnewAndWhatFollowsDoesTheSame) {
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    Noise noise{seed};
    const auto size = [&] { return Size{1 + noise.below(12), 1 + noise.below(7)}; };
    Terminal terminal{size(), 4096};
    terminal.write(noise(60));
    if (noise.below(3) == 0) {
      terminal.resize(size());
      terminal.write(noise(20));
    }
    const int scrollback = noise.below(2) == 0 ? terminal.scrollback() : 0;
    auto copy = copy_of(terminal, scrollback, noise(20));
    ASSERT_EQ(difference(terminal, copy, scrollback), "") << "seed " << seed << '\n'
                                                          << testing::shown(terminal) << "---\n"
                                                          << testing::shown(copy);
    const auto more = later(noise);
    terminal.write(more);
    copy.write(more);
    ASSERT_EQ(difference(terminal, copy), "") << "later, seed " << seed;
  }
}

TEST(Replay, GoesOnInTheMiddleOfASequence) {
  for (const std::string sequence :
       {"\x1b[1;31mred", "\x1b]0;a title\x1b\\x", "\x1b[38:2::1:2:3mx", "\xf0\x9f\x98\x80", "\x1b(0q",
        "\x1b[?25lx", "\x1b[4 qx", "\x1bP$qm\x1b\\x", "\x1b]2;\xc2\x9cx", "\x1b[1 2mx", "\x1b[>0;1?x"})
    for (std::size_t at = 0; at <= sequence.size(); ++at) {
      Terminal terminal{{20, 2}};
      terminal.write(std::string_view{sequence}.substr(0, at));
      auto copy = copy_of(terminal, 0, "");
      terminal.write(std::string_view{sequence}.substr(at));
      copy.write(std::string_view{sequence}.substr(at));
      ASSERT_EQ(difference(terminal, copy), "") << sequence.substr(1) << " torn at " << at;
    }
}

TEST(Replay, MakesWhatRecordedProgramsShow) {
  for (const char* name : {"vim", "htop", "less", "less-alternate", "top", "progress", "colors", "wide"}) {
    const auto bytes = testing::recording(name);
    for (std::size_t end = 0; end < bytes.size(); end += 997) {
      Terminal terminal{{80, 24}};
      terminal.write(std::string_view{bytes}.substr(0, end));
      auto copy = copy_of(terminal, 0, "");
      ASSERT_EQ(difference(terminal, copy), "") << name << " after " << end << " bytes";
    }
  }
}

TEST(Replay, BringsAsMuchOfTheScrollbackAsIsAskedFor) {
  Terminal terminal{{10, 2}};
  terminal.write("1\r\n2\r\n3\r\n4\r\n5");
  Terminal copy{{10, 2}};
  copy.write("before\r\n\n\n\n");
  copy.write(terminal.replay(2));
  EXPECT_EQ(copy.scrollback(), 2);
  EXPECT_EQ(copy.row_text(-2), "2");
  EXPECT_EQ(copy.row_text(-1), "3");
}

TEST(CatchUp, AddsTheRowsThatHaveBeenMissed) {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    Noise noise{seed};
    const Size size{4 + noise.below(12), 2 + noise.below(7)};
    const auto lines = [&](int most) {
      std::string text;
      for (int i = noise.below(most); i > 0; --i)
        text += std::string(static_cast<std::size_t>(noise.below(2 * size.columns)),
                            static_cast<char>('a' + i % 26)) +
                "\r\n";
      return text;
    };
    Terminal terminal{size, kPlenty}, looking_on{size, kPlenty};
    const auto before = lines(40);
    terminal.write(before);
    looking_on.write(before);
    const auto then = terminal.scrolled();
    terminal.write(lines(60));
    looking_on.write(terminal.catch_up(then));
    ASSERT_EQ(difference(terminal, looking_on, terminal.scrollback()), "") << "seed " << seed;
    EXPECT_EQ(looking_on.scrollback(), terminal.scrollback());
  }
}

TEST(CatchUp, BringsWhatIsStillThere) {
  Terminal terminal{{10, 3}, 512};
  for (int i = 0; i < 1000; ++i) terminal.write(fmt::format("{}\r\n", i));
  Terminal looking_on{{10, 3}};
  looking_on.write("old\r\nolder\r\nsome\r\nmore\r\n");
  looking_on.write(terminal.catch_up(2));
  EXPECT_EQ(looking_on.row_text(1), "999");
  EXPECT_EQ(looking_on.row_text(-looking_on.scrollback()), "old") << "its own rows stay";
  EXPECT_EQ(looking_on.scrollback(), 2 + terminal.scrollback());
}

TEST(Replay, EntersTheAlternateScreenInTheWayItIsLeft) {
  Terminal terminal{{20, 4}};
  terminal.write("prim\x1b[2;10H\x1b[31m\x1b[?1049h alt");
  EXPECT_NE(terminal.replay().find("\x1b[?1049h"), std::string::npos);
  auto copy = copy_of(terminal, 0, "");
  for (auto* each : {&terminal, &copy}) each->write("\x1b[?1049lHERE");
  EXPECT_EQ(difference(terminal, copy), "");
  EXPECT_EQ(copy.row_text(1), "         HERE");
}

TEST(Replay, KeepsTheMainScreenBelowTheAlternateOne) {
  Terminal terminal{{10, 2}};
  terminal.write("main\x1b[?1049h\x1b[Halt");
  Terminal copy{{10, 2}};
  copy.write(terminal.replay());
  copy.write("\x1b[?1049lx");
  EXPECT_EQ(testing::shown(copy), "mainx\n");
}

}  // namespace
}  // namespace pm::term
