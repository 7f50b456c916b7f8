#include <gmock/gmock.h>

#include <cstdint>
#include <optional>

#include "attach_session.h"
#include "world.h"

namespace pm::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

enum Opcode : std::uint8_t { kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

// A client's frame (RFC 6455, 5.2); the mask changes nothing about what is said.
std::string frame(Opcode opcode, std::string_view payload, bool last = true, bool masked = true) {
  std::string bytes;
  bytes += static_cast<char>((last ? 0x80 : 0) | opcode);
  const char mask_bit = masked ? static_cast<char>(0x80) : char{0};
  if (payload.size() < 126) {
    bytes += static_cast<char>(mask_bit | static_cast<char>(payload.size()));
  } else {
    bytes += static_cast<char>(mask_bit | 127);
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(payload.size() >> shift & 0xFF);
  }
  const std::string_view mask = "\x12\x34\x56\x78";
  if (masked) bytes += mask;
  for (std::size_t i = 0; i < payload.size(); ++i)
    bytes += static_cast<char>(masked ? payload[i] ^ mask[i % 4] : payload[i]);
  return bytes;
}

struct Frame {
  std::uint8_t opcode;
  std::string payload;
  int close_code() const { return payload.size() < 2 ? 0 : (payload[0] & 0xFF) << 8 | (payload[1] & 0xFF); }
};

// The server's frames in `bytes`, as far as they are whole.
std::vector<Frame> frames_in(std::string_view bytes) {
  std::vector<Frame> frames;
  while (bytes.size() >= 2) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    const std::size_t extra = (byte(1) & 0x7F) == 126 ? 2 : (byte(1) & 0x7F) == 127 ? 8 : 0;
    if (bytes.size() < 2 + extra) break;
    std::size_t size = extra == 0 ? byte(1) & 0x7F : 0;
    for (std::size_t i = 0; i < extra; ++i) size = size << 8 | byte(2 + i);
    if (bytes.size() < 2 + extra + size) break;
    frames.push_back({static_cast<std::uint8_t>(byte(0) & 0x0F), std::string{bytes.substr(2 + extra, size)}});
    bytes.remove_prefix(2 + extra + size);
  }
  return frames;
}

constexpr auto kHandshake =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// A client that looks on.
class Onlooker {
 public:
  Onlooker(World& world, std::string_view target) : world_{world}, client_{world.connect()} {
    client_.send(get(target, kHandshake));
    EXPECT_TRUE(world.until([&] { return client_.got("\r\n\r\n"); }));
  }

  void say(Opcode opcode, std::string_view payload) { send(frame(opcode, payload)); }
  void send(std::string_view bytes) { EXPECT_EQ(client_.send(bytes), bytes.size()); }
  Client& client() { return client_; }

  std::vector<Frame> frames() {
    const auto& all = client_.received();
    return frames_in(std::string_view{all}.substr(all.find("\r\n\r\n") + 4));
  }
  std::string of(Opcode opcode) {
    std::string text;
    for (const auto& frame : frames())
      if (frame.opcode == opcode) text += frame.payload;
    return text;
  }
  bool sees(std::string_view text) {
    return world_.until([&] { return of(kBinary).find(text) != std::string::npos; });
  }
  bool is_told(std::string_view text) {
    return world_.until([&] { return of(kText).find(text) != std::string::npos; });
  }
  /// The code of the close frame, once it has come.
  int close_code() {
    const auto closed = [&]() -> std::optional<int> {
      for (const auto& frame : frames())
        if (frame.opcode == kClose) return frame.close_code();
      return std::nullopt;
    };
    EXPECT_TRUE(world_.until([&] { return closed() || client_.hung_up(); }));
    return closed().value_or(-1);
  }

 private:
  World& world_;
  Client client_;
};

FakeAttachment::State& viewer(World& world, std::size_t number = 0) {
  return *world.control.viewers.at(number);
}

TEST(Attach, AnswersTheHandshakeAndShowsTheScreen) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web?cols=100&rows=30"};
  EXPECT_TRUE(onlooker.client().got("101 Switching Protocols"));
  EXPECT_TRUE(onlooker.client().got("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) << "RFC 6455, 1.3";
  EXPECT_TRUE(onlooker.sees("the screen"));
  EXPECT_EQ(onlooker.of(kText), R"({"process":"web.1","terminal":true,"size":[80,24],"state":"running"})");
  EXPECT_EQ(viewer(world).options.size, (core::TerminalSize{100, 30}));
  EXPECT_FALSE(viewer(world).options.watch);
}

TEST(Attach, OutputFollowsTheScreen) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  viewer(world).viewer->on_output("and");
  viewer(world).viewer->on_output(" more");
  EXPECT_TRUE(onlooker.sees("the screenand more"));
  EXPECT_EQ(viewer(world).replays, 1);
}

TEST(Attach, WhatIsTypedReachesTheProgram) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web"};
  onlooker.say(kBinary, "ls");
  onlooker.send(frame(kBinary, " -", false));
  onlooker.send(frame(kContinuation, std::string("l\0\n", 3)));
  EXPECT_TRUE(world.until([&] { return viewer(world).typed == std::string("ls -l\0\n", 7); }));
}

TEST(Attach, TheSizeGoesBothWays) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  onlooker.say(kText, R"({"resize":[132,43]})");
  ASSERT_TRUE(world.until([&] { return !viewer(world).resizes.empty(); }));
  EXPECT_THAT(viewer(world).resizes, ElementsAre(core::TerminalSize{132, 43}));
  viewer(world).screen = ", another";
  viewer(world).viewer->on_size({132, 43});
  EXPECT_TRUE(onlooker.sees(", another"));
  EXPECT_TRUE(onlooker.is_told(R"({"size":[132,43]})"));
}

TEST(Attach, WhoKeepsRowsWrapsThemAnewByItself) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web?scrollback=100"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  viewer(world).viewer->on_output("first");  // goes out at once, so that the next has to wait
  viewer(world).viewer->on_output("old");
  viewer(world).viewer->on_size({132, 43});
  viewer(world).viewer->on_output("new");
  EXPECT_TRUE(onlooker.sees("the screenfirstoldnew"));
  EXPECT_TRUE(onlooker.is_told(R"({"size":[132,43]})"));
  EXPECT_EQ(viewer(world).replays, 1);
}

TEST(Attach, OfTwoSizesInARowWhoKeepsRowsGetsEverythingAnew) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web?scrollback=100"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  viewer(world).viewer->on_output("first");
  viewer(world).viewer->on_size({132, 43});
  viewer(world).viewer->on_output("for another width");
  viewer(world).viewer->on_size({80, 24});
  EXPECT_TRUE(onlooker.sees("the screenfirstthe screen"));
  EXPECT_TRUE(onlooker.is_told(R"({"size":[80,24]})"));
}

TEST(Attach, WhoKeepsRowsGetsThoseThatItHasMissed) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web?scrollback=100"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  viewer(world).scrolled = 7;
  viewer(world).viewer->on_output("seven rows");
  ASSERT_TRUE(onlooker.sees("the screenseven rows"));
  viewer(world).scrolled = 9;
  viewer(world).viewer->on_refresh();
  EXPECT_TRUE(onlooker.sees("rows since 7 and the screen"));
}

TEST(Attach, WhoTellsItsSizeIsShownTheScreenAnew) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web?watch=true"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  viewer(world).screen = ", once more";
  onlooker.say(kText, R"({"resize":[80,24]})");
  EXPECT_TRUE(onlooker.sees("the screen, once more"));
}

TEST(Attach, AProgramThatDoesNotReadIsNotGivenMore) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  viewer(world).full = true;
  onlooker.say(kBinary, "first");
  ASSERT_TRUE(world.until([&] { return viewer(world).typed == "first"; }));
  onlooker.say(kBinary, "second");
  world.settle();
  EXPECT_EQ(viewer(world).typed, "first");
  expect_served(world);
  viewer(world).full = false;
  viewer(world).viewer->on_input_room();
  EXPECT_TRUE(world.until([&] { return viewer(world).typed == "firstsecond"; }));
}

TEST(Attach, WhoIsNotHeardCanLeave) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  viewer(world).full = true;
  onlooker.say(kBinary, "first");
  ASSERT_TRUE(world.until([&] { return viewer(world).typed == "first"; }));
  onlooker.client().vanish();
  EXPECT_TRUE(world.until([&] { return !viewer(world).viewer; }));
}

TEST(Attach, AWatcherOnlyWatches) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web?watch=true"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  EXPECT_TRUE(viewer(world).options.watch);
  onlooker.say(kBinary, "rm -rf /");
  onlooker.say(kPing, "x");
  ASSERT_TRUE(world.until([&] { return onlooker.of(kPong) == "x"; }));
  EXPECT_EQ(viewer(world).typed, "");
}

TEST(Attach, TheEndIsToldBehindTheLastOutput) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  viewer(world).viewer->on_output(", bye");
  viewer(world).viewer->on_end("web.1 has left");
  EXPECT_EQ(onlooker.close_code(), 1000);
  EXPECT_EQ(onlooker.of(kBinary), "the screen, bye");
  EXPECT_TRUE(onlooker.is_told(R"({"end":"web.1 has left"})"));
  onlooker.send(frame(kClose, "\x03\xe8"));
  EXPECT_TRUE(world.until([&] { return onlooker.client().hung_up() && !viewer(world).viewer; }));
}

TEST(Attach, TheLastScreenIsShownEvenIfTheEndComesFirst) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  viewer(world).screen = "the last one";
  viewer(world).viewer->on_output("x");  // goes out at once, so that the next has to wait
  viewer(world).viewer->on_refresh();
  viewer(world).viewer->on_end("over");
  EXPECT_EQ(onlooker.close_code(), 1000);
  EXPECT_TRUE(onlooker.sees("the last one"));
}

TEST(Attach, TheEndOfTheRunIsTold) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  world.close_server();
  EXPECT_EQ(onlooker.close_code(), 1001);
  EXPECT_TRUE(onlooker.is_told("the supervisor has ended"));
  EXPECT_TRUE(world.until([&] { return world.server_closed(); }));
}

TEST(Attach, WhoDoesNotReadGetsTheScreenInstead) {
  World world;
  Onlooker slow{world, "/v1/attach/web"};
  ASSERT_TRUE(slow.sees("the screen"));
  const std::string more_than_fits(4 << 20, 's');  // into a socket
  viewer(world).screen = more_than_fits;
  viewer(world).viewer->on_refresh();
  ASSERT_TRUE(world.until([&] { return viewer(world).replays == 2; }));
  const std::string line(1000, 'x');
  for (int i = 0; i < 20'000; ++i) {
    viewer(world).viewer->on_output(line);
    if (i % 100 == 0) world.settle();
  }
  expect_served(world);
  viewer(world).screen = "as it is now";
  viewer(world).viewer->on_output("never seen");
  EXPECT_TRUE(slow.sees("as it is now"));
  EXPECT_TRUE(slow.of(kBinary) == "the screen" + more_than_fits + "as it is now");  // too long to be printed
  EXPECT_EQ(viewer(world).replays, 3);
}

TEST(Attach, WithoutATerminalThereAreTheLastLinesAndWhatFollows) {
  World world;
  world.control.terminals = false;
  for (int i = 1; i <= 50; ++i) world.control.write({"web", 1}, "line " + std::to_string(i) + "\n");
  Onlooker onlooker{world, "/v1/attach/web?cols=80&rows=3"};
  EXPECT_TRUE(onlooker.is_told(R"("terminal":false)"));
  EXPECT_TRUE(onlooker.sees("line 48\r\nline 49\r\nline 50\r\n"));
  world.control.write({"web", 1}, "one more\n");
  EXPECT_TRUE(onlooker.sees("one more\r\n"));
  EXPECT_EQ(onlooker.of(kBinary).find("line 47"), std::string::npos);
  onlooker.say(kBinary, "ignored");
  world.control.write({"web", 1}, "the last\n");
  viewer(world).viewer->on_end("gone");
  EXPECT_EQ(onlooker.close_code(), 1000);
  EXPECT_TRUE(onlooker.sees("the last\r\n"));
  EXPECT_TRUE(onlooker.is_told(R"({"end":"gone"})"));
  EXPECT_EQ(viewer(world).typed, "");
}

TEST(Attach, RefusesWhatCannotBeAttachedTo) {
  World world;
  const auto ask = [&](std::string_view target) {
    auto client = world.connect();
    client.send(get(target, kHandshake));
    EXPECT_TRUE(world.until([&] { return client.answered(); }));
    return client.take();
  };
  EXPECT_EQ(ask("/v1/attach/nobody").status, 404);
  world.control.add({"web", 2});
  EXPECT_EQ(ask("/v1/attach/web").status, 400);
  EXPECT_EQ(world.get("/v1/attach/web.1").status, 426);
  EXPECT_TRUE(world.control.viewers.empty());
}

TEST(Attach, CountsAsAStream) {
  World world{Rules{.streams = 1}};
  Onlooker first{world, "/v1/attach/web"};
  ASSERT_TRUE(first.sees("the screen"));
  auto second = world.connect();
  second.send(get("/v1/attach/web", kHandshake));
  ASSERT_TRUE(world.until([&] { return second.answered(); }));
  EXPECT_EQ(second.take().status, 503);
  EXPECT_EQ(world.control.viewers.size(), 1u) << "who is turned away decides about no size";
  first.client().vanish();
  ASSERT_TRUE(world.until([&] { return !viewer(world).viewer; }));
  Onlooker third{world, "/v1/attach/web"};
  EXPECT_TRUE(third.sees("the screen"));
}

// ---- Those who mean harm, or know no better

struct Hostile {
  const char* name;
  std::string bytes;
  int code;  ///< of the close frame
};

class HostileAttach : public testing::TestWithParam<Hostile> {};

TEST_P(HostileAttach, IsSentAway) {
  World world{Rules{.linger = std::chrono::milliseconds{1}}};
  Onlooker onlooker{world, "/v1/attach/web"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  onlooker.send(GetParam().bytes);
  EXPECT_EQ(onlooker.close_code(), GetParam().code);
  EXPECT_TRUE(world.until([&] { return onlooker.client().hung_up() && !viewer(world).viewer; }));
  EXPECT_TRUE(viewer(world).resizes.empty());
  expect_served(world);
}

INSTANTIATE_TEST_SUITE_P(
    Frames, HostileAttach,
    testing::Values(Hostile{"unmasked", frame(kBinary, "x", true, false), 1002},
                    Hostile{"reserved_opcode", frame(Opcode{5}, "x"), 1002},
                    Hostile{"reserved_bits", "\xF2" + frame(kBinary, "x").substr(1), 1002},
                    Hostile{"fragmented_ping", frame(kPing, "x", false), 1002},
                    Hostile{"long_ping", frame(kPing, std::string(126, 'x')), 1002},
                    Hostile{"continuation_of_nothing", frame(kContinuation, "x"), 1002},
                    Hostile{"no_utf8", frame(kText, "\"\xFF\""), 1007},
                    Hostile{"no_json", frame(kText, "hello"), 1008},
                    Hostile{"unknown_json", frame(kText, R"({"shutdown":true})"), 1008},
                    Hostile{"huge_size", frame(kText, R"({"resize":[100000,100000]})"), 1008},
                    Hostile{"long_text", frame(kText, std::string(100'000, ' ')), 1009},
                    Hostile{"http", get("/v1/status"), 1002}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(HostileAttach, WhoSpeaksBeforeTheAnswerIsRefused) {
  World world;
  auto client = world.connect();
  client.send(get("/v1/attach/web", kHandshake) + frame(kBinary, "x"));
  ASSERT_TRUE(world.until([&] { return client.answered(); }));
  EXPECT_EQ(client.take().status, 400);
  EXPECT_TRUE(world.control.viewers.empty());
}

TEST(HostileAttach, WhoVanishesIsForgotten) {
  World world;
  for (const auto& last_words :
       {std::string{}, frame(kBinary, "x").substr(0, 3), frame(kBinary, "x", false)}) {
    Onlooker onlooker{world, "/v1/attach/web"};
    ASSERT_TRUE(onlooker.sees("the screen"));
    onlooker.send(last_words);
    onlooker.client().vanish();
    auto& state = *world.control.viewers.back();
    EXPECT_TRUE(world.until([&] { return !state.viewer; }));
  }
  expect_served(world);
}

TEST(HostileAttach, WhoHalfClosesIsDone) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  onlooker.client().say_no_more();
  EXPECT_TRUE(world.until([&] { return !viewer(world).viewer && onlooker.client().hung_up(); }));
}

TEST(HostileAttach, WhoSaysGoodbyeAndStaysIsShownOut) {
  World world{Rules{.linger = std::chrono::milliseconds{1}}};
  Onlooker onlooker{world, "/v1/attach/web"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  onlooker.send(frame(kClose, "\x03\xe8"));
  EXPECT_EQ(onlooker.close_code(), 1000);
  EXPECT_TRUE(world.until([&] { return !viewer(world).viewer; }));
}

TEST(HostileAttach, AFloodOfPingsHoldsUpNobody) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  std::string pings;
  for (int i = 0; i < 10'000; ++i) pings += frame(kPing, "ping");
  const auto sent = onlooker.client().send(pings);  // as many as the socket takes, and no pong is read
  EXPECT_GT(sent, 0u);
  expect_served(world);
  viewer(world).viewer->on_output("still there");
  EXPECT_TRUE(onlooker.sees("still there"));
}

TEST(HostileAttach, AFrameWithoutAnEndIsTakenAsItComes) {
  World world;
  Onlooker onlooker{world, "/v1/attach/web"};
  ASSERT_TRUE(onlooker.sees("the screen"));
  onlooker.send(std::string{"\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0", 14});  // 2⁶³ − 1 bytes
  const std::string block(64 << 10, 'x');
  for (std::size_t left = 8 << 20; left > 0;) {
    left -= onlooker.client().send(std::string_view{block}.substr(0, left));
    world.settle();
  }
  EXPECT_TRUE(world.until([&] { return viewer(world).typed.size() == 8 << 20; }));
  expect_served(world);
}

}  // namespace
}  // namespace pm::server
