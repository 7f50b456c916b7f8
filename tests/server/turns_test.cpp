#include "turns.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "clock.h"
#include "fake_control.h"

namespace pm::server {
namespace {

struct Guest : Turns::Guest {
  explicit Guest(std::function<void()> what) : act{std::move(what)} {}
  void take_turn() override { act(); }
  std::function<void()> act;
};

struct Table {
  boost::asio::io_context loop;
  FakeControl control;
  Catalogue catalogue{control};
  Turns turns{loop, catalogue};
};

void work_for(core::Duration time) {
  for (const auto begin = steady_now(); steady_now() - begin < time;) continue;
}

TEST(Turns, ArePausedForAMultipleOfWhatTheyTook) {
  Table table;
  core::TimePoint end_of_first, begin_of_second;
  const auto second = std::make_shared<Guest>([&] { begin_of_second = steady_now(); });
  const auto first = std::make_shared<Guest>([&] {
    work_for(3ms);
    end_of_first = steady_now();
    table.turns.want(second);
  });
  table.turns.want(first);
  table.loop.run();
  EXPECT_GE(begin_of_second - end_of_first, Turns::kPauseFactor * 3ms);
}

TEST(Turns, AreCutShortAndGoOnWhereTheyStopped) {
  Table table;
  std::vector<int> served;
  std::vector<std::shared_ptr<Guest>> guests;
  for (int i = 0; i < 3; ++i)
    guests.push_back(std::make_shared<Guest>([&, i] {
      served.push_back(i);
      work_for(Turns::kTurn);
    }));
  for (const auto& guest : guests) table.turns.want(guest);
  table.loop.run_one();
  EXPECT_EQ(served, std::vector{0});
  table.loop.run();
  EXPECT_EQ(served, (std::vector{0, 1, 2}));
}

TEST(Turns, ComeWithTheNewsThatIsAwaited) {
  Table table;
  int lines = 0, events = 0;
  table.turns.await(Stream::News::lines, std::make_shared<Guest>([&] { ++lines; }));
  table.turns.await(Stream::News::events, std::make_shared<Guest>([&] { ++events; }));
  table.turns.on_news(Stream::News::events);
  EXPECT_EQ(events, 0);  // not from within the call
  table.loop.run();
  EXPECT_EQ(lines, 0);
  EXPECT_EQ(events, 1);
  EXPECT_TRUE(table.turns.awaited(Stream::News::lines));
  EXPECT_FALSE(table.turns.awaited(Stream::News::events));
}

TEST(Turns, DoNotComeToOneWhoHasLeft) {
  Table table;
  int taken = 0;
  const auto guest = std::make_shared<Guest>([&] { ++taken; });
  table.turns.want(guest);
  table.turns.await(Stream::News::lines, guest);
  table.turns.leave(*guest);
  table.turns.on_news(Stream::News::lines);
  table.loop.run();
  EXPECT_EQ(taken, 0);
}

}  // namespace
}  // namespace pm::server
