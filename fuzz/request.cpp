#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "pm/api/http.h"
#include "pm/api/reply.h"
#include "pm/api/request.h"

// Whatever comes in at the control socket: bytes, pipelined requests, their meaning; and what has a meaning
// keeps it when a client asks for it anew.

namespace {

using namespace pm;

void holds(bool truth) {
  if (!truth) std::abort();
}

api::HttpRequest over_the_wire(const api::Request& request) {
  api::RequestDecoder decoder;
  decoder.push(api::encode(api::encode(request)));
  auto http = decoder.next();
  holds(http && *http);
  if (std::holds_alternative<api::Attach>(request)) (*http)->websocket_key = "by the client's handshake";
  return **std::move(http);
}

void understand(const api::HttpRequest& http) {
  const auto request = api::decode(http);
  if (!request) {
    const auto& fault = request.error();
    holds(fault.status >= 400 && !fault.code.empty() && !fault.message.empty() && !fault.hint.empty());
    holds(!api::parse_error(fault.status, api::to_reply(fault).body).empty());
    return;
  }
  const auto again = api::decode(over_the_wire(*request));
  holds(again && *again == *request);
}

}  // namespace

// The first byte is the size of the pieces that the others come in.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = data[0] == '0' ? size : data[0] % 64 + 1u;
  std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  api::RequestDecoder decoder;
  while (!bytes.empty()) {
    decoder.push(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (const auto http = decoder.next()) {
      if (!*http) return 0;
      understand(**http);
    }
    decoder.wants_continue();
  }
  return 0;
}
