#include "pm/log/history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "noise.h"

namespace pm::log {

namespace {

void append(History& history, std::string_view lines, std::int64_t time_us = 0, Order order = 1) {
  history.append(order, time_us, Stream::stdout_, lines, std::count(lines.begin(), lines.end(), '\n'));
}

// Everything from `cursor` on as text, with "[n]" where n lines are missing.
std::string read_all(const History& history, LineNumber& cursor) {
  std::string text;
  for (;;) {
    const auto [missed, entry] = history.read(cursor);
    if (missed > 0) text += "[" + std::to_string(missed) + "]";
    if (!entry) return text;
    text += entry->lines;
  }
}

std::string read_from(const History& history, LineNumber cursor) { return read_all(history, cursor); }

}  // namespace

TEST(History, GivesBackWhatWasAppended) {
  History history;
  history.append(5, 7, Stream::stderr_, "one\ntwo\n", 2);
  LineNumber cursor = 1;
  const auto batch = history.read(cursor);
  EXPECT_EQ(batch.missed, 0u);
  EXPECT_EQ(batch.entry, (History::Entry{1, 2, 5, 0, 7, Stream::stderr_, "one\ntwo\n"}));
  EXPECT_EQ(cursor, 3u);
  EXPECT_FALSE(history.read(cursor).entry);
}

TEST(History, IsEmptyAtFirst) {
  const History history;
  EXPECT_EQ(history.tail(10), 1u);
  EXPECT_EQ(history.since(0), 1u);
  EXPECT_EQ(history.end(), 1u);
  EXPECT_EQ(read_from(history, 1), "");
  EXPECT_EQ(history.capacity(), 0u);
}

TEST(History, TakesMemoryAsItIsNeededUpToItsBound) {
  History history{100'000};
  append(history, "one\n");
  EXPECT_LE(history.capacity(), 4096u);
  for (int i = 0; i < 1000; ++i) append(history, std::string(999, 'x') + "\n");
  EXPECT_EQ(history.capacity(), 100'000u);
}

TEST(History, StartsReadingAtTheLastLines) {
  History history;
  append(history, "one\ntwo\n");
  append(history, "three\nfour\n");
  EXPECT_EQ(read_from(history, history.tail(0)), "");
  EXPECT_EQ(read_from(history, history.tail(1)), "four\n");
  EXPECT_EQ(read_from(history, history.tail(2)), "three\nfour\n");
  EXPECT_EQ(read_from(history, history.tail(3)), "two\nthree\nfour\n");
  EXPECT_EQ(read_from(history, history.tail(99)), "one\ntwo\nthree\nfour\n");
}

TEST(History, StartsReadingAtATime) {
  History history;
  append(history, "one\n", 10);
  append(history, "two\n", 20);
  EXPECT_EQ(history.since(5), 1u);
  EXPECT_EQ(history.since(11), 2u);
  EXPECT_EQ(history.since(21), history.end());
}

TEST(History, TellsAFollowerHowManyLinesItMissed) {
  History history{10};
  append(history, "1\n2\n");
  LineNumber cursor = 1;
  EXPECT_EQ(read_all(history, cursor), "1\n2\n");
  append(history, "3\n4\n5\n");
  append(history, "6\n7\n8\n");
  EXPECT_EQ(read_all(history, cursor), "[3]6\n7\n8\n");
}

TEST(History, KeepsTheLastLinesOfABatchBeyondItsBound) {
  History history{6};
  append(history, "1\n2\n3\n4\n5\n");
  EXPECT_EQ(read_from(history, 1), "[2]3\n4\n5\n");
}

TEST(History, MissesALineBeyondItsBound) {
  History history{6};
  append(history, "1\n");
  append(history, "too long\n");
  EXPECT_EQ(read_from(history, 1), "1\n[1]");
  append(history, "3\n");
  EXPECT_EQ(read_from(history, 1), "1\n[1]3\n");
  EXPECT_EQ(read_from(history, history.tail(2)), "1\n[1]3\n");
}

TEST(History, SplitsABatchRatherThanWasteTheEndOfItsMemory) {
  History history{10};
  append(history, "1\n2\n3\n");
  append(history, "4\n5\n6\n");
  EXPECT_EQ(read_from(history, 1), "[3]4\n5\n6\n");
  append(history, "7\n");
  EXPECT_EQ(read_from(history, 1), "[3]4\n5\n6\n7\n");
}

TEST(History, BoundsTheEntriesOfShortLinesToo) {
  History history{64 * 100};
  for (int i = 0; i < 300; ++i) append(history, "\n");
  EXPECT_EQ(history.tail(1000), 201u);
}

TEST(History, ToleratesACursorItNeverGave) {
  History history;
  append(history, "one\n");
  EXPECT_EQ(read_from(history, 0), "one\n");
  EXPECT_EQ(read_from(history, 99), "");
}

TEST(History, WithoutRoomKeepsOnlyTheCount) {
  History history{0};
  append(history, "one\ntwo\n");
  EXPECT_EQ(read_from(history, 1), "[2]");
}

namespace {

constexpr std::size_t kBound = 2000;

// Every line ever, and which of them a history may have given up.
struct HistoryModel {
  std::deque<std::string> lines;

  void append(std::string_view text) {
    for (; !text.empty(); text.remove_prefix(text.find('\n') + 1))
      lines.emplace_back(text.substr(0, text.find('\n') + 1));
  }
};

std::string random_batch(Noise& noise) {
  std::string batch;
  const auto longest = noise.upto(20) ? 60 : 2 * kBound;
  for (auto count = 1 + noise.upto(noise.upto(10) ? 5 : 100); count > 0; --count) {
    auto line = noise.bytes(longest, "abc");
    std::replace(line.begin(), line.end(), '\n', '?');
    batch += line + '\n';
  }
  return batch;
}

// A reader that checks each entry against the lines of the model and that nothing is skipped in silence.
void follow(const History& history, const HistoryModel& model, LineNumber& cursor) {
  for (;;) {
    const auto before = cursor;
    const auto [missed, entry] = history.read(cursor);
    const auto count = entry ? entry->count : 0;
    ASSERT_EQ(before + missed + count, cursor);
    if (!entry) break;
    ASSERT_EQ(entry->first, before + missed);
    std::string expected;
    for (std::size_t i = 0; i < count; ++i) expected += model.lines.at(entry->first - 1 + i);
    ASSERT_EQ(entry->lines, expected);
  }
  ASSERT_EQ(cursor, model.lines.size() + 1);
}

}  // namespace

TEST(History, AgreesWithASimpleModelForReadersOfAnyPace) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    Noise noise{seed};
    History history{kBound};
    HistoryModel model;
    std::vector<LineNumber> cursors{1, 1, 1};
    for (int i = 0; i < 200; ++i) {
      const auto batch = random_batch(noise);
      append(history, batch);
      model.append(batch);
      for (std::size_t reader = 0; reader < cursors.size(); ++reader)
        if (noise.upto(reader * 5) == 0) {
          SCOPED_TRACE(seed);
          ASSERT_NO_FATAL_FAILURE(follow(history, model, cursors[reader]));
        }
      ASSERT_LE(history.capacity(), kBound);
    }
  }
}

TEST(History, KeepsAllOfWhatFitsInHalfItsBound) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    Noise noise{seed};
    History history{kBound};
    std::deque<std::string> lines;
    for (int i = 0; i < 300; ++i) {
      lines.push_back(std::string(63 + noise.upto(137), 'x') + '\n');
      append(history, lines.back());
      std::size_t size = 0, count = 0;
      while (count < lines.size() && size + lines[lines.size() - 1 - count].size() <= kBound / 2)
        size += lines[lines.size() - 1 - count++].size();
      std::string expected;
      for (auto line = lines.end() - count; line != lines.end(); ++line) expected += *line;
      ASSERT_EQ(read_from(history, history.tail(count)), expected);
    }
  }
}

TEST(History, TellsWhereALineStoodInItsBatch) {
  History history;
  append(history, "one\ntwo\nthree\n", 0, 9);
  LineNumber cursor = 2;
  const auto batch = history.read(cursor);
  EXPECT_EQ(batch.entry->order, 9u);
  EXPECT_EQ(batch.entry->index, 1u);
}

TEST(History, ResumesBehindALineOfABatch) {
  History history;
  append(history, "a1\na2\na3\n", 0, 4);
  append(history, "b1\n", 0, 7);
  struct Case {
    Order order;
    std::size_t lines;
    const char* rest;
  };
  for (const auto& [order, lines, rest] :
       {Case{0, 0, "a1\na2\na3\nb1\n"}, Case{4, 0, "a1\na2\na3\nb1\n"}, Case{4, 2, "a3\nb1\n"},
        Case{4, 3, "b1\n"}, Case{5, 9, "b1\n"}, Case{7, 1, ""}, Case{8, 0, ""}}) {
    const auto [cursor, lost] = history.after(order, lines);
    EXPECT_EQ(read_from(history, cursor), rest) << order << "," << lines;
    EXPECT_FALSE(lost);
  }
}

TEST(History, KnowsWhenWhatFollowedIsLost) {
  History history{16};
  append(history, "a1\na2\n", 0, 1);
  append(history, "b1\nb2\nb3\nb4\nb5\n", 0, 2);  // a has gone
  EXPECT_TRUE(history.after(1, 1).lost);
  EXPECT_FALSE(history.after(1, 2).lost);
  append(history, "c1\nc2\nc3\nc4\nc5\nc6\nc7\n", 0, 3);  // so have b and the first of c
  EXPECT_TRUE(history.after(2, 5).lost);
  EXPECT_TRUE(history.after(3, 1).lost);
  EXPECT_FALSE(history.after(3, 2).lost);
  EXPECT_EQ(read_from(history, history.after(3, 2).cursor), "c3\nc4\nc5\nc6\nc7\n");
}

TEST(History, ResumesOrSaysThatLinesAreLost) {
  History history{64};
  std::vector<std::pair<Order, std::string>> lines;  // each with its order
  Noise noise{1};
  for (Order order = 1; order < 400; ++order) {
    std::string batch;
    for (auto count = noise.upto(4) + 1; count > 0; --count) {
      lines.emplace_back(order, std::string(noise.upto(19), 'x') + std::to_string(lines.size()) + "\n");
      batch += lines.back().second;
    }
    append(history, batch, 0, order);
    std::size_t seen = lines.size() - std::min<std::size_t>(lines.size(), noise.upto(11));
    std::size_t in_batch = 0;  // how many of the batch of the last line seen
    for (auto i = seen; i > 0 && lines[i - 1].first == lines[seen - 1].first; --i) ++in_batch;
    const auto [cursor, lost] = history.after(seen ? lines[seen - 1].first : 0, in_batch);
    std::string rest;
    for (auto i = seen; i < lines.size(); ++i) rest += lines[i].second;
    const auto read = read_from(history, cursor);
    if (lost) {
      EXPECT_TRUE(rest.ends_with(read.substr(read.find(']') + 1)));  // of a batch the first lines may be gone
    } else {
      EXPECT_EQ(read, rest);
    }
  }
}

}  // namespace pm::log
