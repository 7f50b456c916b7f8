#include "clipboard.h"

#include <array>
#include <cstdint>

namespace pm::panes {

namespace {

constexpr std::size_t kMostBytes = 780'000;

// RFC 4648, section 4.
std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto group = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      text += i <= group.size() ? kDigits[bits >> (18 - 6 * i) & 0x3F] : '=';
  }
  return text;
}

}  // namespace

std::string_view copyable(std::string_view text) {
  if (text.size() <= kMostBytes) return text;
  auto end = kMostBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // UTF-8 goes on
  return text.substr(0, end);
}

std::string clipboard_sequence(std::string_view text) { return "\x1b]52;c;" + base64(copyable(text)) + "\a"; }

}  // namespace pm::panes
