#include "pm/log/format.h"

#include <gtest/gtest.h>

#include <string>

#include "noise.h"
#include "pm/log/line_splitter.h"

namespace pm::log {

namespace {

std::string formatted(std::string_view prefix, std::string_view lines, LoneCr lone_cr = LoneCr::pass) {
  Buffer out;
  append_text(out, prefix, lines, lone_cr);
  return std::string{out.view()};
}

}  // namespace

TEST(Prefix, PadsTheNameToTheWidth) {
  EXPECT_EQ((Prefix{"web.1", 8, ""}.text()), "web.1    | ");
  EXPECT_EQ((Prefix{"worker.10", 8, ""}.text()), "worker.10 | ");
}

TEST(Prefix, IsColouredAndResetsAfterItself) {
  EXPECT_EQ((Prefix{"web.1", 8, "36"}.text()), "\x1b[0;36mweb.1    | \x1b[0m");
}

TEST(Prefix, ShowsTheTimeOfTheLinesToCome) {
  Prefix prefix{"web.1", 8, "36"};
  prefix.set_time("12:00:00");
  EXPECT_EQ(prefix.text(), "\x1b[0;36m12:00:00 web.1    | \x1b[0m");
  prefix.set_time("9:00");
  EXPECT_EQ(prefix.text(), "\x1b[0;36m9:00 web.1    | \x1b[0m");
  prefix.set_time("");
  EXPECT_EQ(prefix.text(), "\x1b[0;36mweb.1    | \x1b[0m");
}

TEST(Prefix, MayBeATimeAlone) {
  Prefix prefix;
  EXPECT_EQ(prefix.text(), "");
  prefix.set_time("12:00:00");
  EXPECT_EQ(prefix.text(), "12:00:00 ");
}

TEST(AppendText, PutsThePrefixBeforeEachLineAndCountsThem) {
  Buffer out;
  EXPECT_EQ(append_text(out, "web | ", "one\n\ntwo\n"), 3u);
  EXPECT_EQ(out.view(), "web | one\nweb | \nweb | two\n");
}

TEST(AppendText, AppendsNothingForNoLines) {
  Buffer out;
  EXPECT_EQ(append_text(out, "web | ", {}), 0u);
  EXPECT_EQ(append_text(out, "", {}), 0u);
  EXPECT_TRUE(out.empty());
}

TEST(AppendText, CopiesAndCountsWithoutAPrefix) {
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += std::string(i % 7, 'x') + '\n';
  Buffer out;
  EXPECT_EQ(append_text(out, "", lines), 1000u);
  EXPECT_EQ(out.view(), lines);
}

TEST(AppendText, PassesAnyBytesUnchanged) {
  const std::string line{"\0\xff\x1b[31m\r\r\n", 10};
  EXPECT_EQ(formatted("> ", line), "> " + line);
}

TEST(AppendText, RepeatsThePrefixAfterALoneCarriageReturnOnATerminal) {
  EXPECT_EQ(formatted("> ", "10%\r20%\n", LoneCr::repeat_prefix), "> 10%\r> 20%\n");
  EXPECT_EQ(formatted("> ", "\rx\n", LoneCr::repeat_prefix), "> \r> x\n");
  EXPECT_EQ(formatted("> ", "a\r\r\nb\n", LoneCr::repeat_prefix), "> a\r> \r\n> b\n");
}

TEST(AppendText, LeavesACarriageReturnDirectlyBeforeTheNewlineAlone) {
  EXPECT_EQ(formatted("> ", "one\r\n\r\n\n", LoneCr::repeat_prefix), "> one\r\n> \r\n> \n");
}

TEST(AppendText, WritesNoPrefixAfterACarriageReturnWhenThereIsNone) {
  EXPECT_EQ(formatted("", "10%\r20%\n", LoneCr::repeat_prefix), "10%\r20%\n");
}

TEST(AppendOwn, IsDimOnATerminalOnly) {
  Buffer out;
  append_own(out, "web.1 | ", "started with pid 1", false);
  append_own(out, "web.1 | ", "exited", true);
  EXPECT_EQ(out.view(), "web.1 | started with pid 1\nweb.1 | \x1b[2mexited\x1b[0m\n");
}

namespace {

// Byte by byte: the prefix at each start of a line, and after a CR that another byte than LF follows.
std::string naive_output(std::string_view prefix, std::string_view bytes, LoneCr lone_cr) {
  std::string text{bytes}, out;
  if (!text.empty() && text.back() != '\n') text += '\n';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool after_cr = lone_cr == LoneCr::repeat_prefix && i > 0 && text[i - 1] == '\r' && text[i] != '\n';
    if (i == 0 || text[i - 1] == '\n' || after_cr) out += prefix;
    out += text[i];
  }
  return out;
}

}  // namespace

TEST(LogPath, EqualsTheNaiveModelForRandomBytesAndChunks) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    Noise noise{seed};
    const auto lone_cr = seed % 3 ? LoneCr::repeat_prefix : LoneCr::pass;
    const auto bytes = noise.bytes(5000, seed % 2 ? "\r\n" : "\r\nabcdefghijklmnopqrstuvwxyz");
    LineSplitter splitter;
    Buffer out;
    std::size_t count = 0;
    const auto append = [&](std::string_view lines) { count += append_text(out, "> ", lines, lone_cr); };
    for (const auto& chunk : noise.chunks(bytes, 1 + noise.upto(400))) {
      const auto lines = splitter.push(chunk);
      append(lines.head);
      append(lines.body);
    }
    append(splitter.finish());
    ASSERT_EQ(out.view(), naive_output("> ", bytes, lone_cr)) << "seed " << seed;
    ASSERT_EQ(count, std::count(out.view().begin(), out.view().end(), '\n'));
  }
}

}  // namespace pm::log
