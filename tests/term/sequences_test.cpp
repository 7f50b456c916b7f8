// What each family of sequences does to a screen of ten columns and four rows; as xterm does it.

#include <gtest/gtest.h>

#include "shown.h"

namespace pm::term {

using testing::Shows;

namespace {

class Sequences : public ::testing::TestWithParam<Shows> {};

TEST_P(Sequences, ShowAsXtermDoes) {
  Terminal terminal{{10, 4}};
  terminal.write(GetParam().input);
  EXPECT_EQ(testing::shown(terminal), GetParam().rows);
  if (GetParam().cursor.column >= 0) { EXPECT_EQ(terminal.cursor().at, GetParam().cursor); }
}

TEST_P(Sequences, DoTheSameByteByByte) {
  Terminal terminal{{10, 4}};
  for (const char byte : GetParam().input) terminal.write({&byte, 1});
  EXPECT_EQ(testing::shown(terminal), GetParam().rows);
}

std::string name_of(const ::testing::TestParamInfo<Shows>& test) { return test.param.name; }

// Four rows of text to work on.
const std::string kText = "aaaaa\r\nbbbbb\r\nccccc\r\nddddd";

INSTANTIATE_TEST_SUITE_P(
    Text, Sequences,
    ::testing::Values(Shows{"nothing", "", "", {0, 0}}, Shows{"plain", "hello", "hello\n", {5, 0}},
                      Shows{"newline", "a\nb", "a\n b\n", {2, 1}},
                      Shows{"carriage_return", "abc\rx", "xbc\n", {1, 0}},
                      Shows{"backspace", "abc\b\bx", "axc\n", {2, 0}},
                      Shows{"backspace_at_the_edge", "\b\bx", "x\n", {1, 0}},
                      Shows{"vertical_tab_and_form_feed", "a\vb\fc", "a\n b\n  c\n", {3, 2}},
                      Shows{"delete_and_null_are_nothing", std::string{"a\x7f\0b", 4}, "ab\n", {2, 0}},
                      Shows{"wraps_with_the_next_character", "0123456789", "0123456789\n", {9, 0}},
                      Shows{"wrapped", "0123456789a", "0123456789\na\n", {1, 1}},
                      Shows{"a_carriage_return_undoes_the_wrap", "0123456789\ra", "a123456789\n", {1, 0}},
                      Shows{"a_backspace_undoes_the_wrap", "0123456789\ba", "01234567a9\n", {9, 0}},
                      Shows{"a_tab_leaves_the_wrap", "0123456789\ta", "0123456789\na\n", {1, 1}},
                      Shows{"colours_leave_the_wrap", "0123456789\x1b[1ma", "0123456789\na\n", {1, 1}},
                      Shows{"without_autowrap", "\x1b[?7l0123456789abc", "012345678c\n", {9, 0}},
                      Shows{"scrolls_at_the_bottom", "1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5\n", {1, 3}},
                      Shows{"repeats", "ab\x1b[3bc", "abbbbc\n", {6, 0}},
                      Shows{"repeats_nothing", "\x1b[3bc", "c\n", {1, 0}},
                      Shows{"inserts", "abc\r\x1b[4hxy\x1b[4lz", "xyzbc\n", {3, 0}},
                      Shows{"inserts_and_pushes_out", "0123456789\r\x1b[4hx", "x012345678\n", {1, 0}},
                      Shows{"newline_mode", "\x1b[20hab\nc", "ab\nc\n", {1, 1}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Cursor, Sequences,
    ::testing::Values(
        Shows{"position", "\x1b[2;3Hx", "\n  x\n", {3, 1}},
        Shows{"position_f", "\x1b[2;3fx", "\n  x\n", {3, 1}},
        Shows{"zero_is_one", "ab\x1b[0;0Hx", "xb\n", {1, 0}},
        Shows{"clamped", "\x1b[99;99Hx", "\n\n\n         x\n", {9, 3}},
        Shows{"beyond_what_counts", "\x1b[99999999999;2Hx", "\n\n\n x\n", {2, 3}},
        Shows{"up_and_right", "\x1b[3;3H\x1b[A\x1b[2Cx", "\n    x\n", {5, 1}},
        Shows{"down_and_left", "\x1b[1;5H\x1b[2B\x1b[3Dx", "\n\n x\n", {2, 2}},
        Shows{"relative_a_and_e", "\x1b[2a\x1b[1ex", "\n  x\n", {3, 1}},
        Shows{"stops_at_the_edges", "\x1b[9A\x1b[9Da\x1b[99C\x1b[99Bb", "a\n\n\n         b\n", {9, 3}},
        Shows{"next_and_previous_line", "ab\x1b[2Ec\x1b[Fd", "ab\nd\nc\n", {1, 1}},
        Shows{"column", "abc\x1b[2Gx\x1b[5`y", "axc y\n", {5, 0}},
        Shows{"row", "ab\x1b[3dx", "ab\n\n  x\n", {3, 2}},
        Shows{"index_and_next_line",
              "ab\x1b"
              "Dc\x1b"
              "Ed",
              "ab\n  c\nd\n",
              {1, 2}},
        Shows{"reverse_index", "\x1b[2;1Ha\x1bMb", " b\na\n", {2, 0}},
        Shows{"reverse_index_scrolls", "a\r\x1bMb", "b\na\n", {1, 0}},
        Shows{"saved",
              "ab\x1b"
              "7cd\x1b"
              "8x",
              "abxd\n",
              {3, 0}},
        Shows{"saved_s_u", "ab\x1b[scd\x1b[ux", "abxd\n", {3, 0}},
        Shows{"restored_without_having_been_saved",
              "ab\x1b"
              "8x",
              "xb\n",
              {1, 0}},
        Shows{"the_wrap_is_saved",
              "0123456789\x1b"
              "7\x1b[3;1H\x1b"
              "8x",
              "0123456789\nx\n",
              {1, 1}},
        Shows{"alignment_pattern",
              "\x1b[2;3r\x1b#8",
              "EEEEEEEEEE\nEEEEEEEEEE\nEEEEEEEEEE\nEEEEEEEEEE\n",
              {0, 0}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Tabs, Sequences,
    ::testing::Values(Shows{"every_eight", "a\tb", "a       b\n", {9, 0}},
                      Shows{"last_column", "a\t\tb", "a        b\n"},
                      Shows{"set", "\x1b[4G\x1bH\r\tx", "   x\n", {4, 0}},
                      Shows{"cleared", "\x1b[9G\x1b[g\r\tx", "         x\n"},
                      Shows{"all_cleared", "\x1b[3g\tx", "         x\n"},
                      Shows{"forward", "\x1b[3G\x1bH\x1b[6G\x1bH\r\x1b[2Ix", "     x\n", {6, 0}},
                      Shows{"backward", "\x1b[3G\x1bH\x1b[10G\x1b[2Zx", "  x\n", {3, 0}},
                      Shows{"backward_to_the_edge", "ab\x1b[9Zx", "xb\n", {1, 0}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Erase, Sequences,
    ::testing::Values(Shows{"line_right", "abcde\x1b[3G\x1b[K", "ab\n", {2, 0}},
                      Shows{"line_left", "abcde\x1b[3G\x1b[1K", "   de\n", {2, 0}},
                      Shows{"line", "abcde\x1b[3G\x1b[2K", "", {2, 0}},
                      Shows{"below", kText + "\x1b[2;3H\x1b[J", "aaaaa\nbb\n", {2, 1}},
                      Shows{"above", kText + "\x1b[2;3H\x1b[1J", "\n   bb\nccccc\nddddd\n", {2, 1}},
                      Shows{"display", kText + "\x1b[2;3H\x1b[2J", "", {2, 1}},
                      Shows{"unknown", "abc\x1b[9J\x1b[9K", "abc\n", {3, 0}},
                      Shows{"characters", "abcde\x1b[2G\x1b[2X", "a  de\n", {1, 0}},
                      Shows{"characters_to_the_edge", "abcde\x1b[2G\x1b[99X", "a\n", {1, 0}},
                      Shows{"selectively", "a\x1b[1\"qb\x1b[0\"qc\x1b[?2K", " b\n", {3, 0}},
                      Shows{"display_selectively", "a\x1b[1\"qb\x1b[2\"qc\x1b[?2J", " b\n", {3, 0}},
                      Shows{"erase_takes_the_guarded_too", "\x1b[1\"qabc\x1b[2K", "", {3, 0}},
                      Shows{"undoes_the_wrap", "0123456789\x1b[Kx", "012345678x\n", {9, 0}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Insert, Sequences,
    ::testing::Values(
        Shows{"characters", "abcde\x1b[2G\x1b[2@", "a  bcde\n", {1, 0}},
        Shows{"characters_push_out", "0123456789\x1b[2G\x1b[3@x", "0x  123456\n", {2, 0}},
        Shows{"remove_characters", "abcde\x1b[2G\x1b[2P", "ade\n", {1, 0}},
        Shows{"remove_more_than_there_are", "abcde\x1b[2G\x1b[99P", "a\n", {1, 0}},
        Shows{"rows", kText + "\x1b[2;3H\x1b[L", "aaaaa\n\nbbbbb\nccccc\n", {0, 1}},
        Shows{"remove_rows", kText + "\x1b[2;3H\x1b[2M", "aaaaa\nddddd\n", {0, 1}},
        Shows{"more_rows_than_there_are", kText + "\x1b[2;3H\x1b[99L", "aaaaa\n", {0, 1}},
        Shows{"rows_within_margins", kText + "\x1b[2;3r\x1b[2;2H\x1b[L", "aaaaa\n\nbbbbb\nddddd\n", {0, 1}},
        Shows{"no_rows_outside_of_margins",
              kText + "\x1b[2;3r\x1b[4;2H\x1b[L\x1b[M",
              "aaaaa\nbbbbb\nccccc\nddddd\n",
              {1, 3}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Scroll, Sequences,
    ::testing::Values(
        Shows{"up", kText + "\x1b[S", "bbbbb\nccccc\nddddd\n", {5, 3}},
        Shows{"down", kText + "\x1b[2T", "\n\naaaaa\nbbbbb\n", {5, 3}},
        Shows{"down_as_ecma_has_it", kText + "\x1b[^", "\naaaaa\nbbbbb\nccccc\n", {5, 3}},
        Shows{"mouse_highlighting_is_no_scrolling",
              kText + "\x1b[1;1;1;1;1T",
              "aaaaa\nbbbbb\nccccc\nddddd\n",
              {5, 3}},
        Shows{"margins_put_the_cursor_home", kText + "\x1b[2;3r", "aaaaa\nbbbbb\nccccc\nddddd\n", {0, 0}},
        Shows{"up_within_margins", kText + "\x1b[2;3r\x1b[S", "aaaaa\nccccc\n\nddddd\n", {0, 0}},
        Shows{"newline_within_margins", kText + "\x1b[2;3r\x1b[3;1H\nx", "aaaaa\nccccc\nx\nddddd\n", {1, 2}},
        Shows{
            "newline_below_margins", kText + "\x1b[2;3r\x1b[4;1H\nx", "aaaaa\nbbbbb\nccccc\nxdddd\n", {1, 3}},
        Shows{"reverse_index_within_margins",
              kText + "\x1b[2;3r\x1b[2;1H\x1bMx",
              "aaaaa\nx\nbbbbb\nddddd\n",
              {1, 1}},
        Shows{"margins_stop_the_cursor",
              kText + "\x1b[2;3r\x1b[2;1H\x1b[9Bx\x1b[9Ay",
              "aaaaa\nbybbb\nxcccc\nddddd\n",
              {2, 1}},
        Shows{"margins_upside_down_are_none",
              kText + "\x1b[3;2r\x1b[4;1H\nx",
              "bbbbb\nccccc\nddddd\nx\n",
              {1, 3}},
        Shows{"origin", kText + "\x1b[2;3r\x1b[?6hx\x1b[9;2Hy", "aaaaa\nxbbbb\ncyccc\nddddd\n", {2, 2}},
        Shows{"origin_ends", kText + "\x1b[2;3r\x1b[?6h\x1b[?6lx", "xaaaa\nbbbbb\nccccc\nddddd\n", {1, 0}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Charsets, Sequences,
    ::testing::Values(Shows{"graphics", "\x1b(0lqk\x1b(Blqk", "┌─┐lqk\n", {6, 0}},
                      Shows{"british", "\x1b(A#\x1b(B#", "£#\n", {2, 0}},
                      Shows{"shifted", "\x1b)0q\x0eq\x0fq", "q─q\n", {3, 0}},
                      Shows{"locked", "\x1b*0\x1b+A\x1bnq\x1bo#\x0fq#", "─£q#\n", {4, 0}},
                      Shows{"for_one_character", "\x1b*0\x1b+A\x1bNqq\x1bO##", "─q£#\n", {4, 0}},
                      Shows{"saved_with_the_cursor",
                            "\x1b"
                            "7\x1b(0\x1b"
                            "8q",
                            "q\n",
                            {1, 0}},
                      Shows{"what_is_not_known_is_ascii", "\x1b(0\x1b(Kq", "q\n", {1, 0}},
                      Shows{"not_for_unicode", "\x1b(0é", "é\n", {1, 0}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Unicode, Sequences,
    ::testing::Values(Shows{"wide", "你好x", "你好x\n", {5, 0}}, Shows{"emoji", "😀x", "😀x\n", {3, 0}},
                      Shows{"combining", "e\xcc\x81x", "e\xcc\x81x\n", {2, 0}},
                      Shows{"combining_with_nothing", "\xcc\x81x", "x\n", {1, 0}},
                      Shows{
                          "combining_at_the_edge", "012345678e\xcc\x81x", "012345678e\xcc\x81\nx\n", {1, 1}},
                      Shows{"combining_with_wide", "你\xcc\x81x", "你\xcc\x81x\n", {3, 0}},
                      Shows{"joined_emoji_are_several", "👩\xe2\x80\x8d🚀", "👩\xe2\x80\x8d🚀\n", {4, 0}},
                      Shows{"variation_selector", "❤\xef\xb8\x8fx", "❤\xef\xb8\x8fx\n", {2, 0}},
                      Shows{"wide_wraps_whole", "012345678你", "012345678\n你\n", {2, 1}},
                      Shows{"wide_without_autowrap", "\x1b[?7l012345678你", "01234567你\n", {9, 0}},
                      Shows{"left_half_overwritten", "你好\rx", "x 好\n", {1, 0}},
                      Shows{"right_half_overwritten", "你好\x1b[2Gx", " x好\n", {2, 0}},
                      Shows{"half_erased", "你好\x1b[2G\x1b[2X", "", {1, 0}},
                      Shows{"half_removed", "你好x\x1b[2G\x1b[P", " 好x\n"},
                      Shows{"half_pushed_out", "01234567你\r\x1b[@", " 01234567\n", {0, 0}},
                      Shows{"faulty_bytes",
                            "a\xff"
                            "b\xe4\xbd"
                            "c\xc0\x80",
                            "a\ufffdb\ufffdc\ufffd\ufffd\n"},
                      Shows{"surrogates_are_none", "\xed\xa0\x80", "\ufffd\ufffd\ufffd\n"},
                      Shows{"bytes_of_c1_are_no_controls",
                            "a\x9b"
                            "2Jb",
                            "a\ufffd2Jb\n"},
                      Shows{"c1_as_characters",
                            "a\xc2\x9b"
                            "2Gb\xc2\x85"
                            "c",
                            "ab\nc\n"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(Strings, Sequences,
                         ::testing::Values(Shows{"titles", "a\x1b]0;title\ab\x1b]2;title\x1b\\c", "abc\n"},
                                           Shows{"device_control", "a\x1bPq#0;2;0;0;0#0~~\x1b\\b", "ab\n"},
                                           Shows{"others", "a\x1b_Gdata\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\b",
                                                 "ab\n"},
                                           Shows{"c1",
                                                 "a\xc2\x90q\xc2\x9c\xc2\x9d"
                                                 "0;t\xc2\x9c"
                                                 "b",
                                                 "ab\n"},
                                           Shows{"umlauts_end_none", "\x1b]2;Ü\xc3\x9c\ab", "b\n"},
                                           Shows{"bell_ends_only_commands", "\x1bPx\ay\x1b\\b", "b\n"},
                                           Shows{"cancelled",
                                                 "\x1b]0;abc\x18"
                                                 "d",
                                                 "d\n"},
                                           Shows{"cut_off_by_another", "\x1b]0;abc\x1b[3Cd", "   d\n"}),
                         name_of);

INSTANTIATE_TEST_SUITE_P(
    Faults, Sequences,
    ::testing::Values(
        Shows{"unknown_sequences", "a\x1b[5y\x1b[?99999h\x1b[>4;2m\x1b[1 @\x1b%Gb\x1b(%5c", "abc\n"},
        Shows{"cancel",
              "a\x1b[3\x18"
              "Cb\x1b[3\x1a"
              "Db",
              "aCbDb\n"},
        Shows{"escape_in_between", "a\x1b[3\x1b[2Cb", "a  b\n"},
        Shows{"controls_in_between", "a\x1b[2\rCb", "a b\n"},
        Shows{"a_character_in_between", "a\x1b[3éb", "aéb\n"},
        Shows{"leader_at_the_wrong_place", "a\x1b[3?Cb", "ab\n"},
        Shows{"parameter_after_intermediate", "a\x1b[3 3Cb", "ab\n"},
        Shows{"many_parameters",
              "a\x1b[2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2;2Cb", "a  b\n"},
        Shows{"nested_parameters_where_there_are_none", "a\x1b[2:2Cb", "ab\n"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Screens, Sequences,
    ::testing::Values(Shows{"alternate", "main\x1b[?1049halt", "    alt\n", {7, 0}},
                      Shows{"and_back", "main\x1b[?1049halt\x1b[?1049lx", "mainx\n", {5, 0}},
                      Shows{"alternate_47", "main\x1b[?47halt\x1b[?47lx", "main   x\n", {8, 0}},
                      Shows{"each_time_anew", "\x1b[?1047halt\x1b[?1047l\x1b[?1047h", "", {3, 0}},
                      Shows{"cursor_alone", "ab\x1b[?1048hcd\x1b[?1048lx", "abxd\n", {3, 0}},
                      Shows{"each_has_its_saved_cursor",
                            "a\x1b"
                            "7\x1b[?47h\x1b[3;3H\x1b"
                            "7\x1b[?47l\x1b"
                            "8x",
                            "ax\n",
                            {2, 0}},
                      Shows{"full_reset",
                            "ab\x1b[2;3r\x1b[?6h\x1b"
                            "cx",
                            "x\n",
                            {1, 0}},
                      Shows{"soft_reset", "ab\x1b[2;3r\x1b[?6h\x1b[4h\x1b[!p\x1b[2Gx", "ab\n x\n", {2, 1}}),
    name_of);

}  // namespace
}  // namespace pm::term
