#include "pm/core/name.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace pm::core {

bool is_type_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

std::string to_string(const InstanceId& id) { return fmt::format("{}.{}", id.type, id.number); }

std::optional<InstanceId> parse_instance(std::string_view text) {
  const auto dot = text.rfind('.');
  if (dot == text.npos || !is_type_name(text.substr(0, dot))) return std::nullopt;
  const auto digits = text.substr(dot + 1);
  if (digits.starts_with('0')) return std::nullopt;
  int number = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (ec != std::errc{} || end != digits.data() + digits.size() || number < 1) return std::nullopt;
  return InstanceId{std::string{text.substr(0, dot)}, number};
}

}  // namespace pm::core
