#include "lives.h"

#include <algorithm>
#include <csignal>
#include <set>

#include "pm/os/kill_all.h"
#include "pm/os/reap.h"
#include "pm/os/rlimits.h"
#include "sink.h"

namespace pm::supervisor {

using core::Exit;
using core::Generation;
using core::InstanceId;
using core::Pid;

namespace {

// What does not end by the first SIGKILL (a fork bomb, somebody else's process) may end without a signal to
// us.
constexpr auto kInsist = std::chrono::milliseconds{100};

// Nothing else happens meanwhile.
constexpr auto kStrike = std::chrono::milliseconds{50};

bool has_ended(const os::ProcessInfo& process) {
  const auto info = os::process_info(process.pid);
  return info && info->ended();
}

}  // namespace

Lives::Lives(boost::asio::io_context& loop, Sink& sink, Reports reports, std::string cgroup)
    : loop_{loop}, sink_{sink}, reports_{std::move(reports)}, cgroups_{std::move(cgroup)}, again_{loop} {
  os::become_subreaper();
}

std::variant<Lives::Spawned, core::SpawnFailure> Lives::spawn(LifePlan plan, Channel& channel) {
  auto opened = os::open_streams(plan.streams, plan.size);
  if (auto* failure = std::get_if<core::SpawnFailure>(&opened)) return std::move(*failure);
  auto& streams = std::get<os::Streams>(opened);

  auto& request = plan.request;
  const bool pty = plan.streams == os::StreamKind::pty;
  request.in = streams.child.in.get();
  request.out = pty ? request.in : streams.child.out.get();
  request.err = plan.streams == os::StreamKind::separated ? streams.child.err.get() : request.out;
  request.terminal = pty;
  if (request.identity) os::give_to(request.identity->user, streams.child);
  auto cgroup = cgroups_.make(fmt::format("{}@{}", to_string(plan.id), plan.generation), plan.limits);
  const auto birthplace = cgroup ? cgroup->open() : os::UniqueFd{};
  request.cgroup = birthplace.get();
  request.rlimits = os::rlimits_of(plan.limits, cgroup ? cgroup->limited() : core::Controllers{});
  std::vector<std::shared_ptr<Source>> sources;
  try {
    sources = make_sources(plan, streams, channel);
  } catch (const boost::system::system_error& error) {  // the event loop takes no more descriptors
    return core::SpawnFailure{.transient = true, .reason = error.what()};
  }
  auto spawned = spawner_.spawn(request);
  if (auto* failure = std::get_if<core::SpawnFailure>(&spawned)) return std::move(*failure);

  for (const auto& source : sources) source->start();
  auto& child = std::get<os::Child>(spawned);
  if (!child.in_cgroup) cgroup.reset();
  const Spawned answer{child.pid, cgroup ? cgroup->limited() : core::Controllers{}};
  lives_[{plan.id, plan.generation}] =
      std::make_unique<Life>(plan.id, plan.generation, std::move(child), std::move(cgroup),
                             std::move(streams.ours.in), std::move(sources), loop_);
  return answer;
}

std::vector<std::shared_ptr<Source>> Lives::make_sources(const LifePlan& plan, os::Streams& streams,
                                                         Channel& channel) {
  std::vector<std::shared_ptr<Source>> sources;
  const auto add = [&](os::UniqueFd fd, log::Stream stream) {
    if (!fd) return;
    const Source::Origin origin{stream, plan.streams == os::StreamKind::pty};
    sources.push_back(std::make_shared<Source>(loop_, std::move(fd), origin, channel, sink_, read_buffer_));
  };
  add(std::move(streams.ours.out), log::Stream::stdout_);
  add(std::move(streams.ours.err), log::Stream::stderr_);
  return sources;
}

Life* Lives::find(const Identity& identity) {
  const auto it = lives_.find(identity);
  return it == lives_.end() ? nullptr : it->second.get();
}

Life* Lives::find(Pid leader) {
  const auto it = std::find_if(lives_.begin(), lives_.end(), [&](const auto& entry) {
    return entry.second->leader() == leader && !entry.second->end();
  });
  return it == lives_.end() ? nullptr : it->second.get();
}

void Lives::signal(const InstanceId& id, Generation generation, int signal) {
  auto* life = find({id, generation});
  if (!life || life->draining()) return;
  life->signal(signal, life->end() ? life->rest(adopted()) : std::vector<os::ProcessInfo>{});
}

bool Lives::send(const InstanceId& id, Generation generation, int signal) {
  auto* life = find({id, generation});
  return life && !life->end() && life->send(signal);
}

void Lives::kill(const InstanceId& id, Generation generation) {
  auto* life = find({id, generation});
  if (!life || life->draining()) return;
  life->kill(life->rest(adopted()));
  insist_later();
}

void Lives::insist_later() {
  if (std::exchange(insisting_, true)) return;
  again_.expires_after(kInsist);
  again_.async_wait([this](boost::system::error_code ec) {
    if (ec) return;
    insisting_ = false;
    insist();
  });
}

void Lives::insist() {
  for (const auto& [identity, life] : lives_) {
    if (!life->being_killed() || life->draining()) continue;
    strike(*life);
    insist_later();
  }
  sweep();
}

void Lives::strike(Life& life) {
  life.kill({});
  auto refused = os::kill_all([&] { return life.rest(adopted()); }, kStrike);
  const auto leader = life.end() ? std::nullopt : os::process_info(life.leader());
  if (leader && !os::signal_process(*leader, SIGKILL)) refused.push_back(*leader);
  for (const auto& process : refused)
    if (life.told_of.insert(process.pid).second) reports_.refused(life.id(), process.pid);
}

os::CgroupUsage Lives::usage(const InstanceId& id, Generation generation) const {
  const auto found = lives_.find({id, generation});
  return found == lives_.end() ? os::CgroupUsage{} : found->second->usage();
}

void Lives::reap() {
  while (const auto reaped = os::reap())
    if (auto* life = find(reaped->pid)) life->leader_ended(reaped->how);
  sweep();
}

std::vector<os::ProcessInfo> Lives::adopted() const {
  std::set<Pid> leaders;
  for (const auto& [identity, life] : lives_)
    if (!life->end()) leaders.insert(life->leader());
  std::vector<os::ProcessInfo> orphans;
  for (const auto pid : own_children_.list())
    if (!leaders.contains(pid))
      if (const auto info = os::process_info(pid)) orphans.push_back(*info);
  return orphans;
}

void Lives::sweep() {
  std::vector<Identity> ended;
  for (const auto& [identity, life] : lives_)
    if (life->end() && !life->draining()) ended.push_back(identity);
  if (ended.empty()) return;
  const auto orphans = adopted();
  for (const auto& identity : ended)
    if (auto* life = find(identity)) settle(*life, orphans);
}

void Lives::settle(Life& life, const std::vector<os::ProcessInfo>& orphans) {
  const auto rest = life.rest(orphans);
  // One that has ended since it was listed may have left us a child that is not in the list; the SIGCHLD of
  // its end brings us back.
  if (rest.empty() && std::any_of(orphans.begin(), orphans.end(), has_ended)) return;
  if (rest.empty())
    return life.when_drained([this, identity = Identity{life.id(), life.generation()}] { bury(identity); });
  if (life.being_killed()) {
    life.kill(rest);
    return insist_later();
  }
  if (std::exchange(life.rest_reported, true)) return;
  reports_.leader_exited(life.id(), life.generation(), *life.end());
}

void Lives::bury(const Identity& identity) {
  const auto life = std::move(lives_.extract(identity).mapped());
  for (const auto& source : life->sources()) source->close();  // before anything is said about the end
  reports_.gone(life->id(), life->generation(), *life->end());
}

void Lives::resume_sources() {
  auto life = lives_.upper_bound(last_resumed_);
  for (auto left = lives_.size(); left > 0 && !sink_.full(); --left, ++life) {
    if (life == lives_.end()) life = lives_.begin();
    for (const auto& source : life->second->sources()) source->resume();
    last_resumed_ = life->first;
  }
}

bool Lives::kill_leftovers() {
  if (own_children_.list().empty()) return false;
  bool any = false;
  const auto find = [&] {
    std::vector<os::ProcessInfo> found;
    for (const auto pid : os::descendants_of(os::own_pid()))
      if (const auto info = os::process_info(pid); info && !info->ended()) found.push_back(*info);
    any |= !found.empty();
    return found;
  };
  os::kill_all(find, kStrike);
  return any;
}

}  // namespace pm::supervisor
