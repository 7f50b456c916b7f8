#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pm/core/limits.h"
#include "pm/core/name.h"
#include "pm/core/time.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

// Control groups, version 2 (cgroups(7)): where a directory of the tree may be written, each life gets one of
// its own below it, which knows all of its processes, ends them all at once and says what they use. None of
// it is ever a failure: where something is refused there is no cgroup, and the walk over the process tree
// does.

/// The directory of this process in the tree; empty: there is none to be seen.
std::string own_cgroup();

/// The same, from what /proc/self/mountinfo and /proc/self/cgroup say.
std::string cgroup_in(std::string_view mountinfo, std::string_view membership);

/// What a cgroup has used so far, or holds right now; nullopt where it does not know.
struct CgroupUsage {
  std::optional<core::Duration> cpu;    ///< of all that ever ran in it
  std::optional<std::uint64_t> memory;  ///< bytes
};

/// The cgroup of one life. Destroying it removes it, with those that its processes have made below it; they
/// have to be gone by then.
class Cgroup {
 public:
  /// `memory_limit`: what it keeps of that, in bytes; 0: nothing.
  Cgroup(std::string path, core::Controllers limited, std::uint64_t memory_limit);
  Cgroup(Cgroup&& other) noexcept;
  Cgroup& operator=(Cgroup&&) = delete;
  ~Cgroup();

  const std::string& path() const { return path_; }
  /// For a process to be started in it, see SpawnRequest::cgroup. Empty: it cannot be opened.
  UniqueFd open() const;
  /// The limits that it keeps.
  const core::Controllers& limited() const { return limited_; }

  /// SIGKILL to all of them at once, also to those that are just being born (kernel 5.14).
  void kill() const;
  /// Those in it, and in the cgroups below it; no zombies.
  std::vector<core::Pid> processes() const;
  CgroupUsage usage() const;
  /// Whether the kernel has killed one of them for want of memory.
  bool ran_out_of_memory() const;
  std::uint64_t memory_limit() const { return memory_limit_; }

 private:
  std::string path_;  // empty: it is another's now
  core::Controllers limited_;
  std::uint64_t memory_limit_;
};

/// Makes the cgroups of all lives, in a directory "pm.PID-START-NAMESPACE" of its own within `own`, where pm
/// runs. What a pm that was killed has left there is killed and removed at the start; at the end this one's
/// is.
class Cgroups {
 public:
  /// `own`: as own_cgroup() says; empty: there is none, and make() never gives one.
  explicit Cgroups(std::string own);
  Cgroups(const Cgroups&) = delete;
  Cgroups& operator=(const Cgroups&) = delete;
  ~Cgroups();

  /// Where all lives are, for whoever is to end them (cgroup.kill) should this process not be able to; it is
  /// there from the first life on. Empty: nowhere.
  std::string base() const { return own_.empty() ? std::string{} : base_; }

  /// A cgroup for one life that keeps what it can of `limits`. nullopt: there can be none.
  std::optional<Cgroup> make(const std::string& name, const core::Limits& limits);

 private:
  void remove_stale() const;
  void enable(core::Controllers wanted);
  bool step_aside();
  void step_back();

  std::string own_, base_;
  std::string aside_;  // where pm itself has moved to; empty: it has not
  core::Controllers enabled_;
  core::Controllers refused_;  // not to be asked for again
};

}  // namespace pm::os
