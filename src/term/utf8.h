#pragma once

#include <string>
#include <string_view>

namespace pm::term {

inline constexpr char32_t kReplacement = 0xfffd;

struct Decoded {
  char32_t character = kReplacement;
  std::size_t size = 0;  ///< bytes that it takes; 0: there are not enough of them yet
};

/// The character at the beginning of `text`, which is not empty. A byte that begins none is U+FFFD by itself;
/// a beginning of a character that does not go on is one U+FFFD, as Unicode recommends (3.9, substitution of
/// maximal subparts).
Decoded decode_utf8(std::string_view text);

void append_utf8(std::string& out, char32_t character);

}  // namespace pm::term
