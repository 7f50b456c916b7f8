#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
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

/// "2026-01-02T03:04:05.000006Z"
class TimeText {
 public:
  static constexpr std::size_t kSize = 27;

  /// UTC after RFC 3339, with microseconds since the epoch; the years 0000 to 9999, others become the
  /// nearest.
  explicit TimeText(std::int64_t microseconds);
  operator std::string_view() const { return {text_.data(), text_.size()}; }

 private:
  std::array<char, kSize> text_;
};

/// The inverse of TimeText, to the letter; nullopt for anything else, dates that do not exist included.
std::optional<std::int64_t> parse_time_text(std::string_view text);

}  // namespace pm::core
