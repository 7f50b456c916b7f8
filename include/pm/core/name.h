#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pm::core {

/// Whether `text` may name a process type: [A-Za-z0-9_-]+
bool is_type_name(std::string_view text);

/// One numbered copy of a type; numbers count from 1 and are kept for good.
struct InstanceId {
  std::string type;
  int number = 1;
  // NOLINTNEXTLINE(modernize-use-nullptr): the 0 that it means is the compiler's
  friend auto operator<=>(const InstanceId&, const InstanceId&) = default;
};

/// "web.1"
std::string to_string(const InstanceId& id);

/// The inverse of to_string; nullopt if `text` is no instance name.
std::optional<InstanceId> parse_instance(std::string_view text);

/// Which life of an instance: 1 for the first, one more for each spawn that was asked for. An event of an
/// older one is dropped.
using Generation = std::uint64_t;

/// A process id, 0 if there is none.
enum class Pid : int { none = 0 };

}  // namespace pm::core
