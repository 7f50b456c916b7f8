#include "pm/api/http.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace pm::api {
namespace {

using Outcome = boost::system::result<HttpRequest, HttpFault>;

// What came of the bytes, in words that compare and print well.
std::string show(const Outcome& outcome) {
  if (!outcome) return std::to_string(outcome.error().status) + " " + outcome.error().code;
  const auto& r = *outcome;
  return r.method + " " + r.target + (r.body.empty() ? "" : " [" + r.body + "]") +
         (r.keep_alive ? "" : " close") + (r.chunks ? "" : " 1.0");
}

std::vector<std::string> decode_in_pieces(std::string_view bytes, std::size_t piece) {
  std::vector<std::string> found;
  RequestDecoder decoder;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    decoder.push(bytes.substr(0, piece));
    while (const auto outcome = decoder.next()) found.push_back(show(*outcome));
  }
  return found;
}

std::vector<std::string> decode_all(std::string_view bytes) {
  const auto at_once = decode_in_pieces(bytes, bytes.size() + 1);
  for (const std::size_t piece : {1, 2, 3, 7, 1000})
    EXPECT_EQ(decode_in_pieces(bytes, piece), at_once) << piece;
  return at_once;
}

struct Case {
  const char* name;
  std::string bytes;
  std::vector<std::string> expected;
};

class Requests : public testing::TestWithParam<Case> {};

TEST_P(Requests, AreTheSameHoweverTheBytesAreCut) {
  EXPECT_EQ(decode_all(GetParam().bytes), GetParam().expected);
}

const auto case_name = [](const auto& test) { return std::string{test.param.name}; };

INSTANTIATE_TEST_SUITE_P(
    Good, Requests,
    testing::Values(
        Case{"Plain", "GET /v1/status HTTP/1.1\r\nHost: pm\r\n\r\n", {"GET /v1/status"}},
        Case{"WithoutHost", "GET / HTTP/1.1\r\n\r\n", {"GET /"}},
        Case{"Head", "HEAD / HTTP/1.1\r\nHost: pm\r\n\r\n", {"HEAD /"}},
        Case{"UnknownMethod", "BREW /pot HTTP/1.1\r\n\r\n", {"BREW /pot"}},
        Case{"AbsoluteTarget", "GET http://pm/v1/logs?tail=3 HTTP/1.1\r\n\r\n", {"GET /v1/logs?tail=3"}},
        Case{"AbsoluteTargetWithoutPath", "GET http://pm HTTP/1.1\r\n\r\n", {"GET /"}},
        Case{"AbsoluteTargetWithQueryOnly", "GET http://pm?a=1 HTTP/1.1\r\n\r\n", {"GET /?a=1"}},
        Case{"UrlInsideTheQuery", "GET /x?u=http://a/b HTTP/1.1\r\n\r\n", {"GET /x?u=http://a/b"}},
        Case{"Body",
             "PATCH /v1/formation HTTP/1.1\r\nContent-Length: 9\r\n\r\n{\"web\":2}",
             {"PATCH /v1/formation [{\"web\":2}]"}},
        Case{"EmptyBody", "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", {"POST /"}},
        Case{"ChunkedBody",
             "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=\"y\"\r\nde\r\n0\r\n\r\n",
             {"POST / [abcde]"}},
        Case{"Trailers",
             "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nAccept: x\r\n\r\n"
             "GET /next HTTP/1.1\r\n\r\n",
             {"POST / [a]", "GET /next"}},
        Case{"Pipelined",
             "GET /1 HTTP/1.1\r\n\r\nPOST /2 HTTP/1.1\r\nContent-Length: 2\r\n\r\nhiGET /3 HTTP/1.1\r\n\r\n",
             {"GET /1", "POST /2 [hi]", "GET /3"}},
        Case{"BlankLinesBetween",
             "\r\n\r\nGET /1 HTTP/1.1\r\n\r\n\r\nGET /2 HTTP/1.1\r\n\r\n",
             {"GET /1", "GET /2"}},
        Case{"Close", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", {"GET / close"}},
        Case{"Old", "GET / HTTP/1.0\r\n\r\n", {"GET / close 1.0"}},
        Case{"OldWithKeepAlive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", {"GET / 1.0"}},
        Case{"UpgradeNobodyNeedsToFollow",
             "GET / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\nGET /2 "
             "HTTP/1.1\r\n\r\n",
             {"GET /", "GET /2"}}),
    case_name);

INSTANTIATE_TEST_SUITE_P(
    Faulty, Requests,
    testing::Values(
        Case{"Words", "hello\r\n\r\n", {"400 bad_request"}},
        Case{"TwoWords", "hello world\r\n", {"400 bad_request"}},
        Case{"Tls", std::string("\x16\x03\x01\x02\x00\x01", 6), {"400 bad_request"}},
        Case{"Nul", std::string(1, '\0'), {"400 bad_request"}},
        Case{"NulInAField", std::string("GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", 26), {"400 bad_request"}},
        Case{"NoVersion", "GET / x HTTP\r\n", {"400 bad_request"}},
        Case{"BlankInTheTarget", "GET /a b HTTP/1.1\r\n\r\n", {"400 bad_request"}},
        Case{"NoColon", "GET / HTTP/1.1\r\nHost\r\n\r\n", {"400 bad_request"}},
        Case{"BareNewline", "GET / HTTP/1.1\n\n", {"400 bad_request"}},
        Case{"BareNewlineLater", "GET / HTTP/1.1\r\nHost: pm\n", {"400 bad_request"}},
        Case{"NegativeLength", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", {"400 bad_request"}},
        Case{"TwoLengths",
             "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
             {"400 bad_request"}},
        Case{"HugeLength",
             "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
             {"400 bad_request"}},
        Case{"LengthAndChunks",
             "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
             {"400 bad_request"}},
        Case{"ChunksInOldHttp", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", {"400 bad_request"}},
        Case{"BadChunk", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", {"400 bad_request"}},
        Case{"OtherCoding", "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", {"501 not_implemented"}},
        Case{"CodingBesideChunked",
             "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
             {"501 not_implemented"}},
        Case{"Http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {"505 unsupported_version"}},
        Case{"Http12", "GET / HTTP/1.2\r\n\r\n", {"505 unsupported_version"}},
        Case{"Http09", "GET /\r\n", {"505 unsupported_version"}},
        Case{"GoodThenBad",
             "GET /1 HTTP/1.1\r\n\r\n?\x01\r\n\r\nGET /2 HTTP/1.1\r\n\r\n",
             {"GET /1", "400 bad_request"}},
        Case{"LongFirstLine", "GET /" + std::string(64 << 10, 'x'), {"431 head_too_large"}},
        Case{"LongHead",
             "GET / HTTP/1.1\r\nA: " + std::string(64 << 10, 'x') + "\r\n\r\n",
             {"431 head_too_large"}},
        Case{"LargeBodyBeforeItComes",
             "POST / HTTP/1.1\r\nContent-Length: 104857600\r\n\r\n",
             {"413 body_too_large"}},
        Case{"LargeChunk",
             "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n40001\r\n",
             {"413 body_too_large"}},
        Case{"ChunkHeadWithoutEnd",
             "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(32 << 10, 'x'),
             {"400 bad_request"}}),
    case_name);

std::string padded_head(std::size_t size) {
  std::string head = "GET / HTTP/1.1\r\nA: ";
  head.append(size - head.size() - 4, 'x');
  return head + "\r\n\r\n";
}

TEST(RequestDecoder, TakesAHeadAtTheLimitAndNoneAbove) {
  EXPECT_EQ(decode_all(padded_head(RequestDecoder::kMostHead)), std::vector<std::string>{"GET /"});
  EXPECT_EQ(decode_all(padded_head(RequestDecoder::kMostHead + 1)),
            std::vector<std::string>{"431 head_too_large"});
}

TEST(RequestDecoder, TakesABodyAtTheLimitAndNoneAbove) {
  const auto post = [](std::size_t size) {
    return "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" + std::string(size, 'x');
  };
  RequestDecoder decoder;
  decoder.push(post(RequestDecoder::kMostBody));
  const auto request = decoder.next();
  ASSERT_TRUE(request && *request);
  EXPECT_EQ((*request)->body.size(), RequestDecoder::kMostBody);
  decoder.push(post(RequestDecoder::kMostBody + 1));
  const auto fault = decoder.next();
  ASSERT_TRUE(fault && !*fault);
  EXPECT_EQ(fault->error().code, "body_too_large");
}

TEST(RequestDecoder, LimitsChunksTakenTogether) {
  std::string bytes = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 5; ++i) append_chunk(bytes, std::string(60'000, 'x'), true);
  EXPECT_EQ(decode_in_pieces(bytes, 4096), std::vector<std::string>{"413 body_too_large"});
}

TEST(RequestDecoder, KnowsTheHeadersThatMatter) {
  RequestDecoder decoder;
  decoder.push("GET / HTTP/1.1\r\naccept: text/event-stream\r\nLAST-EVENT-ID: 7-1\r\n\r\n");
  const auto request = decoder.next();
  ASSERT_TRUE(request && *request);
  EXPECT_EQ((*request)->accept, "text/event-stream");
  EXPECT_EQ((*request)->last_event_id, "7-1");
}

TEST(RequestDecoder, KnowsWhoAsksForAWebSocket) {
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                    version = "Sec-WebSocket-Version: 13\r\n", upgrade = "Upgrade: WebSocket\r\n",
                    connection = "Connection: keep-alive, Upgrade\r\n";
  const auto key_of = [](const std::string& method, const std::string& headers) {
    RequestDecoder decoder;
    decoder.push(method + " /v1/attach/web HTTP/1.1\r\n" + headers + "\r\n");
    return (*decoder.next())->websocket_key;
  };
  EXPECT_EQ(key_of("GET", upgrade + connection + key + version), "dGhlIHNhbXBsZSBub25jZQ==")
      << "no Host needed";
  EXPECT_EQ(key_of("POST", upgrade + connection + key + version + "Content-Length: 0\r\n"), "");
  EXPECT_EQ(key_of("GET", connection + key + version), "");
  EXPECT_EQ(key_of("GET", upgrade + key + version), "");
  EXPECT_EQ(key_of("GET", upgrade + connection + version), "");
  EXPECT_EQ(key_of("GET", upgrade + connection + key), "");
  EXPECT_EQ(key_of("GET", upgrade + connection + key + "Sec-WebSocket-Version: 8\r\n"), "");
  EXPECT_EQ(key_of("GET", upgrade + connection + "Sec-WebSocket-Key: short\r\n" + version), "");
}

TEST(RequestDecoder, IsWithinARequestFromItsFirstByteToItsLast) {
  RequestDecoder decoder;
  EXPECT_FALSE(decoder.within_request());
  decoder.push("\r\n");
  EXPECT_FALSE(decoder.within_request());
  decoder.push("P");
  EXPECT_TRUE(decoder.within_request());
  decoder.push("OST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n");
  EXPECT_FALSE(decoder.next());
  EXPECT_TRUE(decoder.within_request());
  decoder.push("ab");
  EXPECT_TRUE(decoder.next());
  EXPECT_FALSE(decoder.within_request());
  EXPECT_EQ(decoder.pending(), 0u);
}

TEST(RequestDecoder, TellsOnceThatItIsExpectedToSayContinue) {
  RequestDecoder decoder;
  decoder.push("POST / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_FALSE(decoder.next());
  EXPECT_TRUE(decoder.wants_continue());
  EXPECT_FALSE(decoder.wants_continue());
  decoder.push("ab");
  EXPECT_TRUE(decoder.next());
  EXPECT_FALSE(decoder.wants_continue());
}

TEST(RequestDecoder, SaysNoContinueToOldClientsNorForABodyThatIsThere) {
  for (const auto* bytes : {"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
                            "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n",
                            "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n"}) {
    RequestDecoder decoder;
    decoder.push(bytes);
    (void)decoder.next();
    EXPECT_FALSE(decoder.wants_continue()) << bytes;
  }
}

TEST(RequestDecoder, FindsTenThousandRequestsInOnePush) {
  RequestDecoder decoder;
  std::string bytes;
  for (int i = 0; i < 10'000; ++i) bytes += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: pm\r\n\r\n";
  decoder.push(bytes);
  for (int i = 0; i < 10'000; ++i) {
    const auto request = decoder.next();
    ASSERT_TRUE(request && *request);
    EXPECT_EQ((*request)->target, "/" + std::to_string(i));
  }
  EXPECT_FALSE(decoder.next());
}

// The bytes of an answer, given to the decoder in pieces.
struct Answer {
  int status = 0;
  std::string type, body;
  bool complete = false;
};

Answer read_answer(std::string_view bytes, std::size_t piece) {
  ReplyDecoder decoder;
  Answer answer;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    EXPECT_TRUE(decoder.push(bytes.substr(0, piece)));
    if (decoder.has_head()) answer.body += decoder.take_body();
  }
  EXPECT_TRUE(decoder.has_head());
  answer.complete = decoder.complete();
  answer.status = decoder.status();
  answer.type = decoder.type();
  return answer;
}

TEST(Replies, ComeBackAsTheyWere) {
  const HttpReply reply{.status = 409, .body = R"({"a":1})"};
  for (std::size_t piece = 1; piece < 200; ++piece) {
    const auto answer = read_answer(encode(reply, true), piece);
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.type, "application/json");
    EXPECT_EQ(answer.body, reply.body);
  }
}

TEST(Replies, HaveTheHeadsThatClientsNeed) {
  using testing::EndsWith, testing::HasSubstr, testing::StartsWith;
  const HttpReply reply{.status = 405, .body = "x", .allow = "GET, HEAD"};
  EXPECT_THAT(encode(reply, true),
              testing::AllOf(StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"),
                             HasSubstr("Allow: GET, HEAD\r\n"), HasSubstr("Content-Length: 1\r\n"),
                             HasSubstr("Connection: keep-alive\r\n"), EndsWith("\r\n\r\nx")));
  EXPECT_THAT(encode(reply, false), HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(encode(reply, true, true),
              testing::AllOf(HasSubstr("Content-Length: 1\r\n"), EndsWith("\r\n\r\n")));
}

TEST(Streams, ComeBackAsTheyWereWhereverTheyAreCut) {
  auto bytes = encode_stream_head("application/x-ndjson", true);
  append_chunk(bytes, "{\"a\":1}\n", true);
  append_chunk(bytes, std::string(300, 'x'), true);
  bytes += last_chunk(true);
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    ReplyDecoder decoder;
    ASSERT_TRUE(decoder.push(bytes.substr(0, cut)));
    EXPECT_FALSE(decoder.complete());
    auto body = decoder.has_head() ? decoder.take_body() : "";
    ASSERT_TRUE(decoder.push(bytes.substr(cut)));
    body += decoder.take_body();
    EXPECT_TRUE(decoder.complete());
    EXPECT_EQ(body, "{\"a\":1}\n" + std::string(300, 'x')) << cut;
  }
}

TEST(Streams, EndWithTheConnectionWhereChunksAreUnknown) {
  auto bytes = encode_stream_head("text/plain", false);
  append_chunk(bytes, "one\n", false);
  append_chunk(bytes, "two\n", false);
  bytes += last_chunk(false);
  ReplyDecoder decoder;
  ASSERT_TRUE(decoder.push(bytes));
  EXPECT_FALSE(decoder.complete());
  EXPECT_EQ(decoder.take_body(), "one\ntwo\n");
  EXPECT_TRUE(decoder.end());
  EXPECT_TRUE(decoder.complete());
}

TEST(ReplyDecoder, TellsAnAnswerThatBreaksOff) {
  const auto bytes = encode(HttpReply{.body = "0123456789"}, true);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ReplyDecoder decoder;
    ASSERT_TRUE(decoder.push(bytes.substr(0, size)));
    EXPECT_FALSE(decoder.end()) << size;
  }
  auto stream = encode_stream_head("text/plain", true);
  append_chunk(stream, "one\n", true);
  ReplyDecoder decoder;
  ASSERT_TRUE(decoder.push(stream));
  EXPECT_FALSE(decoder.end());
}

TEST(ReplyDecoder, TellsWhatIsNoHttp) {
  ReplyDecoder decoder;
  EXPECT_FALSE(decoder.push("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
}

TEST(ReplyDecoder, PassesOverInterimAnswers) {
  ReplyDecoder decoder;
  ASSERT_TRUE(decoder.push("HTTP/1.1 100 Continue\r\n\r\n"));
  EXPECT_FALSE(decoder.has_head());
  ASSERT_TRUE(decoder.push(encode(HttpReply{.body = "x"}, true)));
  EXPECT_TRUE(decoder.complete());
  EXPECT_EQ(decoder.status(), 200);
}

TEST(ClientRequests, AreWhatTheServerReads) {
  RequestDecoder decoder;
  decoder.push(encode(ClientRequest{.method = "PATCH", .target = "/v1/formation", .body = R"({"web":2})"}));
  decoder.push(encode(ClientRequest{.method = "POST", .target = "/v1/reload"}));
  decoder.push(encode(ClientRequest{.target = "/v1/logs", .accept = "text/plain"}));
  EXPECT_EQ(show(*decoder.next()), R"(PATCH /v1/formation [{"web":2}])");
  EXPECT_EQ(show(*decoder.next()), "POST /v1/reload");
  const auto last = decoder.next();
  ASSERT_TRUE(last && *last);
  EXPECT_EQ((*last)->accept, "text/plain");
}

}  // namespace
}  // namespace pm::api
