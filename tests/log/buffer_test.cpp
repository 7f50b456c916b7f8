#include "pm/log/buffer.h"

#include <gtest/gtest.h>

#include <string>

#include "noise.h"

namespace pm::log {

TEST(Buffer, IsAQueueOfBytes) {
  Buffer buffer;
  buffer.append("hello ");
  buffer.append("world");
  buffer.consume(2);
  buffer.append("!");
  EXPECT_EQ(buffer.view(), "llo world!");
}

TEST(Buffer, TakesWhatIsWrittenIntoItsRoom) {
  Buffer buffer;
  buffer.append("a");
  buffer.room(100)[0] = 'b';
  buffer.commit(1);
  EXPECT_EQ(buffer.view(), "ab");
}

TEST(Buffer, AppendingNothingToNothingAllocatesNothing) {
  Buffer buffer;
  buffer.append("");
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), 0u);
}

TEST(Buffer, NeedsNoNewMemoryInASteadyFlow) {
  Buffer buffer;
  const std::string line(1000, 'x');
  buffer.append(line);
  buffer.append(line);
  const auto capacity = buffer.capacity();
  for (int i = 0; i < 1000; ++i) {
    buffer.append(line);
    buffer.consume(line.size());
  }
  EXPECT_LE(buffer.capacity(), 2 * capacity);
}

TEST(Buffer, GivesBigMemoryBackOnceItIsEmpty) {
  Buffer buffer;
  buffer.append(std::string(Buffer::kKept + 1, 'x'));
  buffer.consume(1);
  EXPECT_GT(buffer.capacity(), Buffer::kKept);
  buffer.clear();
  EXPECT_EQ(buffer.capacity(), 0u);
}

TEST(Buffer, KeepsMemoryOfEverydaySize) {
  Buffer buffer;
  buffer.append(std::string(256 << 10, 'x'));
  buffer.clear();
  EXPECT_GE(buffer.capacity(), 256u << 10);
}

TEST(Buffer, IsMovedWithItsBytes) {
  Buffer from;
  from.append("bytes");
  const Buffer to{std::move(from)};
  EXPECT_EQ(to.view(), "bytes");
}

TEST(Buffer, EqualsAStringUnderRandomUse) {
  Noise noise{1};
  Buffer buffer;
  std::string model;
  for (int i = 0; i < 20'000; ++i) {
    const auto bytes = noise.bytes(300, "ab");
    buffer.append(bytes);
    model += bytes;
    const auto size = noise.upto(std::min<std::size_t>(model.size(), 400));
    buffer.consume(size);
    model.erase(0, size);
    ASSERT_EQ(buffer.view(), model);
  }
}

}  // namespace pm::log
