#include "pm/core/restart.h"

#include <algorithm>
#include <cmath>

namespace pm::core {

std::string_view to_string(Restart restart) {
  switch (restart) {
    case Restart::always: return "always";
    case Restart::on_failure: return "on-failure";
    case Restart::never: return "never";
  }
  return "";
}

std::optional<Restart> parse_restart(std::string_view text) {
  for (const auto restart : {Restart::always, Restart::on_failure, Restart::never})
    if (text == to_string(restart)) return restart;
  return std::nullopt;
}

namespace {

Duration unvaried_delay(const RestartPolicy& policy, int n) {
  if (policy.initial == Duration::zero())
    return policy.initial;  // zero times an overflowed power is no number
  const Seconds grown = Seconds{policy.initial} * std::pow(policy.factor, std::max(n, 1) - 1);
  const Seconds max{policy.max};
  return std::chrono::duration_cast<Duration>(grown < max ? grown : max);  // also when the power overflowed
}

}  // namespace

Duration restart_delay(const RestartPolicy& policy, int n, double u) {
  return std::chrono::duration_cast<Duration>(Seconds{unvaried_delay(policy, n)} * (1 + policy.jitter * u));
}

bool forgives(const RestartPolicy& policy, Duration lived, int failures) {
  return lived >= policy.reset_after && (failures == 0 || lived >= unvaried_delay(policy, failures));
}

bool cannot_be_run(const RestartPolicy& policy, const Exit& exit, Duration lived) {
  return (exit == Exit::code(127) || exit == Exit::code(126)) && lived < policy.reset_after;
}

}  // namespace pm::core
