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

namespace {

// 0000-01-01T00:00:00 and 9999-12-31T23:59:59.999999
constexpr std::int64_t kFirstTime = -62'167'219'200'000'000, kLastTime = 253'402'300'799'999'999;

constexpr std::string_view kTimePattern = "dddd-dd-ddTdd:dd:dd.ddddddZ";

bool follows_time_pattern(std::string_view text) {
  const auto fits = [](char c, char pattern) { return pattern == 'd' ? c >= '0' && c <= '9' : c == pattern; };
  return text.size() == kTimePattern.size() &&
         std::equal(text.begin(), text.end(), kTimePattern.begin(), fits);
}

}  // namespace

TimeText::TimeText(std::int64_t microseconds) {
  using namespace std::chrono;
  const sys_time<std::chrono::microseconds> time{
      std::chrono::microseconds{std::clamp(microseconds, kFirstTime, kLastTime)}};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  fmt::format_to_n(text_.data(), text_.size(), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
                   static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                   static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(),
                   clock.seconds().count(), clock.subseconds().count());
}

std::optional<std::int64_t> parse_time_text(std::string_view text) {
  using namespace std::chrono;
  if (!follows_time_pattern(text)) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t size) {
    unsigned value = 0;
    for (const char c : text.substr(at, size)) value = 10 * value + static_cast<unsigned>(c - '0');
    return value;
  };
  const year_month_day date{year{static_cast<int>(number(0, 4))}, month{number(5, 2)}, day{number(8, 2)}};
  const auto hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const auto time =
      sys_days{date} + hours{hour} + minutes{minute} + seconds{second} + microseconds{number(20, 6)};
  return time.time_since_epoch().count();
}

}  // namespace pm::core
