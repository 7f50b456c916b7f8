#include <gmock/gmock.h>

#include "line_form.h"
#include "stream_id.h"
#include "world.h"

namespace pm::server {
namespace {

using core::InstanceId;
using testing::HasSubstr;
using testing::Not;

const InstanceId kWeb{"web", 1}, kWeb2{"web", 2}, kWorker{"worker", 1};

// What a stream has brought so far, without the HTTP around it.
class Follower {
 public:
  Follower(World& world, std::string_view target, std::string_view headers = {}) : client_{world.connect()} {
    client_.send(get(target, headers));
  }
  const std::string& body() {
    client_.read();
    const auto fresh = std::string_view{client_.received()}.substr(seen_);
    seen_ += fresh.size();
    EXPECT_TRUE(decoder_.push(fresh));
    if (decoder_.has_head()) body_ += decoder_.take_body();
    return body_;
  }
  bool got(std::string_view text) { return body().find(text) != std::string::npos; }
  bool over() { return body(), decoder_.complete(); }
  bool begun() { return body(), decoder_.has_head(); }
  std::string type() { return std::string{decoder_.type()}; }
  Client& client() { return client_; }

 private:
  Client client_;
  api::ReplyDecoder decoder_;
  std::string body_;
  std::size_t seen_ = 0;
};

std::string text_of(World& world, std::string_view query) {
  return world.ask("GET", "/v1/logs?" + std::string{query}).body;
}

// As plain text, which is easily read in a test.
std::string plain(World& world, std::string_view query, std::string_view headers = {}) {
  Follower follower{world, "/v1/logs?prefix=false&" + std::string{query},
                    "Accept: text/plain\r\n" + std::string{headers}};
  EXPECT_TRUE(world.until([&] { return follower.over(); }));
  return follower.body();
}

TEST(Logs, ComeInTheOrderInWhichTheyWereWritten) {
  World world;
  world.control.add(kWorker);
  world.control.write(kWeb, "a\nb\n");
  world.control.write(kWorker, "c\n");
  world.control.write(kWeb, "d\n");
  world.control.write(kWorker, "e\nf\n");
  EXPECT_EQ(plain(world, ""), "a\nb\nc\nd\ne\nf\n");
  EXPECT_EQ(plain(world, "process=worker"), "c\ne\nf\n");
}

TEST(Logs, AreCutToTheLastLinesOfAllTogether) {
  World world;
  world.control.add(kWorker);
  world.control.write(kWeb, "a\nb\n");
  world.control.write(kWorker, "c\nd\n");
  world.control.write(kWeb, "e\n");
  const std::string all = "a\nb\nc\nd\ne\n";
  for (std::size_t count = 0; count <= 7; ++count)
    EXPECT_EQ(plain(world, "tail=" + std::to_string(count)),
              all.substr(10 - 2 * std::min<std::size_t>(count, 5)));
}

TEST(Logs, ReachBackNoFurtherThanAsked) {
  World world;
  world.control.time_us = 1'000'000;  // long ago
  world.control.write(kWeb, "old\n");
  world.control.time_us = std::chrono::duration_cast<std::chrono::microseconds>(
                              std::chrono::system_clock::now().time_since_epoch())
                              .count();
  world.control.write(kWeb, "new\nest\n");
  EXPECT_EQ(plain(world, "since=10m"), "new\nest\n");
  EXPECT_EQ(plain(world, "since=10m&tail=1"), "est\n");
}

TEST(Logs, HaveTheFormThatIsAskedFor) {
  World world;
  world.control.time_us = 0;
  world.control.write(kWeb, "say \"hi\"\n");
  world.control.write(kWeb, "started with pid 1\n", log::Stream::pm);
  EXPECT_EQ(
      text_of(world, ""),
      "{\"time\":\"1970-01-01T00:00:00.000000Z\",\"process\":\"web.1\",\"stream\":\"stdout\",\"line\":\"say "
      "\\\"hi\\\"\"}\n"
      "{\"time\":\"1970-01-01T00:00:00.000001Z\",\"process\":\"web.1\",\"stream\":\"pm\",\"line\":\"started "
      "with pid 1\"}\n");
  Follower sse{world, "/v1/logs?tail=1", "Accept: text/event-stream\r\n"};
  ASSERT_TRUE(world.until([&] { return sse.over(); }));
  EXPECT_EQ(sse.type(), "text/event-stream");
  EXPECT_THAT(sse.body(), testing::StartsWith("id: 1000000-2-0\ndata: {\"time\":"));
  EXPECT_THAT(sse.body(), testing::EndsWith("}\n\n"));
  Follower text{world, "/v1/logs", "Accept: text/plain\r\n"};
  ASSERT_TRUE(world.until([&] { return text.over(); }));
  EXPECT_EQ(text.body(), "web.1    | say \"hi\"\nweb.1    | started with pid 1\n");
  Follower color{world, "/v1/logs?color=true", "Accept: text/plain\r\n"};
  ASSERT_TRUE(world.until([&] { return color.over(); }));
  EXPECT_EQ(color.body(),
            "\x1b[0;36mweb.1    | \x1b[0msay \"hi\"\n\x1b[0;36mweb.1    | \x1b[0m\x1b[2mstarted with pid "
            "1\x1b[0m\n");
  EXPECT_EQ(plain(world, "tail=1"), "web.1: started with pid 1\n");
}

TEST(Logs, AreMoreThanOneChunk) {
  World world;
  std::string all;
  for (int i = 0; i < 20'000; ++i) all += std::to_string(i) + "\n";
  world.control.write(kWeb, all);
  EXPECT_EQ(plain(world, ""), all);
}

TEST(Logs, HaveNoChunksForOldClients) {
  World world;
  world.control.write(kWeb, "a\n");
  auto client = world.connect();
  client.send("GET /v1/logs HTTP/1.0\r\nAccept: text/plain\r\n\r\n");
  ASSERT_TRUE(world.until([&] { return client.hung_up(); }));
  EXPECT_THAT(client.received(), testing::EndsWith("\r\n\r\nweb.1    | a\n"));
}

TEST(Following, BringsALineAsSoonAsItIsWritten) {
  World world;
  world.control.write(kWeb, "before\n");
  Follower follower{world, "/v1/logs?follow=true"};
  ASSERT_TRUE(world.until([&] { return follower.got("before"); }));
  ASSERT_TRUE(world.until([&] { return world.control.observer->wants_lines(); }));
  world.control.write(kWeb, "after\n");
  EXPECT_FALSE(world.control.observer->wants_lines());  // it knows already
  ASSERT_TRUE(world.until([&] { return follower.got("after"); }));
  EXPECT_FALSE(follower.over());
}

TEST(Following, BeginsAtOnceWhereThereIsNothingYet) {
  World world;
  Follower follower{world, "/v1/logs?follow=true&tail=0"};
  EXPECT_TRUE(world.until([&] { return follower.begun(); }));
}

TEST(Following, TakesInWhatComesToBeMeant) {
  World world;
  world.control.write(kWeb, "one\n");
  Follower follower{world, "/v1/logs?follow=true&process=web&tail=0"};
  ASSERT_TRUE(world.until([&] { return follower.begun(); }));
  world.settle();
  world.control.add(kWeb2);
  world.control.add(kWorker);
  world.control.write(kWorker, "not meant\n");
  world.control.write(kWeb2, "two\n");
  ASSERT_TRUE(world.until([&] { return follower.got("two"); }));
  EXPECT_THAT(follower.body(), HasSubstr("web.2"));
  EXPECT_THAT(follower.body(), Not(HasSubstr("not meant")));
  EXPECT_THAT(follower.body(), Not(HasSubstr("one")));
}

TEST(Following, TellsASlowReaderHowManyLinesItMissed) {
  World world;
  world.control.histories.clear();
  world.control.add(kWeb, 4096);
  Follower follower{world, "/v1/logs?follow=true"};
  ASSERT_TRUE(world.until([&] { return follower.begun(); }));
  world.settle();
  for (int i = 0; i < 1000; ++i) world.control.write(kWeb, "line " + std::to_string(i) + " of many\n");
  ASSERT_TRUE(world.until([&] { return follower.got("line 999 of many"); }));
  const auto missed = follower.body().find("\"missed\":");
  ASSERT_NE(missed, std::string::npos);
  const auto count = std::stoul(follower.body().substr(missed + 9));
  EXPECT_THAT(follower.body(), HasSubstr("\"line " + std::to_string(count) + " of many\""));
  EXPECT_THAT(follower.body(), Not(HasSubstr("\"line " + std::to_string(count - 1) + " of many\"")));
}

TEST(Following, GoesOnWhereItWasInterrupted) {
  World world;
  world.control.add(kWorker);
  world.control.write(kWeb, "a\nb\nc\n");  // 1
  world.control.write(kWorker, "d\ne\n");  // 2
  world.control.write(kWeb, "f\n");        // 3
  EXPECT_EQ(plain(world, "", "Last-Event-ID: 1000000-1-1\r\n"), "c\nd\ne\nf\n");
  EXPECT_EQ(plain(world, "", "Last-Event-ID: 1000000-2-0\r\n"), "e\nf\n");
  EXPECT_EQ(plain(world, "", "Last-Event-ID: 1000000-3-0\r\n"), "");
}

TEST(Following, KnowsThatAnEarlierSupervisorSaidMore) {
  World world;
  world.control.write(kWeb, "a\n");
  EXPECT_THAT(plain(world, "", "Last-Event-ID: 5-1-1\r\n"),
              testing::AllOf(HasSubstr("are missing here"), testing::EndsWith("a\n")));
}

TEST(Following, EndsInOrderWithTheRun) {
  World world;
  Follower follower{world, "/v1/logs?follow=true"}, events{world, "/v1/events"};
  ASSERT_TRUE(world.until([&] { return follower.begun() && events.begun(); }));
  world.control.write(kWeb, "last words\n");
  world.close_server();
  ASSERT_TRUE(world.until([&] { return world.server_closed(); }));
  EXPECT_TRUE(follower.over());
  EXPECT_TRUE(events.over());
  EXPECT_TRUE(follower.got("last words"));
  EXPECT_TRUE(follower.client().hung_up());
}

TEST(Following, IsOverForTheServerWhenTheClientVanishes) {
  World world;
  Follower follower{world, "/v1/logs?follow=true"};
  ASSERT_TRUE(world.until([&] { return follower.begun() && world.control.observer->wants_lines(); }));
  follower.client().vanish();
  EXPECT_TRUE(world.until([&] { return !world.control.observer->wants_lines(); }));
}

TEST(Following, GoesOnForAClientThatSaysNoMore) {
  World world;
  Follower follower{world, "/v1/logs?follow=true"};
  follower.client().say_no_more();
  ASSERT_TRUE(world.until([&] { return follower.begun(); }));
  world.settle();
  world.control.write(kWeb, "still there\n");
  EXPECT_TRUE(world.until([&] { return follower.got("still there"); }));
}

TEST(Following, HoldsUpNobodyWhenItsReaderReadsNothing) {
  World world;
  auto stuck = world.connect();
  stuck.send(get("/v1/logs?follow=true"));
  Follower reader{world, "/v1/logs?follow=true&tail=0", "Accept: text/plain\r\n"};
  ASSERT_TRUE(world.until([&] { return reader.begun(); }));
  for (int i = 0; i < 200; ++i) {
    world.control.write(kWeb, std::string(60'000, 'x') + "\n");
    world.settle();
  }
  world.control.write(kWeb, "the end\n");
  EXPECT_TRUE(world.until([&] { return reader.got("the end"); }));
  EXPECT_EQ(world.get("/healthz").status, 200);
  EXPECT_TRUE(world.until([&] { return stuck.got("missed") && stuck.got("the end"); }));
}

TEST(Following, TakesTurnsInAFlood) {
  World world;
  std::vector<std::unique_ptr<Follower>> followers;
  for (int i = 0; i < 20; ++i)
    followers.push_back(std::make_unique<Follower>(world, "/v1/logs?follow=true&tail=0"));
  ASSERT_TRUE(world.until(
      [&] { return std::all_of(followers.begin(), followers.end(), [](auto& f) { return f->begun(); }); }));
  std::string batch;
  for (int i = 0; i < 600; ++i) batch += std::string(100, 'x') + "\n";
  for (int i = 0; i < 300; ++i) {
    world.control.write(kWeb, batch);
    world.settle();
  }
  world.control.write(kWeb, "the end\n");
  EXPECT_TRUE(world.until([&] {
    return std::all_of(followers.begin(), followers.end(), [](auto& f) { return f->got("the end"); });
  }));
}

TEST(Events, AreFollowedAndRemembered) {
  World world;
  world.control.happen("starting");
  world.control.happen("running");
  Follower follower{world, "/v1/events?tail=1"};
  ASSERT_TRUE(world.until([&] { return follower.got("running"); }));
  world.control.happen("stopping");
  ASSERT_TRUE(world.until([&] { return follower.got("stopping"); }));
  EXPECT_THAT(follower.body(), Not(HasSubstr("starting")));
  EXPECT_FALSE(world.control.observer->wants_lines());
}

TEST(Events, GoOnWhereTheyWereInterrupted) {
  World world;
  for (const auto* state : {"starting", "running", "stopping"}) world.control.happen(state);
  Follower follower{world, "/v1/events?follow=false",
                    "Accept: text/event-stream\r\nLast-Event-ID: 1000000-2\r\n"};
  ASSERT_TRUE(world.until([&] { return follower.over(); }));
  EXPECT_THAT(follower.body(), testing::StartsWith("id: 1000000-3\ndata: {"));
  EXPECT_THAT(follower.body(), HasSubstr("stopping"));
  Follower stranger{world, "/v1/events?follow=false", "Accept: text/event-stream\r\nLast-Event-ID: 7-2\r\n"};
  ASSERT_TRUE(world.until([&] { return stranger.over(); }));
  EXPECT_THAT(stranger.body(), testing::StartsWith("event: gap\ndata: {"));
  EXPECT_THAT(stranger.body(), HasSubstr("starting"));
}

TEST(StreamId, IsReadAsItIsWritten) {
  EXPECT_EQ(parse_stream_id(stream_id(7, 1, 2), 2), (StreamId{.epoch = 7, .place = {1, 2}}));
  EXPECT_EQ(parse_stream_id(stream_id(7, 1), 1), (StreamId{.epoch = 7, .place = {1}}));
  for (const auto* text :
       {"", "-", "7", "7-", "7-x", "7-1-2", "7-1-", "x-1", "7-99999999999999999999", "7--1"})
    EXPECT_EQ(parse_stream_id(text, 1), std::nullopt) << text;
}

TEST(LinesFor, TakesWholeLinesAndOneAtLeast) {
  EXPECT_EQ(lines_for("abc\ndef\n", 0), "abc\n");
  EXPECT_EQ(lines_for("abc\ndef\n", 1000), "abc\ndef\n");
  EXPECT_EQ(count_lines("abc\ndef\n"), 2u);
}

}  // namespace
}  // namespace pm::server
