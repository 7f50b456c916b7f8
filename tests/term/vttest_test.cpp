// What vttest asks a person to look at, on 80 × 24, as far as this terminal has it: menus 1 (cursor), 2
// (screen), 3 (character sets), 4 (double size, which is ignored), 5 and 6 (keyboard modes, reports), 8
// (VT102: insert and delete), 11 (xterm: titles, alternate screens).

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "shown.h"

namespace pm::term {
namespace {

using testing::cell_at;
using testing::shown;

constexpr Size kScreen{80, 24};

std::string screen_after(const std::string& bytes) {
  Terminal terminal{kScreen};
  terminal.write(bytes);
  return shown(terminal);
}

std::string at(int row, int column) { return fmt::format("\x1b[{};{}H", row, column); }

// A border of * and + around a border of E around nothing.
std::string bordered() {
  std::string rows;
  for (int row = 1; row <= 24; ++row) {
    std::string text(80, ' ');
    for (int column = 1; column <= 80; ++column) {
      char& cell = text[static_cast<std::size_t>(column - 1)];
      const bool outer = row == 1 || row == 24 || column == 1 || column == 80;
      const bool inner = row == 2 || row == 23 || column == 2 || column == 79;
      const bool filled = row < 10 || row > 17 || column < 10 || column > 70;
      cell = outer ? '*' : inner ? '+' : filled ? 'E' : ' ';
    }
    rows += text + '\n';
  }
  return rows;
}

TEST(Vttest, Menu1CursorMovements) {
  std::string bytes = "\x1b#8";
  for (int row = 10; row <= 17; ++row) bytes += at(row, 10) + "\x1b[61X";
  bytes += at(1, 1) + std::string(80, '*') + at(24, 1) + std::string(80, '*');
  bytes += at(2, 1);
  for (int row = 2; row <= 23; ++row)
    bytes +=
        "*\b\x1b"
        "D";  // down the left side with IND
  bytes += at(23, 80);
  for (int row = 23; row >= 2; --row) bytes += "*\b\x1b[C\x1bM";  // up the right one with RI
  bytes += at(2, 2);
  for (int row = 2; row <= 22; ++row) bytes += "+\x1b[1D\x1b[1B";
  bytes += at(23, 79);
  for (int row = 23; row >= 3; --row) bytes += "+\x1b[1D\x1b[1A";
  bytes += at(2, 2) + std::string(78, '+') + at(23, 2) + std::string(78, '+');
  EXPECT_EQ(screen_after(bytes), bordered());
}

TEST(Vttest, Menu1AutowrapMixesControlsAndLetters) {
  // Letters on both edges of a region of rows, by wrapping, by backspace, and by tabs.
  std::string bytes = "\x1b[3;21r\x1b[?6h", rows = "\n\n";
  for (int i = 0; i < 26; ++i) {
    const char upper = static_cast<char>('A' + i), lower = static_cast<char>('a' + i);
    switch (i % 4) {
      case 0: bytes += at(19, 1) + upper + at(19, 80) + lower + "\r\n"; break;
      case 1:
        bytes += at(18, 80) + static_cast<char>(lower - 1) + lower + at(19, 80) + lower + "\b " + at(19, 80) +
                 lower + at(19, 1) + upper + "\r\n";
        break;
      case 2: bytes += at(19, 80) + upper + "\b\b\t\t" + lower + at(19, 2) + '\b' + upper + "\r\n"; break;
      default: bytes += at(19, 80) + "\r\n" + at(18, 1) + upper + at(18, 80) + lower + at(19, 1); break;
    }
  }
  Terminal terminal{kScreen};
  terminal.write(bytes + "\x1b[?6l\x1b[r");
  for (int row = 4; row < 19; ++row) {
    const auto text = terminal.row_text(row);
    ASSERT_EQ(text.size(), 80u) << "row " << row;
    EXPECT_EQ(text.front() - 'A', text.back() - 'a') << "row " << row;
    EXPECT_EQ(text.find_first_not_of(' ', 1), 79u) << "row " << row;
  }
}

TEST(Vttest, Menu1ControlsInSequences) {
  EXPECT_EQ(screen_after("A B C\x1b[2\bC D\x1b[\r2C E\x1b[1\vAF"),
            screen_after("A B C\b\x1b[2C D\r\x1b[2C E\v\x1b[1AF"));
}

TEST(Vttest, Menu1LeadingZeros) { EXPECT_EQ(screen_after("\x1b[00000000004;000000001Hx"), "\n\n\nx\n"); }

TEST(Vttest, Menu2WrapAround) {
  const auto three = std::string(170, '*');
  EXPECT_EQ(screen_after(three),
            std::string(80, '*') + '\n' + std::string(80, '*') + '\n' + std::string(10, '*') + '\n');
  EXPECT_EQ(screen_after("\x1b[?7l" + three), std::string(80, '*') + '\n');
}

TEST(Vttest, Menu2Tabs) {
  std::string bytes = "\x1b[3g";
  for (int stop = 0; stop < 26; ++stop) bytes += "\x1b[3C\x1bH";
  bytes += at(1, 4);
  for (int column = 4; column <= 76; column += 6) bytes += "\x1b[0g\x1b[6C";
  bytes += at(1, 7) + "\x1b[1g\x1b[2g" + at(1, 1);
  for (int stop = 0; stop < 13; ++stop) bytes += "\t*";
  Terminal terminal{kScreen};
  terminal.write(bytes);
  const auto row = terminal.row_text(0);
  for (std::size_t column = 0; column < row.size(); ++column)
    EXPECT_EQ(row[column] == '*', column % 6 == 0 && column > 0) << column;
}

TEST(Vttest, Menu2SoftScrollDownAndUpInARegion) {
  std::string bytes = "\x1b[12;13r\x1b[?6h" + at(24, 1);
  for (int i = 1; i <= 29; ++i) bytes += fmt::format("\r\nline {}", i);
  EXPECT_EQ(screen_after(bytes), std::string(11, '\n') + "line 28\nline 29\n");
  bytes = "\x1b[12;13r\x1b[?6h";
  for (int i = 29; i >= 1; --i) bytes += at(1, 1) + fmt::format("\x1bMline {:<3}", i);
  EXPECT_EQ(screen_after(bytes), std::string(11, '\n') + "line 1\nline 2\n");
}

TEST(Vttest, Menu2OriginMode) {
  EXPECT_EQ(screen_after("\x1b[23;24r\x1b[?6h" + at(1, 1) + "above" + at(24, 1) + "below"),
            std::string(22, '\n') + "above\nbelow\n");
}

TEST(Vttest, Menu2Renditions) {
  Terminal terminal{kScreen};
  terminal.write("\x1b[0;1;4;5;7mx\x1b[0my");
  EXPECT_EQ(cell_at(terminal, 0, 0).style,
            (Style{.underline = Underline::single, .bold = true, .blink = true, .inverse = true}));
  EXPECT_EQ(cell_at(terminal, 0, 1).style, Style{});
}

TEST(Vttest, Menu2SaveAndRestoreCursor) {
  Terminal terminal{kScreen};
  terminal.write(at(5, 5) +
                 "\x1b[1m\x1b(0\x1b"
                 "7" +
                 at(1, 1) +
                 "\x1b[m\x1b(BA\x1b"
                 "8q");
  EXPECT_EQ(shown(terminal), "A\n\n\n\n    ─\n");
  EXPECT_TRUE(cell_at(terminal, 4, 4).style.bold);
}

TEST(Vttest, Menu3CharacterSets) {
  EXPECT_EQ(screen_after("\x1b(A#\x1b(0`abcdefghijklmnopqrstuvwxyz{|}~\x1b(B~"),
            "£◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·~\n");
  EXPECT_EQ(screen_after("\x1b)0\x1b*A\x0eq\x0f\x1bN#\x1bn#\x0f#"), "─££#\n");
}

TEST(Vttest, Menu4DoubleSizeIsIgnored) {
  EXPECT_EQ(screen_after("\x1b#3top\r\n\x1b#4bottom\r\n\x1b#6wide\r\n\x1b#5single"),
            "top\nbottom\nwide\nsingle\n");
}

TEST(Vttest, Menu5KeyboardModes) {
  Terminal terminal{kScreen};
  terminal.write("\x1b[?1h\x1b=");
  EXPECT_TRUE(terminal.modes().application_cursor && terminal.modes().application_keypad);
  terminal.write("\x1b[?1l\x1b>");
  EXPECT_EQ(terminal.modes(), Modes{});
}

TEST(Vttest, Menu6Reports) {
  Terminal terminal{kScreen};
  terminal.write("\x1b[5n" + at(5, 1) + "\x1b[6n\x1b[0c\x1b[>0c\x1b[0x\x1b[1x");
  EXPECT_EQ(terminal.take_replies(),
            "\x1b[0n\x1b[5;1R\x1b[?62;22c\x1b[>41;330;0c\x1b[2;1;1;128;128;1;0x\x1b[3;1;1;128;128;1;0x");
  terminal.write("\x1b[20hx\n");
  EXPECT_EQ(terminal.cursor().at.column, 0);
  EXPECT_TRUE(terminal.modes().newline);
}

TEST(Vttest, Menu8InsertAndDelete) {
  // An accordion: rows of letters that are pressed together and pulled apart.
  std::string bytes;
  for (int row = 1; row <= 24; ++row) bytes += at(row, 1) + std::string(80, static_cast<char>('A' + row - 1));
  bytes += at(4, 1) + "\x1b[2;23r\x1b[?6h" + at(1, 1) + "\x1b[1L" + at(22, 1) + "\x1b[?6l\x1b[r" + at(2, 1) +
           "\x1b[1M";
  const auto rows = screen_after(bytes);
  EXPECT_EQ(rows.substr(0, 3 * 81),
            std::string(80, 'A') + '\n' + std::string(80, 'B') + '\n' + std::string(80, 'C') + '\n');
  EXPECT_EQ(rows.substr(21 * 81), std::string(80, 'V') + '\n' + std::string(80, 'X') + '\n');

  EXPECT_EQ(screen_after("A" + std::string(78, '*') + "B" + at(1, 2) + "\x1b[4h" + std::string(78, '*') +
                         "\x1b[4l"),
            "A" + std::string(79, '*') + '\n');
  EXPECT_EQ(screen_after("A" + std::string(78, '*') + "B" + at(1, 2) + "\x1b[78P"), "AB\n");
  EXPECT_EQ(screen_after("AB" + at(1, 2) + "\x1b[78@"), "A" + std::string(78, ' ') + "B\n");
  std::string stagger;
  for (int row = 1; row <= 4; ++row)
    stagger += at(row, 1) + std::string(6, 'x') + at(row, 6 - row) + fmt::format("\x1b[{}P", row);
  EXPECT_EQ(screen_after(stagger), "xxxxx\nxxxx\nxxx\nxx\n");
}

TEST(Vttest, Menu11TitlesAndAlternateScreens) {
  Terminal terminal{kScreen};
  terminal.write("\x1b]2;first\a\x1b[22;2t\x1b]0;second\x1b\\");
  EXPECT_EQ(terminal.title(), "second");
  terminal.write("\x1b[23;2t");
  EXPECT_EQ(terminal.title(), "first");
  for (const int mode : {47, 1047, 1049}) {
    terminal.write(fmt::format("\x1b[H\x1b[2Jmain\x1b[?{0}h\x1b[Halternate\x1b[?{0}l", mode));
    EXPECT_EQ(shown(terminal), "main\n") << mode;
  }
}

}  // namespace
}  // namespace pm::term
