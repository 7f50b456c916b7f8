#pragma once

#include <algorithm>
#include <charconv>
#include <string_view>

namespace pm::os {

/// Takes a number, and the blanks before it, from the front of `text`; false if there is none.
template <class Number>
bool take_number(std::string_view& text, Number& number) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return ec == std::errc{};
}

}  // namespace pm::os
