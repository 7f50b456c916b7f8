#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pm/core/error.h"

namespace pm::api {

// HTTP/1.1 as bytes (RFC 9112), without any socket: Boost.Beast does the parsing.

/// A request as it came in; header names are matched without regard to case. A Host is not asked for: whoever
/// is at the socket is meant.
struct HttpRequest {
  std::string method;
  std::string target;                 ///< in origin form, "/v1/status?a=b", also if a whole URL was asked for
  std::string accept, last_event_id;  ///< the headers that matter here; empty if absent
  /// The key of a client that asks for a WebSocket (RFC 6455, 4.2.1) of the version that is spoken here;
  /// empty: it does not.
  std::string websocket_key;
  std::string body;
  bool keep_alive = true;
  bool chunks = true;  ///< the client knows the chunked coding (HTTP/1.1)
};

/// A fault of a request, with its place in the protocol.
struct HttpFault {
  int status = 400;  ///< RFC 9110, section 15
  std::string code;  ///< "bad_request", … : never renamed
  std::string message, hint = {};
  std::string allow = {};    ///< 405: the methods that would do
  std::string upgrade = {};  ///< 426: the protocol that would do
  std::vector<core::Error> details =
      {};  ///< each fault by itself, where there are several or they have a place
  friend bool operator==(const HttpFault&, const HttpFault&) = default;
};

/// Requests out of the bytes of one connection; it may be given many at once (pipelining).
class RequestDecoder {
 public:
  /// A head longer than any client of ours sends, yet below what a slow one can make us hold.
  static constexpr std::size_t kMostHead = 16 << 10;
  /// The largest body that means anything here is a formation of every type.
  static constexpr std::size_t kMostBody = 256 << 10;

  RequestDecoder();
  RequestDecoder(RequestDecoder&&) noexcept;
  RequestDecoder& operator=(RequestDecoder&&) noexcept;
  ~RequestDecoder();

  void push(std::string_view bytes);
  /// The next whole request, or what is wrong with the bytes: then nothing more can be read from this
  /// connection. nullopt: more bytes are needed.
  std::optional<boost::system::result<HttpRequest, HttpFault>> next();
  /// Whether a request has begun and is not whole yet.
  bool within_request() const;
  /// Whether that request waits for "100 Continue" (RFC 9110, 10.1.1) before it sends its body; asked once.
  bool wants_continue();
  /// Bytes that were pushed and not used yet.
  std::size_t pending() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// An answer with all of its body.
struct HttpReply {
  int status = 200;
  std::string type = "application/json";
  std::string body = {};
  std::string allow = {};
  std::string upgrade = {};
  friend bool operator==(const HttpReply&, const HttpReply&) = default;
};

/// As bytes. `keep_alive` picks "Connection: keep-alive" or "close"; `head_only`: the answer to a HEAD,
/// without its body.
std::string encode(const HttpReply& reply, bool keep_alive, bool head_only = false);

/// The head of an answer whose body comes bit by bit, and the bits; without chunks the connection's end is
/// the body's.
std::string encode_stream_head(std::string_view type, bool chunks);
/// Appends one chunk; `data` must not be empty.
void append_chunk(std::string& out, std::string_view data, bool chunks);
std::string last_chunk(bool chunks);

/// A request of the client's.
struct ClientRequest {
  std::string method = "GET", target = "/";
  std::string accept = {}, body = {};
  friend bool operator==(const ClientRequest&, const ClientRequest&) = default;
};
std::string encode(const ClientRequest& request);

/// One answer out of the bytes of a connection.
class ReplyDecoder {
 public:
  ReplyDecoder();
  ReplyDecoder(ReplyDecoder&&) noexcept;
  ReplyDecoder& operator=(ReplyDecoder&&) noexcept;
  ~ReplyDecoder();

  /// Errors: failed, for what is no HTTP.
  core::Result<void> push(std::string_view bytes);
  /// The peer has closed the connection. Errors: failed, if that cuts the answer short.
  core::Result<void> end();
  bool has_head() const;
  bool complete() const;
  int status() const;             ///< once has_head()
  std::string_view type() const;  ///< once has_head()
  /// Takes what has come of the body since the last call; once has_head().
  std::string take_body();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pm::api
