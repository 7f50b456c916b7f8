#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pm/core/name.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

/// What /proc/PID/stat says of a process. The start time (clock ticks since boot) tells it from a later one
/// with its pid.
struct ProcessInfo {
  core::Pid pid{}, parent{}, group{}, session{};
  char state = '\0';
  int threads = 0;
  std::uint64_t start_time = 0;

  /// Whether it is a zombie. One whose main thread alone has ended looks like one, too, but has others.
  bool ended() const { return state == 'Z' && threads <= 1; }
  /// By a signal, not by a debugger.
  bool stopped() const { return state == 'T'; }
};

/// nullopt if there is none (any more), or no /proc. Allocates nothing.
std::optional<ProcessInfo> process_info(core::Pid pid);

/// The start time that a process would have which began now.
std::uint64_t start_time_now();

/// Makes this process the parent of every descendant that loses its own (PR_SET_CHILD_SUBREAPER).
void become_subreaper();

/// The children of a process, of all its threads; zombies too.
std::vector<core::Pid> children_of(core::Pid pid);

/// Its children, theirs, and so on; without itself.
std::vector<core::Pid> descendants_of(core::Pid pid);

core::Pid own_pid();

/// The children of this process, adopted ones too, at the price of one system call: the file that lists them
/// stays open. Linux gives what loses its parent to the main thread of the subreaper, and only that thread
/// spawns.
class OwnChildren {
 public:
  OwnChildren();
  std::vector<core::Pid> list() const;

 private:
  UniqueFd list_;  // empty: this kernel or /proc has no such file
};

/// The value of `name` in the environment that the process was started with; nullopt if there is none or it
/// may not be read.
std::optional<std::string> environment_value(core::Pid pid, const std::string& name);

/// What the descriptors of a process refer to, as /proc/PID/fd says: "pipe:[4711]", "/dev/pts/3",
/// "/var/log/x". Empty if it may not be read.
std::vector<std::string> open_files(core::Pid pid);
/// The same for one descriptor of this process.
std::string open_file(int fd);

/// Sends `signal` to a process that is no child of ours and so may end, and its pid be used again, at any
/// moment: only if it is still the process that `info` was about. False: it is, and may not be signalled.
bool signal_process(const ProcessInfo& info, int signal);

/// The user that a process runs as; nullopt if there is no such process.
std::optional<std::uint32_t> user_of(core::Pid pid);

/// Sends `signal` to the process group of a child of ours, by its pidfd where the kernel can (6.9), else by
/// its number, which means nothing else until the child is reaped: do not call it later. False if there is no
/// such group.
bool signal_group(core::Pid leader, int pidfd, int signal);

}  // namespace pm::os
