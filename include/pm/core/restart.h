#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "pm/core/exit.h"
#include "pm/core/time.h"

namespace pm::core {

enum class Restart { always, on_failure, never };

std::string_view to_string(Restart restart);
std::optional<Restart> parse_restart(std::string_view text);

/// When an instance that ended by itself is started again.
struct RestartPolicy {
  Restart restart = Restart::on_failure;
  Duration initial = 500ms;
  double factor = 2.0;  ///< at least 1
  Duration max = 30s;
  double jitter = 0.1;         ///< 0 to 1: the delay varies by that part of itself
  Duration reset_after = 10s;  ///< a life that long forgives earlier failures
  int max_restarts = 0;        ///< restarts in a row before giving up; 0: no limit
  std::vector<int> success_codes = {0};
  friend bool operator==(const RestartPolicy&, const RestartPolicy&) = default;
};

/// How an instance is stopped: `signal` to its process group, SIGKILL to what is left after `timeout`.
struct StopPolicy {
  int signal = 15;  // SIGTERM
  Duration timeout = 5s;
  friend bool operator==(const StopPolicy&, const StopPolicy&) = default;
};

/// The delay after the n-th failure in a row (n from 1): min(max, initial × factor^(n−1)) × (1 + jitter × u),
/// u in [−1, 1].
Duration restart_delay(const RestartPolicy& policy, int n, double u);

/// Whether a life of `lived` that began after `failures` failures in a row makes its end count as the first
/// again: it reached `reset_after` and the delay it had waited for.
bool forgives(const RestartPolicy& policy, Duration lived, int failures);

/// Whether this end says that there is nothing to run: the shell's 127 (not found) or 126 (not executable)
/// after a life too short to have been anything else (POSIX, Shell Command Language 2.8.2).
bool cannot_be_run(const RestartPolicy& policy, const Exit& exit, Duration lived);

}  // namespace pm::core
