#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fault.h"

namespace pm::api {

/// The body of a signal: {"signal":"SIGHUP"} or {"signal":1}, as its number.
Read<int> read_signal(std::string_view body);

/// The body of a scale: {"worker":4,"web":"+1"}, as type and "4", "+1", "-1".
Read<std::vector<std::pair<std::string, std::string>>> read_counts(std::string_view body);

/// For routes that take none: nothing, or an object of no members, as some clients send it.
Read<void> read_nothing(std::string_view body);

}  // namespace pm::api
