#include "fault.h"

#include "pm/core/suggest.h"

namespace pm::api {

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 60;
  if (text.size() <= kMost) return std::string{text};
  auto end = kMost;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;  // no half characters
  return std::string{text.substr(0, end)} + "…";
}

std::string nearest_or_all(std::string_view word, std::span<const std::string> names) {
  if (const auto guess = core::nearest(word, names)) return fmt::format("did you mean '{}'?", *guess);
  return core::did_you_mean(word, names);
}

}  // namespace pm::api
