#include "pm/core/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace pm::core {

std::string human(Duration duration) {
  using namespace std::chrono;
  const auto s = duration_cast<seconds>(duration).count();
  if (duration < 9950ms) return fmt::format("{:.1f}s", Seconds{duration}.count());
  if (s < 60) return fmt::format("{}s", std::max<std::int64_t>(s, 10));
  if (s < 3600) return fmt::format("{}m {}s", s / 60, s % 60);
  if (s < 86400) return fmt::format("{}h {}m", s / 3600, s / 60 % 60);
  return fmt::format("{}d {}h", s / 86400, s / 3600 % 24);
}

std::optional<Duration> parse_duration(std::string_view text) {
  double value = 0;
  const auto [rest, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || !(value >= 0)) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(rest - text.data()));
  double factor = 0;
  if (unit.empty() || unit == "s") factor = 1;
  if (unit == "ms") factor = 1e-3;
  if (unit == "m") factor = 60;
  if (unit == "h") factor = 3600;
  if (unit == "d") factor = 86400;
  constexpr double kMost =
      100.0 * 365 * 86400;  // a century: what is longer would overflow when added to a clock
  if (factor == 0 || !(value * factor <= kMost)) return std::nullopt;
  return std::chrono::duration_cast<Duration>(Seconds{value * factor});
}

}  // namespace pm::core
