#include "pm/core/bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace pm::core {

namespace {

struct Unit {
  std::string_view name;
  std::uint64_t bytes;
};
// The first that fits is the one to write: larger before smaller, and those of people before those of
// machines.
constexpr Unit kUnits[] = {
    {"TB", 1'000'000'000'000},
    {"TiB", 1ULL << 40},
    {"GB", 1'000'000'000},
    {"GiB", 1ULL << 30},
    {"MB", 1'000'000},
    {"MiB", 1ULL << 20},
    {"kB", 1000},
    {"KiB", 1ULL << 10},
    {"B", 1},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  constexpr auto kMost = static_cast<double>(1ULL << 60);
  double value = 0;
  const auto [rest, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || !(value >= 0)) return std::nullopt;
  auto name = text.substr(static_cast<std::size_t>(rest - text.data()));
  if (name.starts_with(' ')) name.remove_prefix(1);
  if (name.empty() && rest != text.data() + text.size()) return std::nullopt;
  const auto unit = std::find_if(std::begin(kUnits), std::end(kUnits), [&](const Unit& known) {
    return same_letters(name.empty() ? "B" : name, known.name);
  });
  if (unit == std::end(kUnits)) return std::nullopt;
  const double bytes = value * static_cast<double>(unit->bytes);
  if (!(bytes <= kMost)) return std::nullopt;
  return static_cast<std::uint64_t>(std::round(bytes));
}

std::string exact_bytes(std::uint64_t bytes) {
  const auto unit = std::find_if(std::begin(kUnits), std::end(kUnits), [&](const Unit& known) {
    return bytes >= known.bytes && bytes % known.bytes == 0;
  });
  return unit == std::end(kUnits) ? "0 B" : fmt::format("{} {}", bytes / unit->bytes, unit->name);
}

}  // namespace pm::core
