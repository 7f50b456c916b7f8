#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pm::api {

/// `text` with each %XX as its byte; nullopt if a % is not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text);

/// `text` as a part of a path or query: all but the unreserved characters (RFC 3986, 2.3) and the star
/// become %XX.
std::string percent_encoded(std::string_view text);

}  // namespace pm::api
