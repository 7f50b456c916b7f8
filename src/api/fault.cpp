#include "fault.h"

namespace pm::api {

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 60;
  if (text.size() <= kMost) return std::string{text};
  auto end = kMost;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;  // no half characters
  return std::string{text.substr(0, end)} + "…";
}

}  // namespace pm::api
