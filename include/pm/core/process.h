#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pm/core/limits.h"
#include "pm/core/name.h"
#include "pm/core/restart.h"
#include "pm/core/time.h"
#include "pm/core/written.h"

namespace pm::core {

enum class PtyMode { automatic, always, never };

/// What the processes of a type are to the machine, apart from what they may use; nullopt: as pm itself.
struct Standing {
  std::optional<int> nice = {}, oom_score_adj = {};
  std::optional<int> umask = {};
  std::optional<Written> user = {}, group = {};  ///< a name, or a number
  friend bool operator==(const Standing&, const Standing&) = default;
};

/// `base` with everything that `over` says over it. A user that `over` names takes the group of `base` away:
/// it was meant for another.
Standing merged(Standing base, const Standing& over);

/// Whether a life would find the same, wherever it is written.
bool same_standing(const Standing& a, const Standing& b);

/// Everything that is settled about a type before it runs: the Procfile's line with pm.toml, flags and
/// defaults applied.
struct ProcessType {
  std::string name;
  int index = 0;  ///< place in the Procfile, from 0: it decides the port
  std::string command;
  int instances = 1;
  RestartPolicy restart;
  StopPolicy stop;
  std::map<std::string, std::string> env;  ///< of this type alone, over the env files
  std::string cwd;                         ///< absolute
  std::vector<std::string> shell;          ///< the command comes as its last argument
  std::string color;                       ///< as parse_color takes it; empty: from the palette, by index
  PtyMode pty = PtyMode::automatic;
  Limits limits;
  Standing standing;
  friend bool operator==(const ProcessType&, const ProcessType&) = default;
};

/// How PORT is given out; without, children get none.
struct Ports {
  int base = 5000;
  int step = 100;
  friend bool operator==(const Ports&, const Ports&) = default;
};

inline constexpr int kLastPort = 65535;

/// PORT of an instance: base + step × index of the type + (number − 1); above kLastPort there is none.
inline int port_of(const Ports& ports, int type_index, int number) {
  const auto port = ports.base + std::int64_t{ports.step} * type_index + (number - 1);
  return static_cast<int>(std::min<std::int64_t>(port, std::numeric_limits<int>::max()));
}

}  // namespace pm::core
