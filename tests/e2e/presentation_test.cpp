// SPEC 4: how lines look.
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "pm_process.h"

namespace pm::e2e::presentation_test {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

namespace json = boost::json;

using Presentation = EndToEnd;

std::vector<json::object> parse_all(std::string_view output) {
  std::vector<json::object> objects;
  for (const auto line : split_lines(output)) {
    json::error_code ec;
    auto value = json::parse(line, ec);
    EXPECT_FALSE(ec) << line;
    if (!ec && value.is_object()) objects.push_back(value.as_object());
  }
  return objects;
}

std::string text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? std::string{value->as_string()} : "?";
}

TEST_F(Presentation, PadsToTheLongestNameOfTheFormation) {
  procfile("web: echo one\nbackground: echo two\nunused-and-long: echo three\n");
  auto pm = start({"start", "-m", "unused-and-long=0,web=10"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), AllOf(HasSubstr("\nweb.1        | one\n"), HasSubstr("\nweb.10       | one\n"),
                              HasSubstr("\nbackground.1 | two\n"), StartsWith("pm           | ")));
}

TEST_F(Presentation, TellsWhatHappens) {
  procfile("web: exit 3\n");
  auto pm = start({"start", "-r", "never"});
  EXPECT_EQ(pm.await_exit(), 3);
  EXPECT_THAT(
      pm.out(),
      ContainsRegex(
          "web\\.1 \\| started with pid [0-9]+, port 5000 · http://127.0.0.1:5000 once it listens\n"));
  EXPECT_THAT(pm.out(), HasSubstr("web.1 | exited with code 3\n"));
}

TEST_F(Presentation, HasNoEscapeCodesOffTheTerminal) {
  procfile("a: echo plain\n");
  auto pm = start({"start"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), Not(HasSubstr("\x1b")));
}

TEST_F(Presentation, ColoursNamesWhenAskedTo) {
  procfile("a: printf '\\033[1mbold\\033[0m\\n'\nb: echo plain\n");
  write("pm.toml", "[process.a]\ncolor = \"cyan\"\n");
  auto pm = start({"start", "--color", "always"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), HasSubstr("\x1b[0;36ma.1 | \x1b[0m\x1b[1mbold\x1b[0m\n"));
}

TEST_F(Presentation, ColoursNamesOnATerminalUnlessRefused) {
  procfile("a: echo line\n");
  struct Case {
    std::vector<std::string> flags, environment;
    bool coloured;
  };
  const Case cases[] = {{{}, {"TERM=xterm"}, true},
                        {{}, {"TERM=xterm", "NO_COLOR=1"}, false},
                        {{}, {"TERM=xterm", "NO_COLOR="}, true},
                        {{"--color", "never"}, {"TERM=xterm"}, false},
                        {{"--color", "always"}, {"TERM=xterm", "NO_COLOR=1"}, true}};
  for (const auto& [flags, environment, coloured] : cases) {
    auto args = flags;
    args.insert(args.begin(), "start");
    auto pm = start({.args = args, .environment = environment, .terminal = true});
    EXPECT_EQ(pm.await_exit(), 0);
    EXPECT_EQ(pm.out().find("\x1b[") != std::string::npos, coloured) << testing::PrintToString(args);
  }
}

TEST_F(Presentation, RepeatsThePrefixAfterALoneCarriageReturnOnATerminal) {
  procfile("a: printf '10%%\\r50%%\\rdone\\n'\n");
  auto pm = start({.args = {"start", "-q", "--color", "never"}, .terminal = true});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(pm.out(), "a.1 | 10%\ra.1 | 50%\ra.1 | done\n");
}

TEST_F(Presentation, WithoutPrefixIsWhatTheChildWrote) {
  procfile("a: echo bare; echo ' | x'\n");
  auto pm = start({"start", "-q", "--no-prefix"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(pm.out(), "bare\n | x\n");
}

TEST_F(Presentation, MutesWhatIsSelected) {
  procfile("web: echo loud\nworker: echo hidden\n");
  auto pm = start({"start", "--mute", "work*"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), AllOf(HasSubstr("| loud\n"), Not(HasSubstr("hidden"))));
}

TEST_F(Presentation, QuietLeavesOnlyTheChildren) {
  procfile("a: echo line\n");
  auto pm = start({"start", "-q"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(pm.out(), "a.1 | line\n");
}

TEST_F(Presentation, PutsTheTimeInFront) {
  procfile("a: echo line\n");
  auto pm = start({"start", "-q", "-T"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), MatchesRegex("[0-9]{2}:[0-9]{2}:[0-9]{2} a\\.1 \\| line\n"));
}

TEST_F(Presentation, PutsTheTimeInFrontAsItsFormatSays) {
  procfile("a: echo line\n");
  auto pm = start({"start", "-q", "--no-prefix", "--timestamps=<%Y> %f"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), MatchesRegex("<20[0-9]{2}> [0-9]{6} line\n"));
}

TEST_F(Presentation, TakesTheFormatOfTimesBehindTheShortFlagToo) {
  procfile("a: echo line\n");
  auto pm = start({"start", "-q", "-T=<%Y>"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), MatchesRegex("<20[0-9]{2}> a\\.1 \\| line\n"));
}

TEST_F(Presentation, QuietStillTellsWhatCannotBeRun) {
  procfile("a: exit 127\n");
  auto pm = start({"start", "-q"});
  EXPECT_EQ(pm.await_exit(), 127);
  EXPECT_EQ(pm.out(), "a.1 | exited with code 127: command not found\n");
}

TEST_F(Presentation, LosesNothingOfAColouredRun) {
  procfile("a: echo one; read wait < gate; echo two\n");
  const Gate gate{path("gate")};
  auto pm = start({"start", "-q", "--color", "always"});
  ASSERT_TRUE(pm.await_out("one"));
  gate.open();
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_TRUE(pm.out().ends_with("two\n\x1b[0m")) << pm.out();
  EXPECT_EQ(pm.err(), "");
}

TEST_F(Presentation, WithoutNamesSaysWhomItsOwnLinesAreAbout) {
  procfile("web: true\n");
  auto pm = start({"start", "--no-prefix", "-r", "never"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), AllOf(HasSubstr("pm: web.1 from"), HasSubstr("web.1: exited with code 0\n")));
}

constexpr auto kRfc3339 =
    "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}(Z|[+-][0-9]{2}:[0-9]{2})";

TEST_F(Presentation, AsJsonNamesProcessAndStream) {
  procfile("a: echo to out; echo to err >&2\n");
  auto pm = start({"start", "--format", "json"});
  EXPECT_EQ(pm.await_exit(), 0);
  std::vector<std::string> streams;
  for (const auto& object : parse_all(pm.out())) {
    EXPECT_THAT(text_of(object, "time"), MatchesRegex(kRfc3339));
    if (text_of(object, "process") == "a.1")
      streams.push_back(text_of(object, "stream") + ": " + text_of(object, "line"));
    else
      EXPECT_EQ(text_of(object, "process"), "pm");
  }
  EXPECT_THAT(streams, testing::UnorderedElementsAre("stdout: to out", "stderr: to err"));
}

TEST_F(Presentation, AsJsonIsValidWhateverALineHolds) {
  using namespace std::string_literals;
  write("content", "quote \" back \\ tab \t\n\xff\xfe\nnul \0 \x1b[1m\n\ncr\r\n\xe2\x82\xac\nlast"s);
  procfile("a: exec cat content\n");
  auto pm = start({"start", "-q", "--format", "json"});
  EXPECT_EQ(pm.await_exit(), 0);
  std::vector<std::string> lines;
  for (const auto& object : parse_all(pm.out())) lines.push_back(text_of(object, "line"));
  ASSERT_EQ(lines.size(), 7u) << pm.out();
  EXPECT_EQ(lines[0], "quote \" back \\ tab \t");
  EXPECT_EQ(lines[2], "nul \0 \x1b[1m"s);
  EXPECT_EQ(lines[3], "");
  EXPECT_EQ(lines[4], "cr\r");
  EXPECT_EQ(lines[5], "\xe2\x82\xac");
  EXPECT_EQ(lines[6], "last");
}

// --- --log-dir

using LogFiles = EndToEnd;

TEST_F(LogFiles, HoldWhatEachInstanceWrote) {
  procfile("web: echo page; printf unfinished\nworker: echo job >&2\n");
  auto pm = start({"start", "--log-dir", "logs", "web=2", "worker", "--mute", "web"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(read("logs/web.1.log"), "page\nunfinished\n");
  EXPECT_EQ(read("logs/web.2.log"), "page\nunfinished\n");
  EXPECT_EQ(read("logs/worker.1.log"), "job\n");
}

TEST_F(LogFiles, GrowFromRunToRun) {
  procfile("a: echo again\n");
  for (int run = 0; run < 2; ++run) {
    auto pm = start({"start", "--log-dir", "logs"});
    EXPECT_EQ(pm.await_exit(), 0);
  }
  EXPECT_EQ(read("logs/a.1.log"), "again\nagain\n");
}

TEST_F(LogFiles, RotateBySizeAndLoseNothing) {
  constexpr int kLines = 240'000, kSize = 100;  // 24 MB: two full files and the current one
  procfile("a: exec line_writer " + std::to_string(kLines) + " " + std::to_string(kSize) + "\n");
  auto pm = start({"start", "-q", "--log-dir", "logs", "--mute", "a"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_LE(read("logs/a.1.log.1").size(), 10u << 20);
  const auto all = read("logs/a.1.log.2") + read("logs/a.1.log.1") + read("logs/a.1.log");
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kLines * kSize));
  int number = 0;
  for (const auto line : split_lines(all))
    if (!line.starts_with("a.1 " + std::to_string(number++) + " ")) break;
  EXPECT_EQ(number, kLines);
}

TEST_F(LogFiles, AreReopenedOnUsr1) {
  procfile("a: echo before; read go < gate; echo after\n");
  const Gate gate{path("gate")};
  auto pm = start({"start", "--log-dir", "logs"});
  ASSERT_TRUE(pm.await_out("| before\n"));
  std::rename(path("logs/a.1.log").c_str(), path("logs/old").c_str());
  pm.signal(SIGUSR1);
  ASSERT_TRUE(await_file("logs/a.1.log"));
  gate.open();
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(read("logs/old"), "before\n");
  EXPECT_EQ(read("logs/a.1.log"), "after\n");
}

TEST_F(LogFiles, ThatCannotBeOpenedEndTheStart) {
  procfile("a: echo > started\n");
  write("logs", "a file, where a directory should be");
  auto pm = start({"start", "--log-dir", "logs"});
  EXPECT_EQ(pm.await_exit(), 1);
  EXPECT_THAT(pm.err(), HasSubstr("logs"));
  EXPECT_FALSE(exists("started"));
}

}  // namespace pm::e2e::presentation_test
