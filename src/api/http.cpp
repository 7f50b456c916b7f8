#include "pm/api/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cassert>
#include <iterator>

#include "fault.h"

namespace pm::api {

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

using ErrorCode = beast::error_code;

// Bytes that wait to be parsed; what was used goes only once it is worth a move.
class Unparsed {
 public:
  void push(std::string_view bytes) { bytes_ += bytes; }
  std::string_view view() const { return std::string_view{bytes_}.substr(used_); }
  std::size_t size() const { return bytes_.size() - used_; }
  void use(std::size_t size) {
    used_ += size;
    if (used_ < bytes_.size() && used_ < kWorthAMove) return;
    bytes_.erase(0, used_);
    used_ = 0;
  }
  void clear() { *this = {}; }

 private:
  static constexpr std::size_t kWorthAMove = 64 << 10;
  std::string bytes_;
  std::size_t used_ = 0;
};

// Gives `bytes` to the parser. True: it wants no more, for the message is whole or wrong.
template <class Parser>
bool feed(Parser& parser, Unparsed& bytes, ErrorCode& ec) {
  const auto view = bytes.view();
  bytes.use(parser.put({view.data(), view.size()}, ec));
  if (ec == http::error::need_more) ec = {};
  return ec || parser.is_done();
}

}  // namespace

// ---- Requests

namespace {

HttpFault head_too_large() {
  return {.status = 431,
          .code = "head_too_large",
          .message =
              fmt::format("the head of the request is larger than {} KiB", RequestDecoder::kMostHead >> 10)};
}

HttpFault body_too_large() {
  return {.status = 413,
          .code = "body_too_large",
          .message =
              fmt::format("the body of the request is larger than {} KiB", RequestDecoder::kMostBody >> 10)};
}

HttpFault unsupported_version(std::string message) {
  return {.status = 505,
          .code = "unsupported_version",
          .message = std::move(message),
          .hint = "speak HTTP/1.1 (curl: --http1.1)"};
}

HttpFault not_implemented(std::string message) {
  return {.status = 501, .code = "not_implemented", .message = std::move(message)};
}

HttpFault fault_of(ErrorCode ec) {
  if (ec == http::error::body_limit) return body_too_large();
  if (ec == http::error::header_limit) return head_too_large();
  return bad_request(fmt::format("this is no HTTP request: {}", ec.message()));
}

bool is_version(std::string_view word) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return word.size() == 8 && word.starts_with("HTTP/") && digit(word[5]) && word[6] == '.' && digit(word[7]);
}

// The first line says what is spoken; Beast is given only what is HTTP/1.
std::optional<HttpFault> check_request_line(std::string_view line) {
  const auto first = line.find(' '), last = line.rfind(' ');
  if (first == line.npos)
    return bad_request("the first line is no request", "write 'GET /v1/status HTTP/1.1'");
  const auto version = line.substr(last + 1);
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return std::nullopt;
  if (is_version(version)) return unsupported_version(fmt::format("{} is not spoken here", version));
  if (first == last && version.starts_with('/')) return unsupported_version("HTTP/0.9 is not spoken here");
  return bad_request("the first line of the request names no version of HTTP",
                     "write 'GET /v1/status HTTP/1.1'");
}

// Looks for the end of a head, line by line, as the bytes come; so a request is the same however its bytes
// are cut, and nonsense is told before a head is whole.
class HeadScan {
 public:
  // The size of the head, once it is whole.
  boost::system::result<std::optional<std::size_t>, HttpFault> scan(std::string_view bytes) {
    if (!bytes.empty() && !is_token(bytes[0])) return bad_request("this is no HTTP request");
    for (auto end = bytes.find('\n', at_); end != bytes.npos; end = bytes.find('\n', at_)) {
      if (end + 1 > RequestDecoder::kMostHead) return head_too_large();
      if (end == line_ || bytes[end - 1] != '\r')
        return bad_request("a line of the request's head does not end in CR LF");
      const auto line = bytes.substr(line_, end - 1 - line_);
      if (line_ == 0)
        if (auto fault = check_request_line(line)) return *fault;
      line_ = at_ = end + 1;
      if (line.empty()) return std::optional{std::exchange(*this, {}).at_};
    }
    at_ = bytes.size();
    if (bytes.size() > RequestDecoder::kMostHead) return head_too_large();
    return std::optional<std::size_t>{};
  }

 private:
  // What a method may begin with; a TLS greeting, for one, begins otherwise.
  static bool is_token(char c) {
    return std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos || (c >= '0' && c <= '9') ||
           (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  std::size_t line_ = 0, at_ = 0;  // where the line begins, and where to go on
};

// "http://pm/v1/status" is "/v1/status": whoever is asked is at this socket anyhow.
std::string origin_form(std::string_view target) {
  const auto scheme = target.find("://");
  if (target.starts_with('/') || scheme == target.npos) return std::string{target};
  const auto path = target.find_first_of("/?", scheme + 3);
  if (path == target.npos) return "/";
  return fmt::format("{}{}", target[path] == '?' ? "/" : "", target.substr(path));
}

// Empty unless everything that RFC 6455 (4.2.1) asks of an opening handshake is there; a Host is not missed.
std::string websocket_key_of(const http::request<http::string_body>& message) {
  constexpr std::size_t kKey = 24;  // 16 bytes in base64
  const bool asks = message.version() == 11 && message.method() == http::verb::get &&
                    http::token_list{message[http::field::connection]}.exists("upgrade") &&
                    http::token_list{message[http::field::upgrade]}.exists("websocket") &&
                    message[http::field::sec_websocket_version] == "13";
  const auto key = message[http::field::sec_websocket_key];
  return asks && key.size() == kKey ? std::string{key} : std::string{};
}

}  // namespace

struct RequestDecoder::State {
  using Parser = http::request_parser<http::string_body>;
  using Next = boost::system::result<HttpRequest, HttpFault>;

  Unparsed bytes;
  HeadScan head;
  std::optional<Parser> parser;  // while a body is awaited
  HttpRequest request;           // what the head said of it
  bool continue_asked = false;
  bool broken = false;

  void skip_blank_lines();
  std::optional<HttpFault> begin(std::size_t head_size);
  std::optional<HttpFault> check_framing() const;
  void note_head();
  std::optional<Next> finish_body();
  Next fail(HttpFault fault);
};

RequestDecoder::RequestDecoder() : state_{std::make_unique<State>()} {}
RequestDecoder::RequestDecoder(RequestDecoder&&) noexcept = default;
RequestDecoder& RequestDecoder::operator=(RequestDecoder&&) noexcept = default;
RequestDecoder::~RequestDecoder() = default;

void RequestDecoder::push(std::string_view bytes) {
  if (!state_->broken) state_->bytes.push(bytes);
}

std::optional<boost::system::result<HttpRequest, HttpFault>> RequestDecoder::next() {
  auto& s = *state_;
  if (s.broken) return std::nullopt;
  if (!s.parser) {
    s.skip_blank_lines();
    const auto size = s.head.scan(s.bytes.view());
    if (!size) return s.fail(size.error());
    if (!*size) return std::nullopt;
    if (auto fault = s.begin(**size)) return s.fail(std::move(*fault));
  }
  return s.finish_body();
}

bool RequestDecoder::within_request() const {
  if (state_->broken) return false;
  if (state_->parser) return true;
  return state_->bytes.view().find_first_not_of("\r\n") != std::string_view::npos;
}

bool RequestDecoder::wants_continue() {
  const bool asks = state_->parser && state_->bytes.size() == 0;
  return std::exchange(state_->continue_asked, state_->continue_asked && !asks) && asks;
}

std::size_t RequestDecoder::pending() const { return state_->bytes.size(); }

// Between requests (RFC 9112, 2.2): old clients end a body with one that nobody asked for.
void RequestDecoder::State::skip_blank_lines() {
  const auto view = bytes.view();
  const auto blank = std::min(view.find_first_not_of("\r\n"), view.size());
  if (blank > 0) bytes.use(blank);
}

std::optional<HttpFault> RequestDecoder::State::begin(std::size_t head_size) {
  parser.emplace();
  parser->eager(true);
  parser->header_limit(2 * kMostHead);  // HeadScan has told already
  parser->body_limit(kMostBody);
  ErrorCode ec;
  const auto used = parser->put({bytes.view().data(), head_size}, ec);
  if (ec && ec != http::error::need_more) return fault_of(ec);
  assert(used == head_size);
  bytes.use(used);
  note_head();
  return check_framing();
}

void RequestDecoder::State::note_head() {
  const auto& message = parser->get();
  const auto field = [&](http::field name) { return std::string{message[name]}; };
  request = {.method = std::string{message.method_string()},
             .target = origin_form({message.target().data(), message.target().size()}),
             .accept = field(http::field::accept),
             .last_event_id = std::string{message["Last-Event-ID"]},
             .websocket_key = websocket_key_of(message),
             .keep_alive = parser->keep_alive(),
             .chunks = message.version() == 11};
  continue_asked =
      request.chunks && beast::iequals(message[http::field::expect], "100-continue") && !parser->is_done();
}

// Where a body's end is not certain, whoever wrote the request may mean another one by what follows.
std::optional<HttpFault> RequestDecoder::State::check_framing() const {
  const auto& message = parser->get();
  const auto codings = message.equal_range(http::field::transfer_encoding);
  if (codings.first == codings.second) return std::nullopt;
  if (!request.chunks) return bad_request("HTTP/1.0 knows no Transfer-Encoding");
  if (std::next(codings.first) != codings.second || !beast::iequals(codings.first->value(), "chunked"))
    return not_implemented("of the transfer codings only 'chunked' is known here");
  return std::nullopt;
}

std::optional<RequestDecoder::State::Next> RequestDecoder::State::finish_body() {
  if (!parser->is_done()) {
    ErrorCode ec;
    if (bytes.size() == 0 || !feed(*parser, bytes, ec)) {
      // A chunk's line or the trailers, which Beast takes only whole.
      if (bytes.size() > kMostHead) return fail(bad_request("a chunk of the body has no end to its head"));
      return std::nullopt;
    }
    if (ec) return fail(fault_of(ec));
  }
  request.body = std::move(parser->get().body());
  parser.reset();
  continue_asked = false;
  return Next{std::exchange(request, {})};
}

RequestDecoder::State::Next RequestDecoder::State::fail(HttpFault fault) {
  broken = true;
  parser.reset();
  bytes.clear();
  return fault;
}

// ---- Replies

std::string encode(const HttpReply& reply, bool keep_alive, bool head_only) {
  auto out = fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n", reply.status,
                         std::string_view{http::obsolete_reason(http::int_to_status(reply.status))},
                         reply.type, reply.body.size());
  if (!reply.allow.empty()) out += fmt::format("Allow: {}\r\n", reply.allow);
  if (!reply.upgrade.empty()) out += fmt::format("Upgrade: {}\r\n", reply.upgrade);
  out += "Cache-Control: no-store\r\n";
  out += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  if (!head_only) out += reply.body;
  return out;
}

std::string encode_stream_head(std::string_view type, bool chunks) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: {}\r\nCache-Control: no-store\r\n{}\r\n\r\n", type,
                     chunks ? "Transfer-Encoding: chunked" : "Connection: close");
}

void append_chunk(std::string& out, std::string_view data, bool chunks) {
  assert(!data.empty());  // an empty chunk is the last one
  if (chunks) fmt::format_to(std::back_inserter(out), "{:x}\r\n", data.size());
  out += data;
  if (chunks) out += "\r\n";
}

std::string last_chunk(bool chunks) { return chunks ? "0\r\n\r\n" : ""; }

// ---- The client's side

std::string encode(const ClientRequest& request) {
  auto out = fmt::format("{} {} HTTP/1.1\r\nHost: pm\r\n", request.method, request.target);
  if (!request.accept.empty()) out += fmt::format("Accept: {}\r\n", request.accept);
  if (!request.body.empty()) out += "Content-Type: application/json\r\n";
  if (!request.body.empty() || request.method != "GET")
    out += fmt::format("Content-Length: {}\r\n", request.body.size());
  return out + "\r\n" + request.body;
}

struct ReplyDecoder::State {
  using Parser = http::response_parser<http::string_body>;
  State() { begin(); }

  void begin() {
    parser.emplace();
    parser->eager(true);
    parser->header_limit(kMostHead);
    parser->body_limit(boost::none);  // it is taken as it comes
  }
  // "100 Continue" and the like: the answer proper follows.
  bool interim() const {
    return parser->is_done() && parser->get().result_int() / 100 == 1 && parser->get().result_int() != 101;
  }

  static constexpr std::uint32_t kMostHead = 64 << 10;
  Unparsed bytes;
  std::optional<Parser> parser;
};

ReplyDecoder::ReplyDecoder() : state_{std::make_unique<State>()} {}
ReplyDecoder::ReplyDecoder(ReplyDecoder&&) noexcept = default;
ReplyDecoder& ReplyDecoder::operator=(ReplyDecoder&&) noexcept = default;
ReplyDecoder::~ReplyDecoder() = default;

namespace {

core::Error no_http(const ErrorCode& ec) {
  return {.kind = core::Error::Kind::failed, .what = fmt::format("the answer is no HTTP: {}", ec.message())};
}

}  // namespace

core::Result<void> ReplyDecoder::push(std::string_view bytes) {
  auto& s = *state_;
  s.bytes.push(bytes);
  while (s.bytes.size() > 0 && !s.parser->is_done()) {
    ErrorCode ec;
    const bool enough = feed(*s.parser, s.bytes, ec);
    if (ec) return no_http(ec);
    if (!enough) break;
    if (s.interim()) s.begin();
  }
  return {};
}

core::Result<void> ReplyDecoder::end() {
  auto& s = *state_;
  if (s.parser->is_done()) return {};
  ErrorCode ec = http::error::partial_message;
  if (s.parser->is_header_done()) s.parser->put_eof(ec);
  if (ec) return core::Error{.kind = core::Error::Kind::failed, .what = "the answer breaks off"};
  return {};
}

bool ReplyDecoder::has_head() const { return state_->parser->is_header_done() && !state_->interim(); }
bool ReplyDecoder::complete() const { return state_->parser->is_done() && !state_->interim(); }
int ReplyDecoder::status() const { return static_cast<int>(state_->parser->get().result_int()); }
std::string_view ReplyDecoder::type() const {
  const auto type = state_->parser->get()[http::field::content_type];
  return {type.data(), type.size()};
}
std::string ReplyDecoder::take_body() { return std::exchange(state_->parser->get().body(), {}); }

}  // namespace pm::api
