#pragma once

#include <span>
#include <string>
#include <string_view>

#include "pm/api/http.h"

namespace pm::api {

/// A part of a request as it was meant, or what is wrong with it.
template <class T>
using Read = boost::system::result<T, HttpFault>;

inline HttpFault bad_request(std::string message, std::string hint = {}) {
  return {.status = 400, .code = "bad_request", .message = std::move(message), .hint = std::move(hint)};
}

/// What somebody sent, short enough for a message.
std::string shown(std::string_view text);

/// "did you mean 'wait'?", or what there is.
std::string nearest_or_all(std::string_view word, std::span<const std::string> names);

}  // namespace pm::api
