#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <variant>
#include <vector>

#include "life.h"
#include "pm/core/limits.h"
#include "pm/core/machine.h"
#include "pm/os/cgroup.h"
#include "pm/os/spawn.h"
#include "pm/os/streams.h"

namespace pm::supervisor {

/// What a new life is made of.
struct LifePlan {
  core::InstanceId id;
  core::Generation generation = 0;
  os::SpawnRequest request;  ///< but for the descriptors, the cgroup and the limits
  core::Limits limits;
  os::StreamKind streams = os::StreamKind::joined;
  os::TerminalSize size;
};

/// All lives in progress: starts them, signals them, and reports how they end, down to the last process of
/// each.
class Lives {
 public:
  struct Reports {
    /// The leader has ended and left processes behind.
    std::function<void(const core::InstanceId&, core::Generation, core::Exit)> leader_exited;
    /// Nothing of the life is left, and all it wrote was read.
    std::function<void(const core::InstanceId&, core::Generation, core::Exit)> gone;
    /// A process of the life that is being killed belongs to somebody whose processes pm may not kill.
    std::function<void(const core::InstanceId&, core::Pid)> refused;
  };

  /// `cgroup`: the directory for Cgroups; empty: there are to be none.
  Lives(boost::asio::io_context& loop, Sink& sink, Reports reports, std::string cgroup);

  struct Spawned {
    core::Pid pid;
    core::Controllers by_cgroup;  ///< of its limits, those that its cgroup keeps
  };
  std::variant<Spawned, core::SpawnFailure> spawn(LifePlan plan, Channel& channel);
  /// Both do nothing for a life that is over.
  void signal(const core::InstanceId& id, core::Generation generation, int signal);
  void kill(const core::InstanceId& id, core::Generation generation);
  /// Any signal, to the process group; false if there is none any more.
  bool send(const core::InstanceId& id, core::Generation generation, int signal);

  /// After SIGCHLD: reaps whatever has ended, ours or adopted, and reports what follows from it.
  void reap();

  /// Reads on after the sink was full, one source after the other, for as long as it has room; the next time
  /// begins where this one ended, so that every source has its turn.
  void resume_sources();

  /// What the cgroup of a life in progress has used; nothing is known where there is none.
  os::CgroupUsage usage(const core::InstanceId& id, core::Generation generation) const;
  /// As of os::Cgroups::base().
  std::string cgroup_base() const { return cgroups_.base(); }

  /// SIGKILL to every descendant that is left when no life is. False if there was none.
  bool kill_leftovers();

 private:
  std::vector<std::shared_ptr<Source>> make_sources(const LifePlan& plan, os::Streams& streams,
                                                    Channel& channel);
  using Identity = std::pair<core::InstanceId, core::Generation>;
  Life* find(const Identity& identity);
  /// The life whose leader has this pid and was not reaped: after that the number may mean another process.
  Life* find(core::Pid leader);
  std::vector<os::ProcessInfo> adopted() const;
  void sweep();
  void settle(Life& life, const std::vector<os::ProcessInfo>& adopted);
  void bury(const Identity& identity);
  void insist_later();
  void insist();
  void strike(Life& life);

  boost::asio::io_context& loop_;
  Sink& sink_;
  Reports reports_;
  os::Cgroups cgroups_;
  os::Spawner spawner_;
  os::OwnChildren own_children_;
  ReadBuffer read_buffer_;
  std::map<Identity, std::unique_ptr<Life>> lives_;
  boost::asio::steady_timer again_;  // set only while something that is being killed is left
  bool insisting_ = false;
  Identity last_resumed_;  // the round of resume_sources goes on behind it
};

}  // namespace pm::supervisor
