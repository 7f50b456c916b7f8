#include "pm/core/text.h"

#include <algorithm>

namespace pm::core {

bool continues(char c) { return (c & 0xC0) == 0x80; }

namespace {

// How many bytes at the start of `text` are one character of UTF-8; 0 for anything else, controls included.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return byte(0) >= 0x20 && byte(0) != 0x7F ? 1 : 0;
  const std::size_t size = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if (!continues(text[i])) return 0;
  return byte(0) == 0xC2 && byte(1) < 0xA0 ? 0 : size;  // U+0080 to U+009F: controls
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto size = character_size(text);
    if (size == 0) out += static_cast<unsigned char>(text[0]) < 0x80 ? ' ' : '?';
    out += text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

std::size_t columns(std::string_view printed) {
  return static_cast<std::size_t>(printed.size() - std::count_if(printed.begin(), printed.end(), continues));
}

std::string shortened(std::string_view printed, std::size_t width) {
  if (columns(printed) <= width) return std::string{printed};
  if (width == 0) return {};
  std::size_t end = 0, taken = 0;
  while (taken < width || continues(printed[end])) {
    if (!continues(printed[end]) && ++taken == width) break;
    ++end;
  }
  return std::string{printed.substr(0, end)} + "…";
}

std::vector<std::string> split_lists(const std::vector<std::string>& lists) {
  std::vector<std::string> parts;
  for (const auto& list : lists)
    for (std::size_t begin = 0; begin <= list.size();) {
      const auto end = std::min(list.find(',', begin), list.size());
      if (end > begin) parts.push_back(list.substr(begin, end - begin));
      begin = end + 1;
    }
  return parts;
}

}  // namespace pm::core
