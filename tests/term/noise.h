#pragma once

#include <fmt/format.h>

#include <array>
#include <random>
#include <string>
#include <string_view>

namespace pm::term::testing {

/// Sequences with a meaning, text, and a little of what has none; the same for the same seed.
class Noise {
 public:
  explicit Noise(unsigned seed) : random_{seed} {}

  int below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }

  std::string operator()(int parts) {
    std::string bytes;
    for (; parts > 0; --parts) bytes += part();
    return bytes;
  }

 private:
  std::string part() {
    constexpr std::string_view kFinals = "ABCDEFGHIJKLMPSTXZ@`abdefghlmrsu";
    switch (below(4)) {
      case 0: return std::string{kParts[static_cast<std::size_t>(below(static_cast<int>(kParts.size())))]};
      case 1: return std::string(static_cast<std::size_t>(1 + below(12)), static_cast<char>('a' + below(26)));
      case 2: return fmt::format("\x1b[{};{}H", below(8), below(14));
      default:
        return fmt::format("\x1b[{}{}{}", below(6) == 0 ? "?" : "", below(below(2) == 0 ? 60 : 10),
                           kFinals[static_cast<std::size_t>(below(static_cast<int>(kFinals.size())))]);
    }
  }

  static constexpr auto kParts = std::to_array<std::string_view>({"\r\n",
                                                                  "\n",
                                                                  "\r",
                                                                  "\t",
                                                                  "\b",
                                                                  "\x1b[H",
                                                                  "\x1b[2J",
                                                                  "\x1b[3J",
                                                                  "\x1bM",
                                                                  "\x1b"
                                                                  "D",
                                                                  "\x1b"
                                                                  "7",
                                                                  "\x1b"
                                                                  "8",
                                                                  "\x1b[?6h",
                                                                  "\x1b[?6l",
                                                                  "\x1b[?7l",
                                                                  "\x1b[?7h",
                                                                  "\x1b[4h",
                                                                  "\x1b[4l",
                                                                  "\x1b[1;31m",
                                                                  "\x1b[42m",
                                                                  "\x1b[m",
                                                                  "\x1b[7m",
                                                                  "\x1b[38;2;1;2;3m",
                                                                  "\x1b[48;5;200m",
                                                                  "\x1b[4:3m",
                                                                  "\x1b[58:2::1:2:3m",
                                                                  "\x1b[2;3;5;8;9;53m",
                                                                  "\x1b(0",
                                                                  "\x1b(B",
                                                                  "\x0e",
                                                                  "\x0f",
                                                                  "\x1b)0",
                                                                  "\x1bn",
                                                                  "\x1b*A",
                                                                  "\x1bN",
                                                                  "\x1b[?1049h",
                                                                  "\x1b[?1049l",
                                                                  "\x1b[?47h",
                                                                  "\x1b[?47l",
                                                                  "\x1b[2;4r",
                                                                  "\x1b[r",
                                                                  "\x1bH",
                                                                  "\x1b[3g",
                                                                  "\xe4\xbd\xa0",
                                                                  "\xf0\x9f\x98\x80",
                                                                  "e\xcc\x81",
                                                                  "\xe2\x80\x8d",
                                                                  "\xff",
                                                                  "\x1b]0;title\x07",
                                                                  "\x1b]8;id=a;http://x\x1b\\",
                                                                  "\x1b]8;;http://y\x1b\\",
                                                                  "\x1b]8;;\x1b\\",
                                                                  "\x1b[!p",
                                                                  "\x1b#8",
                                                                  "\x1b[1\"q",
                                                                  "\x1b[0\"q",
                                                                  "\x1b[?J",
                                                                  "\x1b[?K",
                                                                  "\x1b[?25l",
                                                                  "\x1b[3 q",
                                                                  "\x1b[?1000h",
                                                                  "\x1b[?1006h",
                                                                  "\x1b[?2004h",
                                                                  "\x1b[?1007l",
                                                                  "\x1b=",
                                                                  "\x1b>",
                                                                  "\x1b[20h",
                                                                  "\x1b[20l",
                                                                  "\x1b[?5h",
                                                                  "\x1b[b",
                                                                  "\x1b"
                                                                  "c",
                                                                  "\x1b[",
                                                                  "\x1b]2;un",
                                                                  "\xe4\xbd",
                                                                  "\x1bPq"});

  std::minstd_rand random_;
};

}  // namespace pm::term::testing
