#include "pm/term/keys.h"

#include <gtest/gtest.h>

#include <random>

namespace pm::term {
namespace {

using namespace std::string_view_literals;

Key named(KeyName name) { return {.name = name}; }
Key character(char32_t of) { return {.name = KeyName::character, .character = of}; }
Key control(Key key) {
  key.control = true;
  return key;
}
Key alt(Key key) {
  key.alt = true;
  return key;
}
Key shift(Key key) {
  key.shift = true;
  return key;
}

std::vector<Input> decode(std::string_view bytes) {
  KeyDecoder decoder;
  auto inputs = decoder.push(bytes);
  for (auto& input : decoder.flush()) inputs.push_back(std::move(input));
  return inputs;
}

struct Pressed {
  const char* name;
  std::string_view bytes;
  Key key;
};
class KeyBytes : public ::testing::TestWithParam<Pressed> {};
TEST_P(KeyBytes, AreThatKey) { EXPECT_EQ(decode(GetParam().bytes), std::vector<Input>{GetParam().key}); }
TEST_P(KeyBytes, MayComeOneByOne) {
  KeyDecoder decoder;
  std::vector<Input> inputs;
  for (const char byte : GetParam().bytes)
    for (auto& input : decoder.push({&byte, 1})) inputs.push_back(std::move(input));
  for (auto& input : decoder.flush()) inputs.push_back(std::move(input));
  EXPECT_EQ(inputs, std::vector<Input>{GetParam().key});
}
const Pressed kPressed[] = {
    {"letter", "a", character('a')},
    {"umlaut", "ü", character(U'ü')},
    {"emoji", "🦀", character(U'🦀')},
    {"enter", "\r", named(KeyName::enter)},
    {"newline", "\n", control(character('j'))},
    {"tab", "\t", named(KeyName::tab)},
    {"backtab", "\x1b[Z", shift(named(KeyName::tab))},
    {"backspace", "\x7f", named(KeyName::backspace)},
    {"control_backspace", "\b", control(named(KeyName::backspace))},
    {"control_b", "\x02", control(character('b'))},
    {"control_space", "\0"sv, control(character(' '))},
    {"control_backslash", "\x1c", control(character('\\'))},
    {"control_underscore", "\x1f", control(character('_'))},
    {"escape", "\x1b", named(KeyName::escape)},
    {"alt_x", "\x1bx", alt(character('x'))},
    {"alt_umlaut", "\x1bü", alt(character(U'ü'))},
    {"alt_bracket", "\x1b[", alt(character('['))},
    {"alt_o", "\x1bO", alt(character('O'))},
    {"alt_enter", "\x1b\r", alt(named(KeyName::enter))},
    {"alt_control_a", "\x1b\x01", alt(control(character('a')))},
    {"up", "\x1b[A", named(KeyName::up)},
    {"application_up", "\x1bOA", named(KeyName::up)},
    {"control_right", "\x1b[1;5C", control(named(KeyName::right))},
    {"shift_alt_left", "\x1b[1;4D", shift(alt(named(KeyName::left)))},
    {"rxvt_alt_down", "\x1b\x1b[B", alt(named(KeyName::down))},
    {"home", "\x1b[H", named(KeyName::home)},
    {"home_by_number", "\x1b[1~", named(KeyName::home)},
    {"rxvt_end", "\x1b[8~", named(KeyName::end)},
    {"delete_key", "\x1b[3~", named(KeyName::remove)},
    {"control_page_up", "\x1b[5;5~", control(named(KeyName::page_up))},
    {"f1", "\x1bOP", named(KeyName::f1)},
    {"f1_by_number", "\x1b[11~", named(KeyName::f1)},
    {"linux_f5", "\x1b[[E", named(KeyName::f5)},
    {"shift_f1", "\x1b[1;2P", shift(named(KeyName::f1))},
    {"f12", "\x1b[24~", named(KeyName::f12)},
    {"keypad_five", "\x1bOu", character('5')},
    {"keypad_enter", "\x1bOM", named(KeyName::enter)},
    {"csi_u", "\x1b[97;5u", control(character('a'))},
    {"modify_other_keys", "\x1b[27;5;13~", control(named(KeyName::enter))},
};
INSTANTIATE_TEST_SUITE_P(Of, KeyBytes, ::testing::ValuesIn(kPressed),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST(KeyDecoder, ReadsOneKeyAfterTheOther) {
  EXPECT_EQ(decode("a\x1b[Ab\x02"), (std::vector<Input>{character('a'), named(KeyName::up), character('b'),
                                                        control(character('b'))}));
}

TEST(KeyDecoder, WaitsForTheRestOfASequence) {
  KeyDecoder decoder;
  EXPECT_TRUE(decoder.push("\x1b").empty());
  EXPECT_TRUE(decoder.pending());
  EXPECT_EQ(decoder.push("[A"), std::vector<Input>{named(KeyName::up)});
  EXPECT_FALSE(decoder.pending());
}

TEST(KeyDecoder, TakesTwoEscapesForTwo) {
  EXPECT_EQ(decode("\x1b\x1bx"), (std::vector<Input>{named(KeyName::escape), alt(character('x'))}));
}

struct BrokenOff {
  const char* name;
  std::string_view bytes;
  std::vector<Input> inputs;
};
class BrokenOffBytes : public ::testing::TestWithParam<BrokenOff> {};
TEST_P(BrokenOffBytes, LeaveWhatFollowsAlone) {
  EXPECT_EQ(KeyDecoder{}.push(GetParam().bytes), GetParam().inputs);
}
const BrokenOff kBrokenOff[] = {
    {"alt_bracket", "\x1b[\x1b[A", {alt(character('[')), named(KeyName::up)}},
    {"alt_o", "\x1bO\x1b[A", {alt(character('O')), named(KeyName::up)}},
    {"alt_closing_bracket", "\x1b]\x1b[A", {alt(character(']')), named(KeyName::up)}},
    {"control_sequence", "\x1b[1;5\x1bOA", {Unknown{"\x1b[1;5"}, named(KeyName::up)}},
    {"console_function_key", "\x1b[[\x1b[A", {Unknown{"\x1b[["}, named(KeyName::up)}},
    {"string", "\x1b]11;rgb:\x1b[A", {Unknown{"\x1b]11;rgb:"}, named(KeyName::up)}},
    {"by_a_control", "\x1b[1\x02x", {Unknown{"\x1b[1"}, control(character('b')), character('x')}},
    {"by_an_umlaut", "\x1b[1ü", {Unknown{"\x1b[1"}, character(U'ü')}},
};
INSTANTIATE_TEST_SUITE_P(By, BrokenOffBytes, ::testing::ValuesIn(kBrokenOff),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST(KeyDecoder, KeepsAPasteTogether) {
  KeyDecoder decoder;
  EXPECT_TRUE(decoder.push("\x1b[200~one\x1b[A\ntw").empty());
  EXPECT_FALSE(decoder.pending()) << "a paste may take its time";
  EXPECT_EQ(decoder.push("o\x1b[201~x"), (std::vector<Input>{Paste{"one\x1b[A\ntwo"}, character('x')}));
}

TEST(KeyDecoder, HandsAnEndlessPasteOnInParts) {
  KeyDecoder decoder;
  decoder.push("\x1b[200~");
  const auto inputs = decoder.push(std::string(KeyDecoder::kMostPaste + 5, 'x'));
  EXPECT_EQ(inputs, std::vector<Input>{Paste{std::string(KeyDecoder::kMostPaste, 'x')}});
  EXPECT_EQ(decoder.push("\x1b[201~"), std::vector<Input>{Paste{"xxxxx"}});
}

TEST(KeyDecoder, ReportsTheFocus) {
  EXPECT_EQ(decode("\x1b[I\x1b[O"), (std::vector<Input>{Focus{true}, Focus{false}}));
}

TEST(KeyDecoder, PassesAnswersOfTheTerminalByAsUnknown) {
  for (const std::string bytes : {"\x1b]11;rgb:0000/0000/0000\x1b\\", "\x1b]11;rgb:0000/0000/0000\a",
                                  "\x1bP1+r544e\x1b\\", "\x1b[?62;22c"})
    EXPECT_EQ(decode(bytes + "a"), (std::vector<Input>{Unknown{bytes}, character('a')}));
}

TEST(KeyDecoder, KeepsNothingForEver) {
  KeyDecoder decoder;
  EXPECT_FALSE(decoder.push("\x1b]" + std::string(8192, 'x')).empty());
  EXPECT_FALSE(decoder.push("\x1b[" + std::string(8192, '1')).empty());
  EXPECT_FALSE(decoder.pending());
}

TEST(KeyDecoder, StandsAnyBytes) {
  std::mt19937 random{7};
  for (int round = 0; round < 2000; ++round) {
    KeyDecoder decoder;
    std::string bytes;
    for (int i = 0; i < 40; ++i)
      bytes += random() % 3 ? "\x1b[O]<;M~1235A\xc3\xa4P"[random() % 16] : static_cast<char>(random());
    decoder.push(bytes);
    decoder.flush();
    for (int i = 0; decoder.pending() && i < 100; ++i) decoder.flush();
    EXPECT_FALSE(decoder.pending());
  }
}

struct Clicked {
  const char* name;
  std::string_view bytes;
  Mouse mouse;
};
class MouseBytes : public ::testing::TestWithParam<Clicked> {};
TEST_P(MouseBytes, AreThatEvent) {
  EXPECT_EQ(decode(GetParam().bytes), std::vector<Input>{GetParam().mouse});
}
TEST_P(MouseBytes, AreWhatAProgramGets) {
  const Modes modes{.mouse = MouseTracking::motion, .mouse_encoding = MouseEncoding::sgr};
  EXPECT_EQ(encode(GetParam().mouse, modes), GetParam().bytes);
}
INSTANTIATE_TEST_SUITE_P(
    Of, MouseBytes,
    ::testing::Values(
        Clicked{"press", "\x1b[<0;3;4M", {.at = {2, 3}}},
        Clicked{"right_release", "\x1b[<2;1;1m", {.action = Mouse::Action::release, .button = 2}},
        Clicked{"drag", "\x1b[<32;10;1M", {.action = Mouse::Action::move, .at = {9, 0}}},
        Clicked{"move", "\x1b[<35;10;1M", {.action = Mouse::Action::move, .button = 3, .at = {9, 0}}},
        Clicked{"wheel_up", "\x1b[<64;300;100M", {.action = Mouse::Action::wheel_up, .at = {299, 99}}},
        Clicked{
            "control_wheel_down", "\x1b[<81;1;1M", {.action = Mouse::Action::wheel_down, .control = true}}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(Encode, TellsAProgramNoMouseEventThatItHasNotAskedFor) {
  const Mouse press, move{.action = Mouse::Action::move, .button = 3}, drag{.action = Mouse::Action::move},
      release{.action = Mouse::Action::release};
  const auto told = [](const Mouse& mouse, MouseTracking tracking) {
    return !encode(mouse, {.mouse = tracking, .mouse_encoding = MouseEncoding::sgr}).empty();
  };
  EXPECT_FALSE(told(press, MouseTracking::off));
  EXPECT_TRUE(told(press, MouseTracking::press));
  EXPECT_FALSE(told(release, MouseTracking::press));
  EXPECT_TRUE(told(release, MouseTracking::click));
  EXPECT_FALSE(told(drag, MouseTracking::click));
  EXPECT_TRUE(told(drag, MouseTracking::drag));
  EXPECT_FALSE(told(move, MouseTracking::drag));
  EXPECT_TRUE(told(move, MouseTracking::motion));
}

TEST(Encode, WritesTheOlderMouseEncodings) {
  const Mouse release{.action = Mouse::Action::release, .button = 2, .at = {2, 3}};
  const auto bytes = [&](MouseEncoding encoding, const Mouse& mouse) {
    return encode(mouse, {.mouse = MouseTracking::motion, .mouse_encoding = encoding});
  };
  EXPECT_EQ(bytes(MouseEncoding::plain, release), "\x1b[M##$");
  EXPECT_EQ(bytes(MouseEncoding::urxvt, release), "\x1b[35;3;4M");
  EXPECT_EQ(bytes(MouseEncoding::plain, {.at = {223, 0}}), "") << "there is no byte for it";
  EXPECT_EQ(bytes(MouseEncoding::utf8, {.at = {223, 0}}), "\x1b[M \u0100!");
}

struct Typed {
  const char* name;
  Key key;
  Modes modes;
  std::string_view bytes;
};
class Typing : public ::testing::TestWithParam<Typed> {};
TEST_P(Typing, GivesTheProgramItsBytes) {
  EXPECT_EQ(encode(GetParam().key, GetParam().modes), GetParam().bytes);
}
INSTANTIATE_TEST_SUITE_P(
    Of, Typing,
    ::testing::Values(
        Typed{"letter", character(U'é'), {}, "é"}, Typed{"control_c", control(character('c')), {}, "\x03"},
        Typed{"control_space", control(character(' ')), {}, "\0"sv},
        Typed{"control_digit", control(character('1')), {}, "1"},
        Typed{"alt_x", alt(character('x')), {}, "\x1bx"}, Typed{"enter", named(KeyName::enter), {}, "\r"},
        Typed{"enter_as_newline", named(KeyName::enter), {.newline = true}, "\r\n"},
        Typed{"up", named(KeyName::up), {}, "\x1b[A"},
        Typed{"application_up", named(KeyName::up), {.application_cursor = true}, "\x1bOA"},
        Typed{"control_up", control(named(KeyName::up)), {.application_cursor = true}, "\x1b[1;5A"},
        Typed{"home", named(KeyName::home), {}, "\x1b[H"},
        Typed{"delete_key", named(KeyName::remove), {}, "\x1b[3~"},
        Typed{"page_up", named(KeyName::page_up), {}, "\x1b[5~"},
        Typed{"f1", named(KeyName::f1), {}, "\x1bOP"},
        Typed{"shift_f5", shift(named(KeyName::f5)), {}, "\x1b[15;2~"},
        Typed{"backtab", shift(named(KeyName::tab)), {}, "\x1b[Z"},
        Typed{"backspace", named(KeyName::backspace), {}, "\x7f"}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(Encode, BracketsAPasteForWhoKnowsThat) {
  EXPECT_EQ(encode(Paste{"a\nb"}, {.bracketed_paste = true}), "\x1b[200~a\nb\x1b[201~");
  EXPECT_EQ(encode(Paste{"a\nb"}, {}), "a\rb");
}

TEST(Encode, ReportsTheFocusWhereItIsAskedFor) {
  EXPECT_EQ(encode(Focus{true}, {.focus_reports = true}), "\x1b[I");
  EXPECT_EQ(encode(Focus{false}, {.focus_reports = true}), "\x1b[O");
  EXPECT_EQ(encode(Focus{true}, {}), "");
}

TEST(Encode, KeepsAnswersOfTheTerminalFromThePrograms) { EXPECT_EQ(encode(Unknown{"\x1b[?62c"}, {}), ""); }

struct Spelled {
  const char* text;
  Key key;
};
class KeySpelling : public ::testing::TestWithParam<Spelled> {};
TEST_P(KeySpelling, IsRead) { EXPECT_EQ(parse_key(GetParam().text).value(), GetParam().key); }
TEST_P(KeySpelling, IsShown) { EXPECT_EQ(to_string(GetParam().key), GetParam().text); }
INSTANTIATE_TEST_SUITE_P(
    Of, KeySpelling,
    ::testing::Values(Spelled{"a", character('a')}, Spelled{"Q", character('Q')},
                      Spelled{"C-b", control(character('b'))}, Spelled{"M-x", alt(character('x'))},
                      Spelled{"C-M-x", alt(control(character('x')))}, Spelled{"Space", character(' ')},
                      Spelled{"C-Space", control(character(' '))}, Spelled{"-", character('-')},
                      Spelled{"ä", character(U'ä')}, Spelled{"S-Up", shift(named(KeyName::up))},
                      Spelled{"F12", named(KeyName::f12)}, Spelled{"PPage", named(KeyName::page_up)}));

TEST(ParseKey, TakesTmuxsOtherNames) {
  EXPECT_EQ(parse_key("PageUp").value(), named(KeyName::page_up));
  EXPECT_EQ(parse_key("Delete").value(), named(KeyName::remove));
  EXPECT_EQ(parse_key("C-B").value(), control(character('b')));
  EXPECT_EQ(parse_key("C--").has_error(), true) << "no terminal sends it";
}

TEST(ParseKey, SaysWhatIsNoKey) {
  for (const auto* text : {"", "C-", "ab", "Pageup ", "X-a", "C-é", "\x01", "\xff"})
    EXPECT_TRUE(parse_key(text).has_error()) << text;
  EXPECT_EQ(parse_key("Escap").error().hint, "did you mean 'Escape'?");
}

}  // namespace
}  // namespace pm::term
