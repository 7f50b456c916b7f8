// What is asked for beside the screen: replies, modes, titles, links, the clipboard, styles, rows above the
// screen, sizes.

#include "pm/term/terminal.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "alike.h"
#include "noise.h"
#include "shown.h"

namespace pm::term {
namespace {

using testing::cell_at;
using testing::shown;

struct Answer {
  const char* name;
  std::string input, reply;
};

class Reply : public ::testing::TestWithParam<Answer> {};

TEST_P(Reply, IsAsXtermGivesIt) {
  Terminal terminal{{80, 24}};
  terminal.write(GetParam().input);
  EXPECT_EQ(terminal.take_replies(), GetParam().reply);
  EXPECT_EQ(terminal.take_replies(), "");
}

INSTANTIATE_TEST_SUITE_P(
    To, Reply,
    ::testing::Values(
        Answer{"da1", "\x1b[c", "\x1b[?62;22c"}, Answer{"decid", "\x1bZ", "\x1b[?62;22c"},
        Answer{"da2", "\x1b[>c", "\x1b[>41;330;0c"}, Answer{"da1_of_something_else", "\x1b[1c", ""},
        Answer{"status", "\x1b[5n", "\x1b[0n"}, Answer{"cursor", "\x1b[3;7H\x1b[6n", "\x1b[3;7R"},
        Answer{"cursor_in_origin", "\x1b[5;9r\x1b[?6h\x1b[2;3H\x1b[6n", "\x1b[2;3R"},
        Answer{"extended_cursor", "\x1b[3;7H\x1b[?6n", "\x1b[?3;7R"},
        Answer{"printer", "\x1b[?15n", "\x1b[?13n"}, Answer{"user_keys", "\x1b[?25n", "\x1b[?21n"},
        Answer{"keyboard", "\x1b[?26n", "\x1b[?27;1;0;0n"},
        Answer{"parameters", "\x1b[x\x1b[1x", "\x1b[2;1;1;128;128;1;0x\x1b[3;1;1;128;128;1;0x"},
        Answer{"version", "\x1b[>q", "\x1bP>|pm\x1b\\"}, Answer{"size", "\x1b[18t", "\x1b[8;24;80t"},
        Answer{"mode_set", "\x1b[?2004h\x1b[?2004$p", "\x1b[?2004;1$y"},
        Answer{"mode_reset", "\x1b[?2026$p", "\x1b[?2026;2$y"},
        Answer{"mode_unknown", "\x1b[?4711$p", "\x1b[?4711;0$y"},
        Answer{"ansi_mode", "\x1b[4h\x1b[4$p\x1b[20$p", "\x1b[4;1$y\x1b[20;2$y"},
        Answer{"rendition", "\x1b[1;31m\x1bP$qm\x1b\\", "\x1bP1$r0;1;31m\x1b\\"},
        Answer{"no_rendition", "\x1bP$qm\x1b\\", "\x1bP1$r0m\x1b\\"},
        Answer{"margins", "\x1b[2;5r\x1bP$qr\x1b\\", "\x1bP1$r2;5r\x1b\\"},
        Answer{"cursor_style", "\x1b[5 q\x1bP$q q\x1b\\", "\x1bP1$r5 q\x1b\\"},
        Answer{"unknown_setting", "\x1bP$qz\x1b\\", "\x1bP0$r\x1b\\"},
        Answer{"clipboard_is_secret", "\x1b]52;c;?\a", ""},
        Answer{"colours_are_not_known", "\x1b]11;?\a\x1b]4;1;?\a", ""}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(Terminal, ItsRepliesAreBounded) {
  Terminal terminal{{80, 24}};
  for (int i = 0; i < 100'000; ++i) terminal.write("\x1b[c");
  EXPECT_LE(terminal.take_replies().size(), 16u << 10);
}

struct Rendition {
  const char* name;
  std::string codes;
  Style style;
};

class RenditionTo : public ::testing::TestWithParam<Rendition> {};

TEST_P(RenditionTo, GivesTheCellsThatStyle) {
  Terminal terminal{{10, 2}};
  terminal.write("\x1b[" + GetParam().codes + "mx");
  EXPECT_EQ(cell_at(terminal, 0, 0).style, GetParam().style);
}

INSTANTIATE_TEST_SUITE_P(
    Codes, RenditionTo,
    ::testing::Values(
        Rendition{"flags",
                  "1;2;3;5;7;8;9;53",
                  {.bold = true,
                   .dim = true,
                   .italic = true,
                   .blink = true,
                   .inverse = true,
                   .hidden = true,
                   .struck = true,
                   .overlined = true}},
        Rendition{"flags_off", "1;2;3;4;5;7;8;9;53;22;23;24;25;27;28;29;55", {}},
        Rendition{"reset", "1;31;0", {}}, Rendition{"reset_by_nothing", "1;31;", {}},
        Rendition{"foreground", "31", {.foreground = Color::indexed(1)}},
        Rendition{"bright_foreground", "94", {.foreground = Color::indexed(12)}},
        Rendition{"background", "42", {.background = Color::indexed(2)}},
        Rendition{"bright_background", "107", {.background = Color::indexed(15)}},
        Rendition{"colours_off", "31;42;58;5;3;39;49;59", {}},
        Rendition{"of_256",
                  "38;5;200;48;5;17",
                  {.foreground = Color::indexed(200), .background = Color::indexed(17)}},
        Rendition{"of_256_with_colons", "38:5:200", {.foreground = Color::indexed(200)}},
        Rendition{"rgb", "38;2;1;2;3;1", {.foreground = Color::rgb(1, 2, 3), .bold = true}},
        Rendition{"rgb_with_colons", "48:2::1:2:3;1", {.background = Color::rgb(1, 2, 3), .bold = true}},
        Rendition{"rgb_with_colons_without_a_space", "48:2:1:2:3", {.background = Color::rgb(1, 2, 3)}},
        Rendition{"out_of_range", "38;2;256;2;3;1", {.bold = true}},
        Rendition{"cut_short", "1;38;5", {.bold = true}},
        Rendition{"underline_kinds", "4:3", {.underline = Underline::curly}},
        Rendition{"underline_none", "4;4:0", {}}, Rendition{"underline_unknown", "4:9", {}},
        Rendition{"underline_twofold", "21", {.underline = Underline::twofold}},
        Rendition{"underline_colour",
                  "4;58:2::1:2:3",
                  {.underline_color = Color::rgb(1, 2, 3), .underline = Underline::single}},
        Rendition{"underline_colour_of_256", "58;5;9", {.underline_color = Color::indexed(9)}},
        Rendition{"unknown", "1;99;38:9:1;10", {.bold = true}}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(Terminal, ErasesWithTheBackgroundAlone) {
  Terminal terminal{{4, 2}};
  terminal.write("\x1b[1;7;44mab\x1b[K");
  EXPECT_EQ(cell_at(terminal, 0, 3).style, (Style{.background = Color::indexed(4)}));
  EXPECT_EQ(cell_at(terminal, 1, 0).style, Style{});
}

TEST(Terminal, KnowsItsModes) {
  Terminal terminal{{10, 2}};
  EXPECT_EQ(terminal.modes(), Modes{});
  terminal.write("\x1b[?1;5;66;1002;1004;1006;2004;1049h\x1b[20h\x1b[?1007l");
  EXPECT_EQ(terminal.modes(), (Modes{.application_cursor = true,
                                     .application_keypad = true,
                                     .bracketed_paste = true,
                                     .focus_reports = true,
                                     .alternate_screen = true,
                                     .alternate_scroll = false,
                                     .reverse_video = true,
                                     .newline = true,
                                     .mouse = MouseTracking::drag,
                                     .mouse_encoding = MouseEncoding::sgr}));
  terminal.write("\x1b[?1000l\x1b[?1005l");
  EXPECT_EQ(terminal.modes().mouse, MouseTracking::off);
  EXPECT_EQ(terminal.modes().mouse_encoding, MouseEncoding::plain);
}

TEST(Terminal, KnowsItsCursor) {
  Terminal terminal{{10, 2}};
  terminal.write("\x1b[?25l\x1b[3 q");
  EXPECT_EQ(terminal.cursor(), (Cursor{{0, 0}, false, CursorShape::underline, true}));
  terminal.write("\x1b[?25h\x1b[6 q");
  EXPECT_EQ(terminal.cursor(), (Cursor{{0, 0}, true, CursorShape::bar, false}));
  terminal.write("\x1b[9 q\x1b[ q");
  EXPECT_EQ(terminal.cursor(), Cursor{});
}

TEST(Terminal, ItsTitleIsCleanAndBounded) {
  Terminal terminal{{10, 2}};
  terminal.write("\x1b]2;a\xff\xc2\x85 Ü\a");
  EXPECT_EQ(terminal.title(), "a\ufffd Ü");
  terminal.write("\x1b]1;icon\a\x1b[22;0t\x1b]0;other\a");
  EXPECT_EQ(terminal.title(), "other");
  terminal.write("\x1b[23;0t\x1b[23;0t");
  EXPECT_EQ(terminal.title(), "a\ufffd Ü");
  terminal.write("\x1b]2;" + std::string(100'000, 'x') + "\a");
  EXPECT_EQ(terminal.title().size(), 1024u);
}

TEST(Terminal, HasLinks) {
  Terminal terminal{{10, 2}};
  terminal.write("\x1b]8;id=1;http://a\x1b\\a\x1b[1mb\x1b]8;;\x1b\\c");
  const auto link = terminal.link(cell_at(terminal, 0, 0).style.link);
  EXPECT_EQ(link.uri, "http://a");
  EXPECT_EQ(link.id, "1");
  EXPECT_EQ(cell_at(terminal, 0, 1).style.link, cell_at(terminal, 0, 0).style.link);
  EXPECT_EQ(cell_at(terminal, 0, 2).style.link, 0);
  EXPECT_EQ(terminal.link(0).uri, "");
}

TEST(Terminal, LinksOnTheScreenSurviveMany) {
  Terminal terminal{{10, 2}, 0};
  terminal.write("\x1b]8;;http://kept\ax");
  for (int i = 0; i < 10'000; ++i) terminal.write(fmt::format("\x1b]8;;http://{}\a\x1b[2Hy", i));
  EXPECT_EQ(terminal.link(cell_at(terminal, 0, 0).style.link).uri, "http://kept");
  EXPECT_EQ(terminal.link(cell_at(terminal, 1, 0).style.link).uri, "http://9999");
}

TEST(Terminal, DecodesTheClipboard) {
  Terminal terminal{{10, 2}};
  terminal.write("\x1b]52;c;aGVsbG8=\a");
  EXPECT_EQ(terminal.take_clipboard(), "hello");
  EXPECT_EQ(terminal.take_clipboard(), std::nullopt);
  terminal.write("\x1b]52;c;no base64!\a");
  EXPECT_EQ(terminal.take_clipboard(), std::nullopt);
  terminal.write("\x1b]52;c;" + std::string(1 << 20, 'A') + "\a");
  EXPECT_EQ(terminal.take_clipboard(), std::nullopt);
}

TEST(Terminal, CountsBells) {
  Terminal terminal{{10, 2}};
  terminal.write("\a\a\x1b]0;t\a");
  EXPECT_EQ(terminal.take_bells(), 2);
  EXPECT_EQ(terminal.take_bells(), 0);
  terminal.write(std::string(Terminal::kMostBells + 1, '\a'));
  EXPECT_EQ(terminal.take_bells(), Terminal::kMostBells);
}

// Colours and clusters

TEST(Terminal, AFloodOfColoursLeavesThoseOnTheScreen) {
  Terminal terminal{{80, 3}};
  terminal.write("\x1b[38;2;1;2;3mkept\r\n");
  for (int i = 0; i < 300'000; ++i)
    terminal.write(fmt::format("\x1b[2;1H\x1b[38;2;{};{};{}mx", i & 255, i >> 8 & 255, 77 + (i >> 16)));
  EXPECT_EQ(cell_at(terminal, 0, 0).style.foreground, Color::rgb(1, 2, 3));
  EXPECT_EQ(cell_at(terminal, 1, 0).style.foreground,
            Color::rgb(299'999 & 255, 299'999 >> 8 & 255, 77 + (299'999 >> 16)));
}

TEST(Terminal, MoreColoursThanItCanTellApartBecomeSimilarOnes) {
  Terminal terminal{{1000, 100}, 0};
  for (int i = 0; i < 90'000; ++i)
    terminal.write(fmt::format("\x1b[38;2;{};{};{}mx", i & 255, i >> 8 & 255, 77 + (i >> 16)));
  EXPECT_EQ(cell_at(terminal, 0, 7).style.foreground, Color::rgb(7, 0, 77));
  EXPECT_EQ(cell_at(terminal, 89, 999).style.foreground.kind, Color::Kind::indexed);
}

TEST(Terminal, AFloodOfMarksLeavesThoseOnTheScreen) {
  Terminal terminal{{10, 2}};
  terminal.write("e\xcc\x81\r\n");
  for (int i = 0; i < 200'000; ++i)
    terminal.write(fmt::format("\r{}\xcc{}\xcc{}", static_cast<char>('a' + i % 26),
                               static_cast<char>(0x80 + i % 64), static_cast<char>(0x80 + i / 64 % 64)));
  EXPECT_EQ(cell_at(terminal, 0, 0).glyph.text(), "e\xcc\x81");
}

// The i-th of many: a wide character with a mark.
std::string marked(int i) {
  const int hangul = 0xac00 + i;
  return fmt::format("{}{}{}\xcc\x81", static_cast<char>(0xe0 | hangul >> 12),
                     static_cast<char>(0x80 | (hangul >> 6 & 0x3f)),
                     static_cast<char>(0x80 | (hangul & 0x3f)));
}

// To look for room takes a look at everything: that is not done for each mark.
TEST(Terminal, LooksForRoomForMarksSeldom) {
  Terminal terminal{{100, 100}};
  for (int i = 0; i < 5000; ++i) terminal.write(marked(i));
  EXPECT_EQ(cell_at(terminal, 0, 14).glyph.text(), marked(7));
  EXPECT_EQ(cell_at(terminal, 99, 98).glyph.text().size(), 3u);
  terminal.write("\x1b[H\x1b[2J" + marked(5000));
  EXPECT_EQ(cell_at(terminal, 0, 0).glyph.text().size(), 3u);
  for (int i = 5001; i <= 7000; ++i) terminal.write(marked(i));
  EXPECT_EQ(cell_at(terminal, 40, 0).glyph.text(), marked(7000));
}

TEST(Terminal, MarksThatHaveNoRoomAreLeftOut) {
  Terminal terminal{{10, 2}};
  terminal.write("e");
  for (int i = 0; i < 100; ++i) terminal.write("\xcc\x81");
  EXPECT_EQ(cell_at(terminal, 0, 0).glyph.text().size(), Glyph::kMost);
}

std::string linked(int i) { return fmt::format("\x1b]8;;http://x/{}\a{}\x1b]8;;\a", i, i % 10); }

TEST(Terminal, AFloodOfLinksLeavesThoseOnTheScreen) {
  Terminal terminal{{10, 4}};
  for (int i = 0; i < 5000; ++i) {
    terminal.write(linked(i) + "\r\n");
    ASSERT_EQ(terminal.link(cell_at(terminal, std::min(i, 2), 0).style.link).uri,
              fmt::format("http://x/{}", i));
  }
  EXPECT_EQ(terminal.link(cell_at(terminal, 0, 0).style.link).uri, "http://x/4997");
  EXPECT_EQ(cell_at(terminal, -terminal.scrollback(), 0).style.link, 0);
}

TEST(Terminal, LooksForRoomForLinksSeldom) {
  Terminal terminal{{100, 10}};
  for (int i = 0; i < 600; ++i) terminal.write(linked(i));
  EXPECT_EQ(terminal.link(cell_at(terminal, 0, 7).style.link).uri, "http://x/7");
  terminal.write("\x1b[H\x1b[2J" + linked(600));
  EXPECT_EQ(cell_at(terminal, 0, 0).style.link, 0);
  for (int i = 601; i < 800; ++i) terminal.write(linked(i));
  EXPECT_EQ(terminal.link(cell_at(terminal, 1, 99).style.link).uri, "http://x/799");
}

// Rows above the screen

TEST(Terminal, KeepsWhatLeavesAtTheTop) {
  Terminal terminal{{10, 2}};
  terminal.write("1\r\n\x1b[31m2 你e\xcc\x81\x1b[m\r\n0123456789ab\r\n5");
  ASSERT_EQ(terminal.scrollback(), 3);
  EXPECT_EQ(terminal.scrolled(), 3u);
  EXPECT_EQ(terminal.row_text(-3), "1");
  EXPECT_EQ(terminal.row_text(-2), "2 你e\xcc\x81");
  EXPECT_EQ(cell_at(terminal, -2, 0).style.foreground, Color::indexed(1));
  EXPECT_EQ(cell_at(terminal, -2, 2).width, 2);
  EXPECT_EQ(terminal.row_text(-1), "0123456789");
  EXPECT_TRUE(terminal.wrapped(-1));
  EXPECT_EQ(shown(terminal), "ab\n5\n");
}

TEST(Terminal, TheAlternateScreenHasNoRowsAbove) {
  Terminal terminal{{10, 2}};
  terminal.write("1\r\n2\r\n3\x1b[?1049h\r\n\n\n\n");
  EXPECT_EQ(terminal.scrollback(), 0);
  terminal.write("\x1b[?1049l");
  EXPECT_EQ(terminal.scrollback(), 1);
}

TEST(Terminal, ClearsTheRowsAbove) {
  Terminal terminal{{10, 2}};
  terminal.write("1\r\n2\r\n3\x1b[3J");
  EXPECT_EQ(terminal.scrollback(), 0);
  EXPECT_EQ(shown(terminal), "2\n3\n");
  EXPECT_EQ(terminal.scrolled(), 1u);
}

TEST(Terminal, TheRowsAboveAreBounded) {
  Terminal terminal{{80, 24}, 10'000};
  for (int i = 0; i < 10'000; ++i) terminal.write(fmt::format("line {}\r\n", i));
  EXPECT_GT(terminal.scrollback(), 300);
  EXPECT_LT(terminal.scrollback(), 1000);
  EXPECT_EQ(terminal.scrolled(), 10'000u - 23);
  for (int row = -terminal.scrollback(); row < 23; ++row)
    ASSERT_EQ(terminal.row_text(row), fmt::format("line {}", 9977 + row));
}

TEST(Terminal, MayKeepNothing) {
  Terminal terminal{{80, 2}, 0};
  terminal.write("1\r\n2\r\n3\r\n");
  EXPECT_EQ(terminal.scrollback(), 0);
  EXPECT_EQ(terminal.scrolled(), 2u);
}

// Sizes

struct Resizing {
  const char* name;
  Size before;
  std::string input;
  Size after;
  std::string above, rows;
  Position cursor;
};

class Resized : public ::testing::TestWithParam<Resizing> {};

TEST_P(Resized, WrapsTheTextAnew) {
  const auto& [name, before, input, after, above, rows, cursor] = GetParam();
  Terminal terminal{before};
  terminal.write(input);
  terminal.resize(after);
  std::string scrolled;
  for (int row = -terminal.scrollback(); row < 0; ++row) scrolled += terminal.row_text(row) + '\n';
  EXPECT_EQ(scrolled, above);
  EXPECT_EQ(shown(terminal), rows);
  EXPECT_EQ(terminal.cursor().at, cursor);
}

INSTANTIATE_TEST_SUITE_P(
    Of, Resized,
    ::testing::Values(
        Resizing{"narrower", {10, 3}, "0123456789\r\nab", {5, 3}, "", "01234\n56789\nab\n", {2, 2}},
        Resizing{"narrower_and_full", {10, 2}, "0123456789\r\nab", {5, 2}, "01234\n", "56789\nab\n", {2, 1}},
        Resizing{"wider", {5, 3}, "0123456789\r\nab", {10, 3}, "", "0123456789\nab\n", {2, 1}},
        Resizing{"wider_from_above", {5, 2}, "0123456789\r\nab", {10, 2}, "", "0123456789\nab\n", {2, 1}},
        Resizing{"the_cursor_stays_in_the_text",
                 {10, 3},
                 "0123456789ab\x1b[1;8H",
                 {4, 4},
                 "",
                 "0123\n4567\n89ab\n",
                 {3, 1}},
        Resizing{"the_cursor_behind_the_text", {10, 3}, "abcd\x1b[1;9H", {5, 3}, "", "abcd\n", {4, 0}},
        Resizing{"a_wrap_that_is_due", {5, 3}, "01234", {10, 3}, "", "01234\n", {5, 0}},
        Resizing{"a_wrap_becomes_due", {10, 3}, "01234", {5, 3}, "", "01234\n", {4, 0}},
        Resizing{"wide_characters", {6, 3}, "你好你", {5, 3}, "", "你好\n你\n", {2, 1}},
        Resizing{"wide_characters_and_back", {5, 3}, "你好你", {6, 3}, "", "你好你\n", {5, 0}},
        Resizing{"lower_drops_blank_rows", {10, 4}, "a\r\nb", {10, 2}, "", "a\nb\n", {1, 1}},
        Resizing{"lower_pushes_rows_out", {10, 4}, "a\r\nb\r\nc\r\nd", {10, 2}, "a\nb\n", "c\nd\n", {1, 1}},
        Resizing{"higher_takes_rows_back", {10, 2}, "a\r\nb\r\nc\r\nd", {10, 3}, "a\n", "b\nc\nd\n", {1, 2}},
        Resizing{
            "higher_below_the_text", {10, 3}, "a\r\nb\r\nc\r\nd\x1b[H\x1b[Jx", {10, 5}, "a\n", "x\n", {1, 0}},
        Resizing{"the_cursor_stays_on_the_screen",
                 {10, 4},
                 "a\r\nb\r\nc\r\nd\x1b[2H",
                 {10, 2},
                 "a\n",
                 "b\nc\n",
                 {0, 0}},
        Resizing{"to_one_cell", {10, 2}, "ab你", {1, 1}, "a\nb\n", "\ufffd\n", {0, 0}}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(Terminal, TheAlternateScreenIsCutAndTheMainOneWrapped) {
  Terminal terminal{{10, 3}};
  terminal.write("0123456789\r\nab\x1b[?1049h\x1b[Halternate");
  terminal.resize({5, 3});
  EXPECT_EQ(shown(terminal), "alter\n");
  terminal.write("\x1b[?1049lx");
  EXPECT_EQ(shown(terminal), "01234\n56789\nabx\n");
}

TEST(Terminal, SizesAreBounded) {
  Terminal terminal{{0, -3}};
  EXPECT_EQ(terminal.size(), (Size{1, 1}));
  terminal.resize({1 << 30, 1 << 30});
  EXPECT_EQ(terminal.size(), Terminal::kLargest);
}

TEST(Terminal, ThereAndBackIsAsBefore) {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    testing::Noise noise{seed};
    Terminal terminal{{20, 5}};
    for (int i = noise.below(40); i > 0; --i)
      terminal.write(std::string(static_cast<std::size_t>(noise.below(50)), static_cast<char>('a' + i % 26)) +
                     "\r\n");
    std::string before;
    for (int row = -terminal.scrollback(); row < 5; ++row) before += terminal.row_text(row) + '\n';
    terminal.resize({1 + noise.below(40), 5});
    terminal.resize({20, 5});
    std::string after;
    for (int row = -terminal.scrollback(); row < 5; ++row) after += terminal.row_text(row) + '\n';
    const auto text = [](std::string rows) {
      while (rows.ends_with('\n')) rows.pop_back();
      return rows;
    };
    ASSERT_EQ(text(after), text(before)) << "seed " << seed;
  }
}

// The next program

TEST(Terminal, BeginsAnewBelowWhatWasWritten) {
  Terminal terminal{{10, 4}};
  terminal.write("one\r\ntwo\x1b[2;3r\x1b[?25l\x1b[?1000h\x1b[31m\x1b(0\x1b]0;t\a\x1b[");
  terminal.begin_anew();
  EXPECT_EQ(terminal.modes(), Modes{});
  EXPECT_EQ(terminal.cursor(), (Cursor{{0, 2}}));
  EXPECT_EQ(terminal.title(), "");
  terminal.write("q");
  EXPECT_EQ(shown(terminal), "one\ntwo\nq\n");
  EXPECT_EQ(cell_at(terminal, 2, 0).style, Style{});
}

TEST(Terminal, BeginsAnewOnTheMainScreen) {
  Terminal terminal{{10, 2}};
  terminal.write("one\r\ntwo\x1b[?1049h\x1b[2Jfull screen");
  terminal.begin_anew();
  terminal.write("x");
  EXPECT_EQ(shown(terminal), "two\nx\n");
  EXPECT_EQ(terminal.row_text(-1), "one");
}

// Work: a few bytes cause little of it.

TEST(Terminal, RepeatsTwoRowsAtMost) {
  for (const char* character : {"a", "é", "你"}) {
    Terminal terminal{{10, 6}};
    terminal.write(std::string{character} + "\x1b[65535b");
    const int columns = character == std::string_view{"你"} ? 2 : 1;
    EXPECT_EQ(terminal.cursor().at, (Position{columns, 2})) << character;
    EXPECT_TRUE(terminal.wrapped(0) && terminal.wrapped(1)) << character;
  }
}

TEST(Terminal, RepeatingIsWriting) {
  for (const char* modes : {"", "\x1b[4h", "\x1b[?7l", "\x1b[4h\x1b[?7l"})
    for (const char* character : {"a", "é", "你"})
      for (int count = 1; count <= 10; ++count) {
        Terminal repeated{{10, 3}}, written{{10, 3}};
        for (auto* terminal : {&repeated, &written})
          terminal->write(std::string{"012你好789\r\n"} + modes + "x你y你z\x1b[A\x1b[2D" + character);
        repeated.write(fmt::format("\x1b[{}b", count));
        for (int i = 0; i < count; ++i) written.write(character);
        EXPECT_EQ(testing::difference(repeated, written), "") << character << ' ' << count;
      }
}

TEST(Terminal, InsertsInAnyParts) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    testing::Noise noise{seed};
    Terminal whole{{10, 3}}, torn{{10, 3}};
    const auto before = noise(40) + "\x18\x1b[4h";
    const std::string text(static_cast<std::size_t>(1 + noise.below(25)), 'x');
    whole.write(before + text);
    torn.write(before);
    for (const char byte : text) torn.write({&byte, 1});
    ASSERT_EQ(testing::difference(whole, torn), "") << "seed " << seed;
  }
}

TEST(Terminal, ErasingWhatIsNotGuardedIsErasing) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    testing::Noise noise{seed};
    Terminal selective{{10, 3}}, plain{{10, 3}};
    auto before = noise(60) + "\x18\x1b[2J\x1b[0\"q";
    for (int i = noise.below(8); i > 0; --i)
      before += fmt::format("\x1b[{};{}H你好abc\x1b[4{}m", noise.below(4), noise.below(11), noise.below(10));
    before += fmt::format("\x1b[{};{}H", noise.below(4), noise.below(11));
    for (const char* erase : {"J", "1J", "2J", "K", "1K", "2K"}) {
      selective.write(before + "\x1b[?" + erase);
      plain.write(before + "\x1b[" + erase);
      ASSERT_EQ(testing::difference(selective, plain), "") << "seed " << seed << ' ' << erase;
    }
  }
}

TEST(Terminal, ErasesAroundWhatIsGuarded) {
  Terminal terminal{{12, 1}};
  terminal.write("a你\x1b[1\"qb你\x1b[0\"q你\x1b[1\"qc\x1b[0\"qd\x1b[44m\x1b[?2K");
  EXPECT_EQ(terminal.row_text(0), "   b你  c");
  for (const int column : {0, 1, 2, 6, 7, 9, 10, 11})
    EXPECT_EQ(cell_at(terminal, 0, column), (Cell{.style = {.background = Color::indexed(4)}})) << column;
}

// Invariants

TEST(Terminal, NoNoiseTearsWideCharacters) {
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    testing::Noise noise{seed};
    Terminal terminal{{1 + noise.below(12), 1 + noise.below(6)}, 2000};
    for (int i = 0; i < 8; ++i) {
      terminal.write(noise(15));
      if (noise.below(3) == 0) terminal.resize({1 + noise.below(12), 1 + noise.below(6)});
      ASSERT_TRUE(testing::is_whole(terminal)) << "seed " << seed;
    }
  }
}

TEST(Resize, OfTheAlternateScreenTakesTheCursorAlongBeforeItLooks) {
  Terminal terminal{{4, 6}};
  terminal.write("\x1b[?1049h\x1b[6;1Habcd");
  terminal.resize({3, 2});
  EXPECT_EQ(terminal.cursor().at, (Position{2, 1}));
}

}  // namespace
}  // namespace pm::term
