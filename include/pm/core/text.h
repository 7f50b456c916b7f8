#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pm::core {

/// Whether `c` is not the first byte of a character of UTF-8.
bool continues(char c);

/// `text` with what a terminal would interpret (tabs, escapes, bytes of another encoding) as a single column
/// each.
std::string printable(std::string_view text);

/// How many columns a printable text takes: continuation bytes of UTF-8 take none.
std::size_t columns(std::string_view printed);

/// `printed` in at most `width` columns; what is cut off becomes "…".
std::string shortened(std::string_view printed, std::size_t width);

/// "a,b" and "c" → a, b, c; nothing for empty parts.
std::vector<std::string> split_lists(const std::vector<std::string>& lists);

}  // namespace pm::core
