#include "pm/api/request.h"

#include <gtest/gtest.h>

#include <chrono>

#include "percent.h"

namespace pm::api {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

HttpRequest asked(std::string method, std::string target, std::string body = {}) {
  HttpRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.body = std::move(body);
  return request;
}

constexpr auto kKey = "dGhlIHNhbXBsZSBub25jZQ==";  // of RFC 6455, 1.3

HttpRequest as_http(const ClientRequest& request) {
  HttpRequest http = asked(request.method, request.target, request.body);
  http.accept = request.accept;
  if (http.target.starts_with("/v1/attach")) http.websocket_key = kKey;
  return http;
}

// The exact meanings and faults are in golden/; here it is what holds for all of them.

TEST(Request, ComesBackAsItWasEncoded) {
  const Request all[] = {
      GetStatus{},
      GetProcesses{{"all"}},
      GetProcesses{{"web.1", "work*", "j?b[a-z]", "caf\xE9 %/"}},
      Explain{{"worker"}},
      Operate{core::Verb::start, {"web"}},
      Operate{core::Verb::stop, {"web", "worker.2"}, false},
      Operate{core::Verb::restart, {"all"}},
      Operate{core::Verb::kill, {"#?&=+"}},
      SendSignal{{"web"}, 1},
      SendSignal{{"web"}, 33},
      SendSignal{{"web"}, 64},
      Scale{{{"worker", "4"}, {"web", "+1"}, {"job", "-12"}}},
      Scale{{{"all", "0"}}, false},
      GetFormation{},
      FollowLogs{},
      FollowLogs{
          .selectors = {"web", "work*"}, .tail = 0, .since = 90500ms, .follow = true, .after = "1-2&3"},
      FollowLogs{.since = 36500 * 24h, .form = StreamForm::sse},
      FollowLogs{.form = StreamForm::text, .color = true, .prefix = false, .terminal = true},
      FollowEvents{},
      FollowEvents{.tail = 18446744073709551615u, .follow = false, .form = StreamForm::sse, .after = "x"},
      Attach{"web.1"},
      Attach{.name = "caf\xE9 %/", .size = core::TerminalSize{1000, 500}, .watch = true, .scrollback = 1000},
      Reload{},
      Reload{false},
      Shutdown{},
      Health{},
      Metrics{},
  };
  for (const auto& request : all) {
    const auto http = as_http(encode(request));
    const auto decoded = decode(http);
    ASSERT_TRUE(decoded) << http.target << ": " << decoded.error().message;
    EXPECT_TRUE(*decoded == request) << http.method << ' ' << http.target << ' ' << http.body;
  }
}

TEST(Request, EveryRouteIsKnown) {
  for (const auto& route : routes()) {
    auto path = route.path;
    if (const auto place = path.find('{'); place != path.npos)
      path.replace(place, path.find('}') + 1 - place, "web");
    const auto decoded = decode(as_http({.method = route.method, .target = path}));
    if (!decoded) {
      EXPECT_EQ(decoded.error().code, "bad_request") << route.path;
      EXPECT_TRUE(route.body) << route.path;
    }
  }
}

TEST(Request, HeadIsAGet) {
  const auto decoded = decode(asked("HEAD", "/healthz"));
  EXPECT_TRUE(decoded && std::holds_alternative<Health>(*decoded));
  EXPECT_EQ(decode(asked("HEAD", "/v1/reload")).error().allow, "POST");
}

TEST(Request, TheHeaderBeatsWhereTheUrlBegan) {
  auto http = asked("GET", "/v1/events?after=old");
  http.last_event_id = "new";
  EXPECT_EQ(std::get<FollowEvents>(*decode(http)).after, "new");
}

TEST(Request, NoSelectorHoldsControlCharacters) {
  for (const auto target : {"/v1/processes/web%00", "/v1/processes/%1b%5B31m/why", "/v1/logs?process=a%0Ab",
                            "/v1/processes/web%7F", "/v1/events?after=%00"}) {
    const auto decoded = decode(asked("GET", target));
    ASSERT_FALSE(decoded) << target;
    EXPECT_EQ(decoded.error().status, 400) << target;
    EXPECT_NE(decoded.error().message.find("control character"), std::string::npos)
        << decoded.error().message;
  }
}

TEST(Request, EveryFaultHasAHint) {
  const HttpRequest faulty[] = {asked("GET", ""),
                                asked("GET", "/nonsense"),
                                asked("PUT", "/v1/status"),
                                asked("GET", "/v1/status?x"),
                                asked("GET", "/v1/%zz"),
                                asked("GET", "/v1/logs?tail=-1"),
                                asked("PATCH", "/v1/formation"),
                                asked("PATCH", "/v1/formation", "{"),
                                asked("POST", "/v1/reload", "1"),
                                asked("GET", "/v1/attach/web"),
                                asked("GET", "/v1/attach/web,worker"),
                                asked("GET", "/v1/attach/web?cols=80"),
                                asked("GET", "/v1/attach/web?cols=80&rows=0"),
                                asked("GET", "/v1/processes/,")};
  for (const auto& http : faulty) {
    const auto decoded = decode(http);
    ASSERT_FALSE(decoded) << http.target;
    EXPECT_NE(decoded.error().hint, "") << decoded.error().message;
  }
}

TEST(Percent, ComesBack) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(percent_decoded(percent_encoded(all)), all);
  EXPECT_EQ(percent_encoded("web.1,work*/ü"), "web.1%2Cwork*%2F%C3%BC");
}

TEST(Percent, NeedsTwoDigits) {
  for (const auto text : {"%", "%a", "%zz", "a%2", "%%41", "%+1"})
    EXPECT_EQ(percent_decoded(text), std::nullopt) << text;
}

}  // namespace
}  // namespace pm::api
