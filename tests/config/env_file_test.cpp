#include "env_file.h"

#include <gtest/gtest.h>

#include "faults.h"

namespace pm::config::env_file_test {

using Faults = std::vector<std::string>;

core::Checked<Variables> parse(std::string text, Variables earlier = {}) {
  return parse_env_file({".env", std::move(text)}, std::move(earlier), {{"HOME", "/home/me"}, {"A", "real"}});
}

Environment values(const Variables& variables) {
  Environment values;
  for (const auto& [name, variable] : variables) values[name] = variable.value;
  return values;
}

struct ValidCase {
  const char* name;
  std::string text;
  Environment values;
};
class ValidEnvFile : public testing::TestWithParam<ValidCase> {};
TEST_P(ValidEnvFile, GivesTheValues) {
  const auto variables = parse(GetParam().text);
  ASSERT_TRUE(variables) << told(variables);
  EXPECT_EQ(values(*variables), GetParam().values);
}
const auto named = [](const auto& test) { return std::string{test.param.name}; };
INSTANTIATE_TEST_SUITE_P(
    Lines, ValidEnvFile,
    testing::Values(
        ValidCase{"Empty", "", {}}, ValidCase{"Plain", "K=v\nL=w\n", {{"K", "v"}, {"L", "w"}}},
        ValidCase{"NoLastNewline", "K=v", {{"K", "v"}}},
        ValidCase{"EmptyValue", "K=\nL= \nM=\"\"\nN=''", {{"K", ""}, {"L", ""}, {"M", ""}, {"N", ""}}},
        ValidCase{"CarriageReturns", "K=v\r\nL=w\r\n", {{"K", "v"}, {"L", "w"}}},
        ValidCase{"Bom", "\xEF\xBB\xBFK=v\n", {{"K", "v"}}},
        ValidCase{"Blanks", " \tK \t= \tv w\t \n", {{"K", "v w"}}},
        ValidCase{"Export", "export K=v\n export\tL = w\n", {{"K", "v"}, {"L", "w"}}},
        ValidCase{"ExportAsAKey", "export=v", {{"export", "v"}}},
        ValidCase{"ExportAsAKeyWithBlanks", "export = v\nexported=w", {{"export", "v"}, {"exported", "w"}}},
        ValidCase{"OddKeys", "a.b=1\n9=2\n_=3\n.=4", {{"a.b", "1"}, {"9", "2"}, {"_", "3"}, {".", "4"}}},
        ValidCase{"LaterWins", "K=1\nK=2", {{"K", "2"}}},
        ValidCase{"EqualsInTheValue", "K=a=b==", {{"K", "a=b=="}}},
        ValidCase{"Comments",
                  "# c\n  # d=e\n\n \t\nK=v # c\nL=v\t#c\nM=\"v\"#c\nN='v' # c\n",
                  {{"K", "v"}, {"L", "v"}, {"M", "v"}, {"N", "v"}}},
        ValidCase{"NoComments",
                  "K=te#al\nL=#fff\nM='#'\nN=\"a # b\"",
                  {{"K", "te#al"}, {"L", "#fff"}, {"M", "#"}, {"N", "a # b"}}},
        ValidCase{"CommentInsteadOfAValue", "K= # c", {{"K", ""}}}),
    named);
INSTANTIATE_TEST_SUITE_P(
    Quotes, ValidEnvFile,
    testing::Values(ValidCase{"UnquotedIsLiteral",
                              "K=it's\nL=C:\\new\nM={\"a\": \"b\"}\nN=a\"b\"",
                              {{"K", "it's"}, {"L", "C:\\new"}, {"M", "{\"a\": \"b\"}"}, {"N", "a\"b\""}}},
                    ValidCase{"Single", R"(K='a\n$A "b"')", {{"K", "a\\n$A \"b\""}}},
                    ValidCase{"DoubleEscapes", R"(K="\n\r\t\\\"\$A\x\'")", {{"K", "\n\r\t\\\"$Ax'"}}},
                    ValidCase{"EscapedBackslashThenN", R"(K="\\n")", {{"K", "\\n"}}},
                    ValidCase{"QuotedBlanksStay", "K=' a '  \nL=\" b \"", {{"K", " a "}, {"L", " b "}}},
                    ValidCase{"SeveralLines",
                              "K=\"a\nb\n\"\nL='c\r\nd'\nM=e",
                              {{"K", "a\nb\n"}, {"L", "c\nd"}, {"M", "e"}}},
                    ValidCase{"NoCommentInSeveralLines", "K='a\n# b\n'", {{"K", "a\n# b\n"}}},
                    ValidCase{"AdjoiningParts",
                              "K=\"a\"'b'c\nL='it'\"'\"'s'\nM=\"a\" b ",
                              {{"K", "abc"}, {"L", "it's"}, {"M", "a b"}}},
                    ValidCase{"OtherBytes", "K=\xff\x01\x1b", {{"K", "\xff\x01\x1b"}}}),
    named);
INSTANTIATE_TEST_SUITE_P(
    Expansion, ValidEnvFile,
    testing::Values(ValidCase{"EarlierKeyThenRealThenEmpty",
                              "K=$A\nA=file\nL=$A\nM=$HOME\nN=x${NOPE}y",
                              {{"K", "real"}, {"A", "file"}, {"L", "file"}, {"M", "/home/me"}, {"N", "xy"}}},
                    ValidCase{"Braces", "K=${A}x\nL=\"${A}$A\"", {{"K", "realx"}, {"L", "realreal"}}},
                    ValidCase{"NotInSingleQuotes", "K='$A'", {{"K", "$A"}}},
                    ValidCase{"OtherDollarsStay",
                              "K=$\nL=$a\nM=${a}\nN=${A\nO=pa$$x\nP=$(A)\nQ=\"$\"\nR=${}\nS=${A-b}",
                              {{"K", "$"},
                               {"L", "$a"},
                               {"M", "${a}"},
                               {"N", "${A"},
                               {"O", "pa$$x"},
                               {"P", "$(A)"},
                               {"Q", "$"},
                               {"R", "${}"},
                               {"S", "${A-b}"}}},
                    ValidCase{
                        "TheNameEndsWhereItMust", "K=$Ab\nL=$A.$A", {{"K", "realb"}, {"L", "real.real"}}},
                    ValidCase{"NoSecondExpansion", "K='$A'\nL=$K", {{"K", "$A"}, {"L", "$A"}}},
                    ValidCase{"BlanksInAnExpandedValueStay", "K=' a '\nL=$K", {{"K", " a "}, {"L", " a "}}}),
    named);

struct FaultyCase {
  const char* name;
  std::string text;
  Faults faults;
};
class FaultyEnvFile : public testing::TestWithParam<FaultyCase> {};
TEST_P(FaultyEnvFile, TellsEveryFault) { EXPECT_EQ(faults(parse(GetParam().text)), GetParam().faults); }
INSTANTIATE_TEST_SUITE_P(
    Text, FaultyEnvFile,
    testing::Values(FaultyCase{"NoEquals", "K=v\n  KEY\n", {"2:3 this line is no variable"}},
                    FaultyCase{"Yaml", "K: v", {"1:1 this line is no variable"}},
                    FaultyCase{"ExportAlone", "export K", {"1:8 this line is no variable"}},
                    FaultyCase{"NoKey", "=v", {"1:1 there is no name before the '='"}},
                    FaultyCase{"HyphenInTheKey", "MY-KEY=v", {"1:1 'MY-KEY' cannot name a variable"}},
                    FaultyCase{"BlankInTheKey", "MY KEY=v", {"1:1 'MY KEY' cannot name a variable"}},
                    FaultyCase{
                        "NulInTheValue", std::string{"K=a\0b", 5}, {"1:4 the value of 'K' holds a NUL byte"}},
                    FaultyCase{"NulInTheKey",
                               std::string{"K\0=b", 4},
                               {"1:1 '" + std::string{"K\0", 2} + "' cannot name a variable"}},
                    FaultyCase{"UnclosedDouble", "K=\"a\nL=b\n", {"1:3 this quote is never closed"}},
                    FaultyCase{"UnclosedSingle", "K='", {"1:3 this quote is never closed"}},
                    FaultyCase{"BackslashAtTheEnd", "K=\"a\\", {"1:3 this quote is never closed"}},
                    FaultyCase{"EscapedLastQuote", "K=\"a\\\"", {"1:3 this quote is never closed"}},
                    FaultyCase{"SecondPartUnclosed", "K='a'\"b", {"1:6 this quote is never closed"}},
                    FaultyCase{"AllAtOnce",
                               "one\nK=v\n-=2\nL='x\nthree\n",
                               {"1:1 this line is no variable", "3:1 '-' cannot name a variable",
                                "4:3 this quote is never closed", "5:1 this line is no variable"}},
                    FaultyCase{"Utf16", std::string{"\xFF\xFEK\0=\0", 6}, {"1:1 this file is UTF-16"}}),
    named);

TEST(ToldEnvFault, ShowsTheLineAndWhatToDo) {
  EXPECT_EQ(told(parse("K: a b\n")),
            "pm: error: .env:1:1: this line is no variable\n"
            "      1 | K: a b\n"
            "        |  ^ expected '='\n"
            "  hint: write 'K=a b'\n");
  EXPECT_EQ(told(parse("export MY-KEY=1\n")),
            "pm: error: .env:1:8: 'MY-KEY' cannot name a variable\n"
            "      1 | export MY-KEY=1\n"
            "        |          ^ a name has letters, digits, '_' and '.' only\n");
  EXPECT_EQ(told(parse("K=\"a\nL=\"b\"\n")),
            "pm: error: .env:2:5: this quote is never closed\n"
            "      2 | L=\"b\"\n"
            "        |     ^ opened here\n"
            "  hint: close it, or write \\\" for a quote that is part of the value\n"
            "  hint: the value began on line 1\n");
}

TEST(EnvFile, GoesOverEarlierFiles) {
  const Variables earlier = {{"K", {"1", {}}}, {"L", {"2", {}}}};
  EXPECT_EQ(values(*parse("L=$K$L\n", earlier)), (Environment{{"K", "1"}, {"L", "12"}}));
}

TEST(EnvFile, RemembersThePlaceOfEachVariable) {
  EXPECT_EQ(parse("\nexport PORT=1")->at("PORT").where, (core::Location{".env", 2, 8}));
}

TEST(HostileEnvFile, CannotExpandWithoutEnd) {
  std::string text = "A=" + std::string(1000, 'x') + "\n";
  for (char c = 'B'; c <= 'Z'; ++c)
    text += fmt::format("{0}=${1}${1}${1}${1}\n", c, static_cast<char>(c - 1));
  EXPECT_EQ(faults(parse(text)).front(), "5:1 the value of 'E' is longer than 128 KiB");

  std::string many = "A=" + std::string(100'000, 'x') + "\n";
  for (int i = 0; i < 10'000; ++i) many += fmt::format("B{}=$A\n", i);
  EXPECT_EQ(faults(parse(many)), Faults{"63:1 the values up to here are longer than 6 MiB together"});
}

TEST(HostileEnvFile, IsReadInLinearTime) {
  std::string quotes;
  for (int i = 0; i < 20'000; ++i) quotes += "K=\"\\\"\n";
  EXPECT_FALSE(parse(quotes));
  EXPECT_EQ(parse("K=" + std::string(1'000'000, 'a')).error().size(), 1u);
  EXPECT_EQ(parse(std::string(1'000'000, 'a')).error().size(), 1u);
  EXPECT_EQ(parse(std::string(1'000'000, '\0')).error().size(), 1u);
  std::string braces = "K=";
  for (int i = 0; i < 20'000; ++i) braces += "${A";
  EXPECT_TRUE(parse(braces));
}

TEST(HostileEnvFile, NeverCrashes) {
  std::string bytes;
  unsigned state = 1;
  constexpr std::string_view kAlphabet = "AB=\"'$\\{}# \n\r\t\xff";
  for (int i = 0; i < 50'000; ++i)
    bytes += kAlphabet[((state = state * 1664525 + 1013904223) >> 24) % kAlphabet.size()];
  EXPECT_FALSE(told(parse(bytes)).empty());
}

}  // namespace pm::config::env_file_test
