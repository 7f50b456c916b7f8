#include <gmock/gmock.h>

#include <filesystem>

#include "world.h"

namespace pm::server {
namespace {

using testing::HasSubstr;

std::string post(std::string_view target) {
  return "POST " + std::string{target} + " HTTP/1.1\r\nHost: pm\r\nContent-Length: 0\r\n\r\n";
}

TEST(Requests, AreAnsweredFromTheSupervisor) {
  World world;
  EXPECT_EQ(world.get("/healthz").body, R"({"status":"ok"})");
  EXPECT_THAT(world.get("/v1/status").body, HasSubstr(R"("name":"web.1")"));
  EXPECT_THAT(world.get("/v1/processes/web").body, HasSubstr(R"("state":"running")"));
  EXPECT_THAT(world.get("/v1/processes/web/why").body, HasSubstr(R"("why")"));
  EXPECT_THAT(world.get("/v1/formation").body, HasSubstr(R"({"formation":{"web":1}})"));
  EXPECT_THAT(world.get("/metrics").type, HasSubstr("text/plain"));
  EXPECT_EQ(world.ask("POST", "/v1/shutdown").status, 202);
  EXPECT_EQ(world.control.asked.back().what, "shutdown");
  EXPECT_EQ(world.ask("POST", "/v1/processes/web/signal", R"({"signal":"SIGHUP"})").status, 200);
  EXPECT_EQ(world.control.asked.back().what, "signal 1 web");
}

TEST(Requests, ThatMakeNoSenseAreToldWhy) {
  World world;
  EXPECT_EQ(world.get("/nowhere").status, 404);
  EXPECT_EQ(world.ask("DELETE", "/v1/status").status, 405);
  EXPECT_EQ(world.get("/v1/processes/wbe").status, 404);
  EXPECT_EQ(world.get("/v1/logs?process=wbe").status, 404);
  EXPECT_EQ(world.get("/v1/logs?process=wbe&follow=true").status, 404);
  EXPECT_EQ(world.get("/v1/logs?after=x").status, 400);
  EXPECT_EQ(world.get("/v1/events?after=1-2-3").status, 400);
  world.control.faults = {core::bad_input("this line is no process")};
  EXPECT_EQ(world.ask("POST", "/v1/reload").status, 422);
}

TEST(Requests, ComeOneAfterTheOtherOnOneConnection) {
  World world;
  auto client = world.connect();
  for (int i = 0; i < 3; ++i) {
    client.send(get("/healthz"));
    ASSERT_TRUE(world.until([&] { return client.answered(); }));
    EXPECT_EQ(client.take().status, 200);
  }
  client.send("HEAD /healthz HTTP/1.1\r\n\r\n" + get("/healthz", "Connection: close\r\n"));
  ASSERT_TRUE(world.until([&] { return client.hung_up(); }));
  EXPECT_THAT(client.received(), HasSubstr("Content-Length: 15"));
  EXPECT_EQ(client.received().find("{"), client.received().rfind("{"));  // a HEAD has no body
}

TEST(Requests, ComeByTheThousandInOneWrite) {
  World world;
  auto client = world.connect(), other = world.connect();
  std::string requests, received;
  for (int i = 0; i < 10'000; ++i) requests += get("/healthz");
  std::size_t sent = 0, bodies = 0;
  other.send(get("/v1/status"));
  ASSERT_TRUE(world.until([&] {
    sent += client.send(std::string_view{requests}.substr(sent));
    return other.answered();
  }));
  EXPECT_LT(sent, requests.size());  // the other one had not to wait for all of them
  auto one = world.connect();
  one.send(get("/healthz"));
  ASSERT_TRUE(world.until([&] { return one.answered(); }));
  ASSERT_TRUE(world.until([&] {
    if (sent < requests.size()) sent += client.send(std::string_view{requests}.substr(sent));
    return client.received().size() >= 10'000 * one.received().size();
  }));
  for (auto at = client.received().find("{\"status\""); at != std::string::npos; ++bodies)
    at = client.received().find("{\"status\"", at + 1);
  EXPECT_EQ(bodies, 10'000u);
}

TEST(Requests, MayWaitToBeAskedForTheirBody) {
  World world;
  auto client = world.connect();
  client.send("PATCH /v1/formation HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");
  ASSERT_TRUE(world.until([&] { return client.got("100 Continue\r\n\r\n"); }));
  client.send(R"({"web":3})");
  ASSERT_TRUE(world.until([&] { return world.control.counts["web"] == 3; }));
}

TEST(Operations, AreAnsweredWhenAllIsSettled) {
  World world;
  auto client = world.connect();
  client.send(post("/v1/processes/web/restart"));
  ASSERT_TRUE(world.until([&] { return !world.control.asked.empty(); }));
  world.settle();
  EXPECT_EQ(client.received(), "");
  EXPECT_EQ(world.get("/healthz").status, 200);  // nobody else waits
  EXPECT_EQ(world.control.asked[0].what, "restart web");
  world.control.asked[0].done({{.id = {"web", 1}, .goal = core::Goal::renewed, .pid = core::Pid{7}}});
  ASSERT_TRUE(world.until([&] { return client.answered(); }));
  const auto answer = client.take();
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, testing::AllOf(HasSubstr(R"("goal":"renewed")"), HasSubstr(R"("processes":[{)")));
}

TEST(Operations, AreOnlyAcceptedWhereNobodyWantsToWait) {
  World world;
  EXPECT_EQ(world.ask("POST", "/v1/processes/web/stop?wait=false").status, 202);
  EXPECT_FALSE(world.control.asked[0].awaited());
  world.control.asked[0].done({});
  EXPECT_EQ(world.ask("PATCH", "/v1/formation?wait=false", R"({"web":2})").status, 202);
}

TEST(Operations, OfScaleAndReloadTellWhatHasChanged) {
  World world;
  auto client = world.connect();
  client.send("PATCH /v1/formation HTTP/1.1\r\nContent-Length: 9\r\n\r\n{\"web\":2}");
  ASSERT_TRUE(world.until([&] { return world.control.asked.size() == 1; }));
  world.control.asked[0].done({});
  ASSERT_TRUE(world.until([&] { return client.answered(); }));
  EXPECT_THAT(client.take().body, HasSubstr(R"("formation":{"web":2})"));
  client.send(post("/v1/reload"));
  ASSERT_TRUE(world.until([&] { return world.control.asked.size() == 2; }));
  world.control.asked[1].done({});
  ASSERT_TRUE(world.until([&] { return client.answered(); }));
  EXPECT_THAT(client.take().body, HasSubstr(R"("added":["new"])"));
}

TEST(Operations, GoOnWithoutTheirClientButItsWaitEnds) {
  World world;
  auto client = world.connect();
  client.send(post("/v1/processes/web/stop"));
  ASSERT_TRUE(world.until([&] { return !world.control.asked.empty(); }));
  EXPECT_TRUE(world.control.asked[0].awaited());
  client.vanish();
  EXPECT_TRUE(world.until([&] { return !world.control.asked[0].awaited(); }));
  world.control.asked[0].done({});
  EXPECT_EQ(world.get("/healthz").status, 200);
}

TEST(Operations, AreAnsweredToOneWhoSaysNoMore) {
  World world;
  auto client = world.connect();
  client.send(post("/v1/processes/web/stop"));
  client.say_no_more();
  ASSERT_TRUE(world.until([&] { return !world.control.asked.empty(); }));
  world.settle();
  ASSERT_TRUE(world.control.asked[0].awaited());
  world.control.asked[0].done({});
  ASSERT_TRUE(world.until([&] { return client.hung_up(); }));
  EXPECT_EQ(client.take().status, 200);
}

TEST(Operations, AreCarriedOutForOneWhoDoesNotEvenWait) {
  World world;
  auto client = world.connect();
  client.send(post("/v1/processes/web/stop"));
  client.vanish();
  EXPECT_TRUE(world.until([&] { return !world.control.asked.empty(); }));
}

TEST(Closing, GivesTheAnswersInProgressAndRemovesTheSocket) {
  World world;
  auto waiting = world.connect(), idle = world.connect(), late = world.connect();
  waiting.send(post("/v1/processes/web/stop"));
  ASSERT_TRUE(world.until([&] { return !world.control.asked.empty(); }));
  world.control.asked[0].done({});
  world.close_server();
  EXPECT_FALSE(world.server_closed());  // never from within the call
  EXPECT_FALSE(std::filesystem::exists(world.path()));
  EXPECT_TRUE(world.until([&] { return world.server_closed(); }));
  EXPECT_TRUE(idle.hung_up());
  ASSERT_TRUE(waiting.answered());
  EXPECT_EQ(waiting.take().status, 200);
}

TEST(Closing, DoesNotWaitForLongForWhatDoesNotCome) {
  World world{Rules{.goodbye = 1ms}};
  auto waiting = world.connect();
  waiting.send(post("/v1/processes/web/stop"));
  ASSERT_TRUE(world.until([&] { return !world.control.asked.empty(); }));
  world.close_server();
  EXPECT_TRUE(world.until([&] { return world.server_closed(); }));
  EXPECT_TRUE(waiting.hung_up());
}

TEST(TheSocket, ComesBackWhenItIsDeleted) {
  World world;
  std::filesystem::remove(world.path());
  ASSERT_TRUE(world.until([&] { return std::filesystem::exists(world.path()); }));
  EXPECT_EQ(world.get("/healthz").status, 200);
}

TEST(TheSocket, StaysGoneWhereSomethingElseHasTakenItsPlace) {
  World world{Rules{.relisten_after = core::Duration{0}}};
  auto before = world.connect();
  world.settle();
  testing::internal::CaptureStderr();
  std::filesystem::create_directory(world.path() + ".other");
  std::filesystem::rename(world.path(), world.path() + ".away");
  std::filesystem::rename(world.path() + ".other", world.path());
  for (int i = 0; i < 3; ++i) world.turn();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("was taken away"));
  before.send(get("/healthz"));
  EXPECT_TRUE(world.until([&] { return before.answered(); }));
}

}  // namespace
}  // namespace pm::server
