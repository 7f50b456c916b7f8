#include "pm/core/color.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace pm::core {

namespace {

constexpr std::string_view kColors[] = {"black", "red",     "green", "yellow",
                                        "blue",  "magenta", "cyan",  "white"};
constexpr int kFirst = 30, kFirstBright = 90;

std::vector<std::string> all_names() {
  std::vector<std::string> names{std::begin(kColors), std::end(kColors)};
  for (const auto color : kColors) names.push_back(fmt::format("bright-{}", color));
  return names;
}

}  // namespace

std::optional<std::string> parse_color(std::string_view name) {
  constexpr std::string_view kBright = "bright-";
  const bool bright = name.starts_with(kBright);
  const auto plain = bright ? name.substr(kBright.size()) : name;
  const auto found = std::find(std::begin(kColors), std::end(kColors), plain);
  if (found != std::end(kColors))
    return std::to_string((bright ? kFirstBright : kFirst) + (found - std::begin(kColors)));

  unsigned char number = 0;
  const auto end = name.data() + name.size();
  const auto [rest, ec] = std::from_chars(name.data(), end, number);
  if (ec != std::errc{} || rest != end) return std::nullopt;
  return fmt::format("38;5;{}", number);
}

std::span<const std::string> color_names() {
  static const auto kNames = all_names();
  return kNames;
}

}  // namespace pm::core
