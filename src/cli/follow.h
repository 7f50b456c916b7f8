#pragma once

#include <functional>
#include <string_view>

#include "ask.h"

namespace pm::cli {

/// Asks for a stream and copies it to stdout, each piece as `shown` makes it, until it ends or nobody reads
/// stdout any more.
Outcome follow(const ClientFlags& flags, const Context& context, const api::Request& request,
               const std::function<std::string(std::string_view)>& shown);

/// The same, byte for byte.
Outcome relay(const ClientFlags& flags, const Context& context, const api::Request& request);

/// A count as of -n. Errors: bad_input, naming the flag.
core::Result<std::optional<std::size_t>> line_count(const std::optional<std::string>& text);

}  // namespace pm::cli
