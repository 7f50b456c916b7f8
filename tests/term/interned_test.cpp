#include "interned.h"

#include <gtest/gtest.h>

namespace pm::term {
namespace {

struct Word {
  int value = 0;
};
std::size_t hash_of(const Word& word) { return static_cast<std::size_t>(word.value % 7); }
bool is_same(const Word& one, const Word& other) { return one.value == other.value; }

TEST(Interned, EachValueHasOneNumber) {
  Interned<Word> words{1000};
  EXPECT_EQ(words.add({}), 0);
  for (int i = 1; i < 1000; ++i) ASSERT_EQ(words.add({i}), i);
  for (int i = 1; i < 1000; ++i) {
    ASSERT_EQ(words.add({i}), i);
    ASSERT_EQ(words[static_cast<std::uint16_t>(i)].value, i);
  }
  EXPECT_EQ(words.add({1000}), std::nullopt);
}

TEST(Interned, LeavesRoomForOthers) {
  Interned<Word> words{4};
  EXPECT_EQ(words.add({1}, 2), 1);
  EXPECT_EQ(words.add({2}, 2), std::nullopt);
  EXPECT_EQ(words.add({2}), 2);
}

TEST(Interned, KeepsWhatIsMarked) {
  Interned<Word> words{4};
  for (int i = 1; i < 4; ++i) words.add({i});
  words.keep([](auto mark) { mark(2); });
  EXPECT_EQ(words.size(), 2u);
  EXPECT_EQ(words.add({2}), 2);
  EXPECT_EQ(words.add({9}), 1);
  EXPECT_EQ(words.add({8}), 3);
  EXPECT_EQ(words.add({7}), std::nullopt);
  int sum = 0;
  words.for_each([&](const Word& word) { sum += word.value; });
  EXPECT_EQ(sum, 2 + 9 + 8);
}

}  // namespace
}  // namespace pm::term
