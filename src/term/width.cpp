#include "pm/term/width.h"

#include <utf8proc.h>

#include "utf8.h"

namespace pm::term {

namespace {

// Where utf8proc knows of no character yet, but Unicode has set the width for those to come: emoji,
// ideographs.
bool is_wide_block(char32_t character) {
  return (character >= 0x1f300 && character < 0x1fb00) || (character >= 0x20000 && character < 0x3fffe);
}

}  // namespace

int width_of(char32_t character) {
  if (character < 0x20 || (character >= 0x7f && character < 0xa0)) return 0;
  if (character < 0x300) return 1;
  if (character >= 0x1160 && character < 0x1200) return 0;  // Hangul vowels and finals: part of a syllable
  const auto code = static_cast<utf8proc_int32_t>(character);
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME: return 0;
    case UTF8PROC_CATEGORY_CN: return is_wide_block(character) ? 2 : 1;
    default: return utf8proc_charwidth(code);
  }
}

int width_of(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const auto [character, size] = decode_utf8(text);
    width += width_of(character);
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return width;
}

std::string_view fitting(std::string_view text, int columns) {
  std::size_t end = 0;
  while (end < text.size()) {
    const auto [character, size] = decode_utf8(text.substr(end));
    columns -= width_of(character);
    if (columns < 0) break;
    end += size == 0 ? 1 : size;
  }
  return text.substr(0, end);
}

}  // namespace pm::term
