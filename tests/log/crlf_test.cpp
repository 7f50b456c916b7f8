#include "pm/log/crlf.h"

#include <gtest/gtest.h>

#include <string>

#include "noise.h"

namespace pm::log {

namespace {

std::string push(CrlfFilter& filter, std::string_view chunk) {
  auto buffer = "?" + std::string{chunk};
  return std::string{filter.push(buffer)};
}

std::string filtered(std::string_view bytes) {
  CrlfFilter filter;
  const auto start = push(filter, bytes);
  return start + std::string{filter.flush()};
}

std::string naively_filtered(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (!bytes.substr(i).starts_with("\r\n")) out += bytes[i];
  return out;
}

}  // namespace

TEST(CrlfFilter, TakesOneCarriageReturnAwayBeforeEachNewline) {
  EXPECT_EQ(filtered("one\r\ntwo\r\n\r\n"), "one\ntwo\n\n");
  EXPECT_EQ(filtered("crlf of the child\r\r\n"), "crlf of the child\r\n");
}

TEST(CrlfFilter, LeavesOtherCarriageReturnsAlone) {
  EXPECT_EQ(filtered("10%\r20%\r\n"), "10%\r20%\n");
  EXPECT_EQ(filtered("\n\r\n\r"), "\n\n\r");
  EXPECT_EQ(filtered("\r\r\r"), "\r\r\r");
}

TEST(CrlfFilter, GivesAChunkWithoutCarriageReturnsAsItIs) {
  CrlfFilter filter;
  std::string chunk = "?plain\n";
  const auto view = filter.push(chunk);
  EXPECT_EQ(view, "plain\n");
  EXPECT_EQ(view.data(), chunk.data() + CrlfFilter::kRoom);
}

TEST(CrlfFilter, HoldsACarriageReturnBackUntilItIsKnownWhatFollows) {
  CrlfFilter filter;
  EXPECT_EQ(push(filter, "one\r"), "one");
  EXPECT_EQ(push(filter, "\ntwo\r"), "\ntwo");
  EXPECT_EQ(push(filter, "\r"), "\r");
  EXPECT_EQ(push(filter, ""), "");
  EXPECT_EQ(push(filter, "three\r"), "\rthree");
  EXPECT_EQ(filter.flush(), "\r");
  EXPECT_EQ(filter.flush(), "");
}

TEST(CrlfFilter, EqualsTheNaiveModelForRandomBytesAndChunks) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    Noise noise{seed};
    const auto bytes = noise.bytes(2000, "\r\n");
    CrlfFilter filter;
    std::string out;
    for (const auto& chunk : noise.chunks(bytes, 1 + seed % 30)) out += push(filter, chunk);
    out += filter.flush();
    ASSERT_EQ(out, naively_filtered(bytes)) << "seed " << seed;
  }
}

}  // namespace pm::log
