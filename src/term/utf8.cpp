#include "utf8.h"

#include <utf8proc.h>

#include <array>

namespace pm::term {

namespace {

constexpr bool goes_on(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

// Of the second byte; what follows the others is any from 0x80 to 0xbf (Unicode, table 3-7).
struct SecondByte {
  unsigned char least = 0x80, most = 0xbf;
};

constexpr SecondByte second_byte(unsigned char first) {
  switch (first) {
    case 0xe0: return {0xa0, 0xbf};
    case 0xed: return {0x80, 0x9f};
    case 0xf0: return {0x90, 0xbf};
    case 0xf4: return {0x80, 0x8f};
    default: return {};
  }
}

}  // namespace

Decoded decode_utf8(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {first, 1};
  if (first < 0xc2 || first > 0xf4) return {kReplacement, 1};
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (text.size() == 1) return {kReplacement, 0};
  const auto second = static_cast<unsigned char>(text[1]);
  const auto range = second_byte(first);
  if (second < range.least || second > range.most) return {kReplacement, 1};
  char32_t character = first & (0x7fu >> length);
  character = character << 6 | (second & 0x3fu);
  for (std::size_t i = 2; i < length; ++i) {
    if (i == text.size()) return {kReplacement, 0};
    if (!goes_on(text[i])) return {kReplacement, i};
    character = character << 6 | (static_cast<unsigned char>(text[i]) & 0x3fu);
  }
  return {character, length};
}

void append_utf8(std::string& out, char32_t character) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(character), bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

}  // namespace pm::term
