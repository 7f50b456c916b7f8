#include "attach_queue.h"

#include <gmock/gmock.h>

#include <functional>

namespace pm::server {
namespace {

using testing::ElementsAre;

// Everything that is said now, in a few words.
std::vector<std::string> said(AttachQueue& queue) {
  std::vector<std::string> all;
  while (const auto next = queue.next()) {
    if (const auto* text = std::get_if<AttachQueue::Text>(&*next)) all.push_back(text->json);
    if (const auto* output = std::get_if<AttachQueue::Output>(&*next)) all.push_back(output->bytes);
    if (std::holds_alternative<AttachQueue::Screen>(*next)) all.push_back("SCREEN");
    if (std::holds_alternative<AttachQueue::Lines>(*next)) {
      all.push_back("LINES");
      queue.await_lines();
    }
  }
  EXPECT_FALSE(queue.has_news());
  return all;
}

AttachQueue begun(bool terminal = true) {
  AttachQueue queue;
  queue.begin({.process = "web.1", .terminal = terminal, .size = {80, 24}, .state = "running"});
  EXPECT_TRUE(queue.has_news());
  return queue;
}

// One that has been told all there was.
AttachQueue caught_up(bool terminal = true) {
  auto queue = begun(terminal);
  said(queue);
  return queue;
}

constexpr auto kBegin = R"({"process":"web.1","terminal":true,"size":[80,24],"state":"running"})";
constexpr auto kSize = R"({"size":[100,30]})";
constexpr auto kEnd = R"({"end":"over"})";

TEST(AttachQueue, SaysInOrderWhateverCameFirst) {
  struct {
    const char* what;
    std::function<void(AttachQueue&)> comes;
    std::vector<std::string> said;
  } const cases[] = {
      {"nothing", [](auto&) {}, {}},
      {"output", [](auto& q) { q.output("a"), q.output("b"); }, {"ab"}},
      {"a size, and a screen of it",
       [](auto& q) {
         q.output("a"), q.resized({100, 30});
       },
       {kSize, "SCREEN"}},
      {"the last of two sizes",
       [](auto& q) {
         q.resized({1, 1}), q.resized({100, 30});
       },
       {kSize, "SCREEN"}},
      {"a screen for what came before", [](auto& q) { q.output("a"), q.refresh(); }, {"SCREEN"}},
      {"a screen that has what comes", [](auto& q) { q.refresh(), q.output("a"); }, {"SCREEN"}},
      {"one screen for two", [](auto& q) { q.refresh(), q.refresh(); }, {"SCREEN"}},
      {"the end", [](auto& q) { q.output("a"), q.end("over"), q.end("again"); }, {"a", kEnd}},
      {"a screen kept for the end",
       [](auto& q) { q.refresh(), q.keep_screen("s"), q.end("over"); },
       {"s", kEnd}},
      {"no other after it", [](auto& q) { q.output("a"), q.end("over"), q.refresh(); }, {"a", kEnd}},
  };
  for (const auto& row : cases) {
    auto queue = caught_up();
    row.comes(queue);
    EXPECT_EQ(queue.has_news(), !row.said.empty()) << row.what;
    EXPECT_EQ(said(queue), row.said) << row.what;
    EXPECT_EQ(queue.over(), !row.said.empty() && row.said.back() == kEnd) << row.what;
  }
}

TEST(AttachQueue, BeginsWithTheSizeOfTheMomentAndTheScreen) {
  auto queue = begun();
  EXPECT_THAT(said(queue), ElementsAre(kBegin, "SCREEN"));
  auto resized = begun();
  resized.resized({100, 30});
  EXPECT_THAT(said(resized), ElementsAre(testing::HasSubstr("[100,30]"), "SCREEN"));
}

TEST(AttachQueue, KeepsSoMuchAndShowsTheScreenInsteadOfMore) {
  auto queue = caught_up();
  const std::string most(AttachQueue::kMostPending, 'x');
  queue.output(most);
  EXPECT_FALSE(queue.wants_screen());
  queue.output("x");
  EXPECT_TRUE(queue.wants_screen());
  queue.output("and more");
  EXPECT_THAT(said(queue), ElementsAre("SCREEN"));
  queue.output(most);
  EXPECT_THAT(said(queue), ElementsAre(most));
}

TEST(AttachQueue, LetsWhoKeepsRowsWrapThemInTheOrderOfWhatComes) {
  AttachQueue queue{true};
  queue.begin({.process = "web.1", .terminal = true, .size = {80, 24}, .state = "running"});
  said(queue);
  queue.output("old");
  queue.resized({100, 30});
  queue.output("new");
  EXPECT_EQ(queue.next(), (AttachQueue::Message{AttachQueue::Output{"old", false}}));
  EXPECT_THAT(said(queue), ElementsAre(kSize, "new"));
}

TEST(AttachQueue, ShowsWhoKeepsRowsOnlyWhatItHasMissed) {
  AttachQueue queue{true};
  queue.begin({.process = "web.1", .terminal = true, .size = {80, 24}, .state = "running"});
  queue.next();
  EXPECT_EQ(queue.next(), AttachQueue::Message{AttachQueue::Screen{true}});
  queue.refresh();
  EXPECT_EQ(queue.next(), AttachQueue::Message{AttachQueue::Screen{false}});
  queue.refresh();
  queue.resized({100, 30});
  EXPECT_THAT(queue.next(), AttachQueue::Message{AttachQueue::Text{kSize}});
  EXPECT_EQ(queue.next(), AttachQueue::Message{AttachQueue::Screen{true}})
      << "its rows are wrapped otherwise by now";
}

TEST(AttachQueue, HasLinesWithoutATerminal) {
  auto queue = caught_up(false);
  queue.output("a");
  queue.refresh();
  queue.resized({1, 1});
  EXPECT_THAT(said(queue), ElementsAre());
  queue.more_lines();
  EXPECT_TRUE(queue.has_news());
  EXPECT_THAT(said(queue), ElementsAre("LINES"));
}

TEST(AttachQueue, EndsOnceTheLinesDo) {
  auto queue = caught_up(false);
  queue.end("over");
  EXPECT_THAT(said(queue), ElementsAre("LINES")) << "the last ones may have come by now";
  EXPECT_FALSE(queue.over());
  queue.no_more_lines();
  EXPECT_TRUE(queue.has_news());
  EXPECT_THAT(said(queue), ElementsAre(kEnd));
  EXPECT_TRUE(queue.over());
}

}  // namespace
}  // namespace pm::server
