#include "pm/log/rotation.h"

#include <fmt/format.h>

namespace pm::log {

bool rotation_due(const RotationLimits& limits, std::uint64_t size, std::uint64_t incoming) {
  if (limits.size == 0 || size == 0) return false;
  return size >= limits.size || incoming > limits.size - size;
}

std::vector<RotationStep> plan_rotation(std::string_view path, int keep) {
  const std::string current{path};
  if (keep <= 0) return {{.from = current, .to = {}}};
  const auto older = [&](int age) { return age == 0 ? current : fmt::format("{}.{}", path, age); };
  std::vector<RotationStep> steps;
  for (int age = keep; age > 0; --age) steps.push_back({.from = older(age - 1), .to = older(age)});
  return steps;
}

}  // namespace pm::log
