#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include "world.h"

namespace pm::server {
namespace {

using testing::HasSubstr;

TEST(Hostility, FiveHundredIdleClientsAreTooMany) {
  World world;
  std::vector<Client> idle;
  for (int i = 0; i < 500; ++i) {
    idle.push_back(world.connect());
    world.settle();
  }
  expect_served(world);
  world.settle();
  const auto gone = std::count_if(idle.begin(), idle.end(), [](Client& client) { return client.hung_up(); });
  EXPECT_EQ(gone, 500 - 255);
  EXPECT_TRUE(idle.front().hung_up());  // the one that has been idle the longest
  EXPECT_FALSE(idle.back().hung_up());
}

TEST(Hostility, WhereAllAreBusyTheNextIsTurnedAway) {
  World world{Rules{.clients = 2}};
  auto first = world.connect(), second = world.connect();
  first.send(get("/v1/logs?follow=true"));
  second.send(get("/v1/events"));
  ASSERT_TRUE(world.until([&] { return first.got("200 OK") && second.got("200 OK"); }));
  auto third = world.connect();
  third.send(get("/healthz"));
  ASSERT_TRUE(world.until([&] { return third.answered(); }));
  const auto answer = third.take();
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("unavailable"));
  first.vanish();
  world.settle();
  expect_served(world);
}

TEST(Hostility, OthersMayNotCommand) {
  World world{Rules{.admits = [](int) { return false; }}};
  auto client = world.connect();
  client.send("POST /v1/shutdown HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(world.until([&] { return client.hung_up(); }));
  EXPECT_EQ(client.take().status, 403);
  EXPECT_TRUE(world.control.asked.empty());
}

TEST(Hostility, NonsenseIsToldAndEndsTheConnection) {
  World world;
  struct Case {
    std::string bytes;
    int status;
  };
  for (const auto& [bytes, status] :
       {Case{"\x16\x03\x01 hello", 400}, Case{"PRI * HTTP/2.0\r\n\r\n", 505},
        Case{"GET /" + std::string(64 << 10, 'x'), 431},
        Case{"POST /v1/reload HTTP/1.1\r\nContent-Length: 104857600\r\n\r\n", 413},
        Case{"POST /v1/reload HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400}}) {
    auto client = world.connect();
    client.send(bytes);
    ASSERT_TRUE(world.until([&] { return client.hung_up(); }));
    EXPECT_EQ(client.take().status, status);
    expect_served(world);
  }
}

TEST(Hostility, AHundredMegabytesAreNotKept) {
  World world{Rules{.linger = 20s}};
  auto client = world.connect();
  client.send("POST /v1/reload HTTP/1.1\r\nContent-Length: 104857600\r\n\r\n");
  const std::string block(1 << 20, 'x');
  std::size_t left = 100 << 20;
  ASSERT_TRUE(world.until([&] {  // without a look at the answer
    left -= client.send(std::string_view{block}.substr(0, left));
    return left == 0;
  }));
  client.say_no_more();
  expect_served(world);
  ASSERT_TRUE(world.until([&] { return client.hung_up(); }));
  EXPECT_EQ(client.take().status, 413);
}

TEST(Hostility, HalfARequestIsWaitedForOnlySoLong) {
  World world{Rules{.request_patience = 20ms}};
  auto client = world.connect();
  client.send("GET / HTTP/1.1\r\nHost");
  ASSERT_TRUE(world.until([&] { return client.answered(); }));
  EXPECT_EQ(client.take().status, 408);
  auto dribble = world.connect();  // one byte at a time does not help
  const auto request = get("/healthz", "A: " + std::string(10'000, 'x') + "\r\n");
  std::size_t sent = 0;
  ASSERT_TRUE(world.until([&] { return sent += dribble.send(request.substr(sent, 1)), dribble.hung_up(); }));
  EXPECT_EQ(dribble.take().status, 408);
  expect_served(world);
}

TEST(Hostility, IdleClientsAreLetGo) {
  World world{Rules{.idle_patience = 20ms}};
  auto silent = world.connect(), blank = world.connect();
  ASSERT_TRUE(world.until([&] { return blank.send("\r\n"), blank.hung_up() && silent.hung_up(); }));
  EXPECT_EQ(silent.received(), "");
}

TEST(Hostility, HalfARequestOfOneWhoSaysNoMoreIsTold) {
  World world;
  auto client = world.connect();
  client.send("GET / HTTP/1.1\r\n");
  client.say_no_more();
  ASSERT_TRUE(world.until([&] { return client.hung_up(); }));
  EXPECT_EQ(client.take().status, 400);
}

TEST(Hostility, ClientsMayVanishAtAnyMoment) {
  World world;
  world.control.write({"web", 1}, std::string(100'000, 'x') + "\n");
  const auto requests = get("/healthz") + get("/v1/logs?follow=true") + get("/v1/status");
  for (std::size_t size = 0; size < requests.size(); size += 3) {
    auto client = world.connect();
    client.send(requests.substr(0, size));
    if (size % 2) world.settle();
    client.vanish();
    world.settle();
  }
  expect_served(world);
  EXPECT_TRUE(world.until([&] { return !world.control.observer->wants_lines(); }));
}

TEST(Hostility, AnAnswerThatNobodyTakesIsDroppedInTheEnd) {
  World world{Rules{.idle_patience = 20ms}};
  world.control.histories.clear();
  for (int i = 1; i <= 3000; ++i) world.control.add({"web", i});  // more than a socket holds
  auto client = world.connect();
  client.send(get("/v1/status"));
  world.settle();
  expect_served(world);
  for (int i = 0; i < 20; ++i) world.turn();
  ASSERT_TRUE(world.until([&] { return client.hung_up(); }));
  EXPECT_FALSE(client.answered());
}

// The number of descriptors that this process may have, for as long as it lives.
class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t more) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    auto now = before_;
    now.rlim_cur = static_cast<rlim_t>(os::UniqueFd{::dup(0)}.get()) + more;
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(Hostility, WhereDescriptorsRunOutTheIdleHaveToGo) {
  World world;
  auto idle = world.connect();
  world.settle();
  auto client = world.connect();  // waits at the door
  {
    const FewDescriptors few{0};
    client.send(get("/healthz"));
    ASSERT_TRUE(world.until([&] { return client.answered(); }));
  }
  EXPECT_TRUE(idle.hung_up());
}

TEST(Hostility, WhereNobodyIsIdleTheNewOneHasToGo) {
  World world;
  auto busy = world.connect();
  busy.send(get("/v1/events"));
  ASSERT_TRUE(world.until([&] { return busy.got("200 OK"); }));
  auto client = world.connect();
  {
    const FewDescriptors few{0};
    ASSERT_TRUE(world.until([&] { return client.hung_up(); }));
  }
  EXPECT_FALSE(busy.hung_up());
  expect_served(world);
}

TEST(Hostility, WhereDescriptorsAreScarceClientsLeaveThemToTheChildren) {
  World world;
  std::vector<Client> clients;
  for (int i = 0; i < 12; ++i) clients.push_back(world.connect());
  {
    const FewDescriptors few{40};
    world.settle();
  }
  const auto gone =
      std::count_if(clients.begin(), clients.end(), [](Client& client) { return client.hung_up(); });
  EXPECT_EQ(gone, 12 - 8);
  EXPECT_FALSE(clients.back().hung_up());
}

}  // namespace
}  // namespace pm::server
