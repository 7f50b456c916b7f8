#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "pm/core/exit.h"
#include "pm/core/name.h"
#include "pm/os/cgroup.h"
#include "pm/os/process_tree.h"
#include "pm/os/spawn.h"
#include "pm/os/streams.h"
#include "source.h"

namespace pm::supervisor {

/// One life of an instance: the process that was spawned, what it has started, and what they write to.
class Life {
 public:
  Life(core::InstanceId id, core::Generation generation, os::Child child, std::optional<os::Cgroup> cgroup,
       os::UniqueFd stdin_end, std::vector<std::shared_ptr<Source>> sources, boost::asio::io_context& loop);
  ~Life();

  const core::InstanceId& id() const { return id_; }
  core::Generation generation() const { return generation_; }
  core::Pid leader() const { return child_.pid; }
  const std::vector<std::shared_ptr<Source>>& sources() const { return sources_; }

  /// How the leader ended; nullopt while it lives, or has not been reaped.
  std::optional<core::Exit> end() const { return end_; }
  void leader_ended(core::Exit how);

  /// The processes of this life that are there now, zombies left out: those that descend from it and those in
  /// its cgroup. The leader, while it has not been reaped, is not among them. `adopted`: the children of this
  /// process that it did not spawn.
  std::vector<os::ProcessInfo> rest(const std::vector<os::ProcessInfo>& adopted) const;

  /// The stop signal, to the group or, once the leader has ended, to each of `rest`, with SIGCONT for what is
  /// stopped.
  void signal(int signal, const std::vector<os::ProcessInfo>& rest);
  /// Any signal, to the group, while the leader has not been reaped. False if there is nobody.
  bool send(int signal) { return os::signal_group(leader(), child_.pidfd.get(), signal); }
  /// SIGKILL to the leader's group, to the cgroup and to all of `rest`: root may have moved out of it.
  void kill(const std::vector<os::ProcessInfo>& rest);
  /// Whether kill() is to be repeated for whatever turns up.
  bool being_killed() const { return being_killed_; }

  /// Calls `done` once everything that was written has been read: at once if the streams have come to their
  /// end, otherwise after a short grace, for a process that escaped may hold them open for ever. Not from
  /// within this call.
  void when_drained(std::function<void()> done);
  bool draining() const { return draining_; }

  /// What the cgroup has used; nothing is known where there is none.
  os::CgroupUsage usage() const { return cgroup_ ? cgroup_->usage() : os::CgroupUsage{}; }

  /// Those that pm may not kill and a person was told of.
  std::set<core::Pid> told_of;
  /// Whether the core knows that the leader has ended but others are left.
  bool rest_reported = false;

 private:
  bool owns(const os::ProcessInfo& process) const;
  std::vector<std::string> stream_names() const;
  bool drain();

  core::InstanceId id_;
  core::Generation generation_;
  os::Child child_;
  std::optional<os::Cgroup> cgroup_;
  os::UniqueFd stdin_end_;
  std::vector<std::shared_ptr<Source>> sources_;
  boost::asio::steady_timer grace_;
  std::optional<core::Exit> end_;
  std::optional<std::uint64_t> group_signalled_at_;  // as ProcessInfo::start_time
  bool being_killed_ = false, draining_ = false;
};

}  // namespace pm::supervisor
