#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pm::core {

using Duration = std::chrono::nanoseconds;
using Seconds = std::chrono::duration<double>;
/// A reading of the monotonic clock, taken by the event loop and passed down: nothing in core reads a clock.
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using namespace std::chrono_literals;

/// "0.3s", "12s", "4m 10s", "2h 14m", "3d 4h": short enough for a table, exact enough for a person.
std::string human(Duration duration);

/// "500ms", "5s", "1.5s", "2m", "1h", or a bare number of seconds; nullopt if it is none of these or
/// negative.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace pm::core
