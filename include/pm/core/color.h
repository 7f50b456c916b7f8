#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pm::core {

/// The parameter of the escape sequence (SGR) that makes text `name`: "36" for "cyan", "95" for
/// "bright-magenta", "38;5;208" for "208"; nullopt if it is neither a colour's name nor a number to 255.
std::optional<std::string> parse_color(std::string_view name);

/// Every name that parse_color knows.
std::span<const std::string> color_names();

}  // namespace pm::core
