#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pm::log {

struct RotationLimits {
  std::uint64_t size = 10 << 20;  ///< bytes of a file; 0: it is never rotated
  int keep = 5;                   ///< older files beside the one that is written
};

/// Whether a file of `size` bytes is to be rotated before `incoming` bytes are written to it. An empty file
/// never is: a batch beyond the limit has a file to itself.
bool rotation_due(const RotationLimits& limits, std::uint64_t size, std::uint64_t incoming);

/// One step of a rotation; a missing `from` is no failure.
struct RotationStep {
  std::string from;
  std::string to;  ///< empty: `from` is removed
  friend bool operator==(const RotationStep&, const RotationStep&) = default;
};

/// What moves DIR/web.1.log out of the way, in order: "…log.4" → "…log.5" (which is replaced) down to "…log"
/// → "…log.1"; with `keep` 0 the file itself is removed.
std::vector<RotationStep> plan_rotation(std::string_view path, int keep);

}  // namespace pm::log
