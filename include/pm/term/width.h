#pragma once

#include <string_view>

namespace pm::term {

/// Cells that a character takes: 0 (combining marks, format characters), 1 or 2 (East Asian wide and
/// fullwidth, emoji), by the Unicode data of utf8proc. Control characters take none.
int width_of(char32_t character);

/// Cells that UTF-8 text takes; each byte that is no UTF-8 takes one, as U+FFFD.
int width_of(std::string_view text);

/// The longest beginning of `text` that takes at most `columns` cells, with the marks that belong to it.
std::string_view fitting(std::string_view text, int columns);

}  // namespace pm::term
