#include "pm/log/line_splitter.h"

#include <gtest/gtest.h>

#include <string>

#include "noise.h"

namespace pm::log {

namespace {

// The line-by-line model: what a source's bytes are as whole lines, none longer than `longest`.
std::string naive_lines(std::string_view bytes, std::size_t longest) {
  std::string lines, line;
  const auto end_line = [&] {
    lines += line + '\n';
    line.clear();
  };
  for (const char c : bytes) {
    if (c != '\n' && line.size() == longest) end_line();
    if (c == '\n')
      end_line();
    else
      line += c;
  }
  if (!line.empty()) end_line();
  return lines;
}

}  // namespace

TEST(LineSplitter, GivesTheWholeLinesOfAChunkAsAViewIntoIt) {
  LineSplitter splitter;
  const std::string_view chunk = "one\ntwo\nthr";
  const auto lines = splitter.push(chunk);
  EXPECT_EQ(lines.head, "");
  EXPECT_EQ(lines.body, "one\ntwo\n");
  EXPECT_EQ(lines.body.data(), chunk.data());
  EXPECT_EQ(splitter.pending(), 3u);
}

TEST(LineSplitter, JoinsALineFromSeveralChunks) {
  LineSplitter splitter;
  EXPECT_TRUE(splitter.push("o").empty());
  EXPECT_TRUE(splitter.push("n").empty());
  const auto lines = splitter.push("e\ntwo\nthr");
  EXPECT_EQ(lines.head, "one\n");
  EXPECT_EQ(lines.body, "two\n");
  EXPECT_EQ(splitter.push("ee\n").head, "three\n");
}

TEST(LineSplitter, KeepsEmptyLines) {
  LineSplitter splitter;
  EXPECT_EQ(splitter.push("\n\n").body, "\n\n");
  splitter.push("x");
  const auto lines = splitter.push("\n\n");
  EXPECT_EQ(lines.head, "x\n");
  EXPECT_EQ(lines.body, "\n");
}

TEST(LineSplitter, EndsTheLastLineWhenTheSourceEnds) {
  LineSplitter splitter;
  splitter.push("one\ntwo");
  EXPECT_EQ(splitter.finish(), "two\n");
  EXPECT_EQ(splitter.finish(), "");
  EXPECT_EQ(splitter.push("three\n").body, "three\n");
}

TEST(LineSplitter, HasNothingToFinishAfterAWholeLine) {
  LineSplitter splitter;
  splitter.push("one\n");
  EXPECT_EQ(splitter.finish(), "");
}

TEST(LineSplitter, TakesAnEmptyChunk) {
  LineSplitter splitter;
  splitter.push("on");
  EXPECT_TRUE(splitter.push({}).empty());
  EXPECT_EQ(splitter.push("e\n").head, "one\n");
}

TEST(LineSplitter, KeepsALineOfTheGreatestLengthWhole) {
  LineSplitter splitter{8};
  splitter.push("12345");
  EXPECT_TRUE(splitter.push("678").empty());
  const auto lines = splitter.push("\nnext\n");
  EXPECT_EQ(lines.head, "12345678\n");
  EXPECT_FALSE(lines.broken);
}

TEST(LineSplitter, BreaksALongerLineAndSaysSo) {
  LineSplitter splitter{8};
  splitter.push("12345");
  const auto lines = splitter.push("6789\nab");
  EXPECT_EQ(lines.head, "12345678\n");
  EXPECT_TRUE(lines.broken);
  EXPECT_EQ(lines.body, "9\n");
  EXPECT_EQ(splitter.finish(), "ab\n");
}

TEST(LineSplitter, KeepsLinesOfMebibytesWholeAndGivesTheirMemoryBack) {
  LineSplitter splitter;
  const std::string chunk(4096, 'x');
  for (int i = 0; i < 4096; ++i) ASSERT_TRUE(splitter.push(chunk).empty());
  EXPECT_EQ(splitter.push("\n").head.size(), (16u << 20) + 1);
  splitter.release();
  EXPECT_LT(splitter.capacity(), 128u << 10);
}

TEST(LineSplitter, EqualsTheNaiveModelForRandomBytesAndChunks) {
  constexpr std::size_t kLongest = 40;
  for (unsigned seed = 0; seed < 500; ++seed) {
    Noise noise{seed};
    const auto bytes =
        noise.bytes(3000, seed % 2 ? "\n" : "\r\nabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqr");
    LineSplitter splitter{kLongest};
    std::string lines;
    for (const auto& chunk : noise.chunks(bytes, kLongest)) {
      const auto found = splitter.push(chunk);
      lines.append(found.head).append(found.body);
    }
    lines += splitter.finish();
    ASSERT_EQ(lines, naive_lines(bytes, kLongest)) << "seed " << seed;
  }
}

}  // namespace pm::log
