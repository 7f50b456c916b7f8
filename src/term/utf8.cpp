#include "utf8.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

namespace pm::term {

namespace {

// By its first byte; 0 for one that begins no character.
std::size_t utf8_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

}  // namespace

Decoded decode_utf8(std::string_view text) {
  const auto length = utf8_length(static_cast<unsigned char>(text.front()));
  if (length == 0) return {kReplacement, 1};
  if (text.size() < length && std::all_of(text.begin() + 1, text.end(), continues)) return {kReplacement, 0};
  utf8proc_int32_t character = 0;
  const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &character);
  if (size <= 0) return {kReplacement, 1};
  return {static_cast<char32_t>(character), static_cast<std::size_t>(size)};
}

void append_utf8(std::string& out, char32_t character) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(character), bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

}  // namespace pm::term
