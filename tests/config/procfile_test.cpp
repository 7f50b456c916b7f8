#include "procfile.h"

#include <gtest/gtest.h>

#include "faults.h"

namespace pm::config::procfile_test {

using Entries = std::vector<Procfile::Entry>;
using Faults = std::vector<std::string>;

core::Checked<Procfile> parse(std::string text) { return parse_procfile({"Procfile", std::move(text)}); }

struct ValidCase {
  const char* name;
  std::string text;
  Entries entries;
};
class ValidProcfile : public testing::TestWithParam<ValidCase> {};
TEST_P(ValidProcfile, HasItsEntriesInOrder) {
  const auto procfile = parse(GetParam().text);
  ASSERT_TRUE(procfile) << told(procfile);
  EXPECT_EQ(procfile->entries, GetParam().entries);
}
INSTANTIATE_TEST_SUITE_P(
    Text, ValidProcfile,
    testing::Values(
        ValidCase{"Plain",
                  "web: puma -p $PORT\nworker: sidekiq\n",
                  {{"web", "puma -p $PORT", 1}, {"worker", "sidekiq", 2}}},
        ValidCase{"NoLastNewline", "web: puma", {{"web", "puma", 1}}},
        ValidCase{"CarriageReturns", "web: a\r\nworker: b\r\n", {{"web", "a", 1}, {"worker", "b", 2}}},
        ValidCase{"CarriageReturnAtTheEnd", "web: a\r", {{"web", "a", 1}}},
        ValidCase{"CarriageReturnInside", "web: a\rb: c\n", {{"web", "a\rb: c", 1}}},
        ValidCase{"Bom", "\xEF\xBB\xBFweb: a\n", {{"web", "a", 1}}},
        ValidCase{"BlanksEverywhere", " \tweb \t:\t a  b \t\n", {{"web", "a  b", 1}}},
        ValidCase{"NoBlankAfterTheColon", "web:puma\n", {{"web", "puma", 1}}},
        ValidCase{"TheFirstColonSeparates",
                  "web: run -p 80:80\nhttp://x",
                  {{"web", "run -p 80:80", 1}, {"http", "//x", 2}}},
        ValidCase{"CommentsAndBlankLines",
                  "# one\n\n  \t\n \t# two: x\nweb: a # three\n",
                  {{"web", "a # three", 5}}},
        ValidCase{"NoQuoting", "web: \"a\n", {{"web", "\"a", 1}}},
        ValidCase{"NoContinuation", "web: a \\\nworker: b\n", {{"web", "a \\", 1}, {"worker", "b", 2}}},
        ValidCase{"OtherBytes", "web: \xff\xfe \x01\x1b\n", {{"web", "\xff\xfe \x01\x1b", 1}}},
        ValidCase{"OddNames",
                  "-: a\n_: b\n007: c\nWEB: d\nweb: e",
                  {{"-", "a", 1}, {"_", "b", 2}, {"007", "c", 3}, {"WEB", "d", 4}, {"web", "e", 5}}}),
    [](const auto& test) { return std::string{test.param.name}; });

struct FaultyCase {
  const char* name;
  std::string text;
  Faults faults;
};
class FaultyProcfile : public testing::TestWithParam<FaultyCase> {};
TEST_P(FaultyProcfile, TellsEveryFault) { EXPECT_EQ(faults(parse(GetParam().text)), GetParam().faults); }
INSTANTIATE_TEST_SUITE_P(
    Text, FaultyProcfile,
    testing::Values(
        FaultyCase{"Empty", "", {"1:1 there is no process in this file"}},
        FaultyCase{"OnlyComments", "# web: a\n\n", {"1:1 there is no process in this file"}},
        FaultyCase{"NoColon", "web: a\n  worker b\n", {"2:3 this line is no process"}},
        FaultyCase{"NameAlone", "web", {"1:1 this line is no process"}},
        FaultyCase{"ForgottenColonBeforeAUrl", "web get http://x", {"1:1 this line is no process"}},
        FaultyCase{"NoName", ": a", {"1:1 there is no name before the colon"}},
        FaultyCase{"BlankInTheName", "my app: a", {"1:1 'my app' cannot name a process"}},
        FaultyCase{"DotInTheName", "web.1: a", {"1:1 'web.1' cannot name a process"}},
        FaultyCase{"UmlautInTheName", "wéb:a", {"1:1 'wéb' cannot name a process"}},
        FaultyCase{"EmptyCommand", "web:", {"1:1 process 'web' has no command"}},
        FaultyCase{"BlankCommand", "web: \t \r\n", {"1:1 process 'web' has no command"}},
        FaultyCase{
            "NulInTheCommand", std::string{"web: a\0b", 8}, {"1:1 the command of 'web' holds a NUL byte"}},
        FaultyCase{"DuplicateName",
                   "web: a\nworker: b\nweb: c\nweb: d",
                   {"3:1 process 'web' is already defined on line 1",
                    "4:1 process 'web' is already defined on line 1"}},
        FaultyCase{"DuplicateOfAFaultyOne",
                   "web:\nweb: a",
                   {"1:1 process 'web' has no command", "2:1 process 'web' is already defined on line 1"}},
        FaultyCase{"AllAtOnce",
                   "web bundle\nworker:\nmy app: a\n: b\nok: c\n",
                   {"1:1 this line is no process", "2:1 process 'worker' has no command",
                    "3:1 'my app' cannot name a process", "4:1 there is no name before the colon"}},
        FaultyCase{"Utf16", std::string{"\xFF\xFEw\0e\0b\0:\0", 10}, {"1:1 this file is UTF-16"}}),
    [](const auto& test) { return std::string{test.param.name}; });

struct ToldCase {
  const char* name;
  const char* text;
  const char* told;
};
class ToldFault : public testing::TestWithParam<ToldCase> {};
TEST_P(ToldFault, ShowsTheLineAndWhatToDo) { EXPECT_EQ(told(parse(GetParam().text)), GetParam().told); }
INSTANTIATE_TEST_SUITE_P(
    Procfile, ToldFault,
    testing::Values(
        ToldCase{"NoColon", "\n\nweb bundle exec puma",
                 "pm: error: Procfile:3:1: this line is no process\n"
                 "      3 | web bundle exec puma\n"
                 "        |    ^ expected ':' after the name\n"
                 "  hint: write 'web: bundle exec puma'\n"},
        ToldCase{"NameAlone", "web",
                 "pm: error: Procfile:1:1: this line is no process\n"
                 "      1 | web\n"
                 "        |    ^ expected ':' after the name\n"
                 "  hint: write 'web: COMMAND'\n"},
        ToldCase{"Variable", "  KEY=value",
                 "pm: error: Procfile:1:3: this line is no process\n"
                 "      1 |   KEY=value\n"
                 "        |      ^ expected ':' after the name\n"
                 "  hint: a line is 'name: command', such as 'web: bundle exec puma'; variables "
                 "belong into an env file\n"},
        ToldCase{"NoName", "[web]",
                 "pm: error: Procfile:1:1: this line is no process\n"
                 "      1 | [web]\n"
                 "        | ^ expected a name\n"
                 "  hint: a line is 'name: command', such as 'web: bundle exec puma'\n"},
        ToldCase{"BadName", "my  app!: run",
                 "pm: error: Procfile:1:1: 'my  app!' cannot name a process\n"
                 "      1 | my  app!: run\n"
                 "        |   ^ a name has letters, digits, '_' and '-' only\n"
                 "  hint: call it 'my-app'\n"},
        ToldCase{"EmptyCommand", "web :  ",
                 "pm: error: Procfile:1:1: process 'web' has no command\n"
                 "      1 | web :  \n"
                 "        |      ^ expected a command\n"
                 "  hint: write 'web: COMMAND', or put a # before the line\n"},
        ToldCase{"Continuation", "web: puma \\\n  -p 80",
                 "pm: error: Procfile:2:3: this line is no process\n"
                 "      2 |   -p 80\n"
                 "        |     ^ expected ':' after the name\n"
                 "  hint: a command is one line, whatever it ends with: put all of it there, or into "
                 "a script\n"},
        ToldCase{"ContinuationWithAColon", "web: puma \\\n --bind tcp: y",
                 "pm: error: Procfile:2:2: '--bind tcp' cannot name a process\n"
                 "      2 |  --bind tcp: y\n"
                 "        |        ^ a name has letters, digits, '_' and '-' only\n"
                 "  hint: a command is one line, whatever it ends with: put all of it there, or into "
                 "a script\n"},
        ToldCase{"ContinuationWithoutAName", "web: puma \\\n  \"$@\"",
                 "pm: error: Procfile:2:3: this line is no process\n"
                 "      2 |   \"$@\"\n"
                 "        |   ^ expected a name\n"
                 "  hint: a command is one line, whatever it ends with: put all of it there, or into "
                 "a script\n"},
        ToldCase{"Duplicate", "web: a\nweb: b",
                 "pm: error: Procfile:2:1: process 'web' is already defined on line 1\n"
                 "      2 | web: b\n"
                 "  hint: give each process its own name\n"},
        ToldCase{"Empty", "",
                 "pm: error: Procfile:1:1: there is no process in this file\n"
                 "  hint: write one a line, such as 'web: bundle exec puma'\n"}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(HostileProcfile, IsReadInLinearTime) {
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += fmt::format("p{}: x\n", i);
  EXPECT_EQ(parse(many)->entries.size(), 10'000u);
  EXPECT_EQ(parse(many + many).error().size(), 10'000u);
  EXPECT_EQ(parse(std::string(1'000'000, '!')).error().size(), 1u);
  EXPECT_EQ(parse(std::string(1'000'000, '\0')).error().size(), 1u);
  EXPECT_EQ(parse(std::string(1'000'000, 'a')).error().size(), 1u);
  EXPECT_EQ(parse("web: " + std::string(1'000'000, 'a'))->entries.size(), 1u);
}

TEST(HostileProcfile, NeverCrashes) {
  std::string bytes;
  unsigned state = 1;
  for (int i = 0; i < 50'000; ++i) bytes += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  EXPECT_FALSE(told(parse(bytes)).empty());
}

}  // namespace pm::config::procfile_test
