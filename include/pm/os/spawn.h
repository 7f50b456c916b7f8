#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pm/core/machine.h"
#include "pm/core/name.h"
#include "pm/os/accounts.h"
#include "pm/os/rlimits.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

/// What a child is made of. The descriptors stay the caller's.
struct SpawnRequest {
  std::vector<std::string> argv;  ///< argv[0] is looked up in PATH of `environment` unless it has a slash
  std::vector<std::string> environment;  ///< "NAME=value"
  std::string cwd;                       ///< absolute
  int in = -1, out = -1, err = -1;       ///< become 0, 1 and 2; above 2
  bool terminal = false;                 ///< `in` is the slave of a PTY and becomes the controlling terminal
  int cgroup = -1;                       ///< the directory of the one to start in, if it can; -1: in pm's own
  std::vector<Rlimit> rlimits = {};
  std::optional<int> nice = {}, oom_score_adj = {}, umask = {};
  std::optional<Identity> identity = {};  ///< nullopt: as pm itself
};

/// A child, until it has been reaped: its pid cannot mean another process before that. Destroying it does not
/// end the process.
struct Child {
  core::Pid pid{};
  UniqueFd pidfd;  ///< closes on exec
  bool in_cgroup = false;
};

/// Starts children: each in a session and process group of its own, with default signal handlers and an empty
/// mask, without any other descriptor of ours, killed by the kernel when this thread ends (PR_SET_PDEATHSIG,
/// prctl(2)). Use it from the main thread only. The caller is held up until the child has called exec. There
/// is one for the whole program: it raises the soft limit of open descriptors to the hard one, for as many
/// children as possible, and gives each child the limit that pm was started with (programs that use select(2)
/// break under a larger one).
class Spawner {
 public:
  Spawner();
  Spawner(Spawner&&) = delete;
  ~Spawner();

  std::variant<Child, core::SpawnFailure> spawn(const SpawnRequest& request);

 private:
  void* stack_;
  std::uint64_t inherited_descriptors_;
};

/// Whether an errno of a spawn means that something is used up which may come back.
bool is_shortage(int code);

/// "no more descriptors (limit 256)", "no more processes (limit 64)", "no more memory", …
std::string describe_shortage(int code);

}  // namespace pm::os
