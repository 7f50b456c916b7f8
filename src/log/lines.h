#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace pm::log {

/// Calls `each` with every line of `lines`, its newline included; returns how many there were.
template <class Each>
std::size_t for_each_line(std::string_view lines, Each each) {
  std::size_t count = 0;
  const char* line = lines.data();
  const char* const end = line + lines.size();
  for (; line != end; ++count) {
    const auto* newline = static_cast<const char*>(std::memchr(line, '\n', end - line));
    const char* const next = newline ? newline + 1 : end;
    each(std::string_view{line, static_cast<std::size_t>(next - line)});
    line = next;
  }
  return count;
}

/// In blocks small enough for one-byte counters, which the compiler adds up a vector at a time.
inline std::size_t count_lines(std::string_view lines) {
  constexpr std::size_t kBlock = 240;
  std::size_t count = 0;
  for (; !lines.empty(); lines.remove_prefix(std::min(kBlock, lines.size()))) {
    unsigned char in_block = 0;
    for (const char c : lines.substr(0, kBlock))
      if (c == '\n') ++in_block;
    count += in_block;
  }
  return count;
}

/// How many bytes of `text` its whole lines take.
inline std::size_t whole_lines(std::string_view text) {
  if (text.empty()) return 0;
  const auto* last = static_cast<const char*>(::memrchr(text.data(), '\n', text.size()));
  return last ? last - text.data() + 1 : 0;
}

}  // namespace pm::log
