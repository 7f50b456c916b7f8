#include "pm/log/palette.h"

#include <utility>

namespace pm::log {

// Cyan to red, then the same ones bright; black and white vanish on one background or the other.
Palette::Palette() : sgr_{"36", "33", "32", "35", "34", "31", "96", "93", "92", "95", "94", "91"} {}

Palette::Palette(std::vector<std::string> sgr) : Palette{} {
  if (!sgr.empty()) sgr_ = std::move(sgr);
}

}  // namespace pm::log
