#include "core/world.h"

#include <algorithm>
#include <csignal>

namespace pm::core::simulation {

void World::carry_out(const Command& command, TimePoint now) {
  if (command.order == Order::spawn) return spawn(command, now);
  auto* life = find(command.id, command.generation);
  if (life && command.order == Order::signal) signal(*life, now);
  if (life && command.order == Order::kill) kill(*life, now);
}

void World::spawn(const Command& command, TimePoint now) {
  auto& life = lives_.emplace_back(Life{command.id, command.generation, {}, now});
  if (!calm_ && dice_.chance(15)) return report(life, failure(), now);
  report(life, Spawned{Pid{++pids_given_}}, now);
  life.processes.push_back(leader(now));
  if (dice_.chance(35))
    for (int n = 1 + dice_.below(2); n > 0; --n) life.processes.push_back(descendant(now));
}

SpawnFailure World::failure() {
  if (dice_.chance(70)) return {true, 0, "no descriptors left"};
  return {false, dice_.chance(50) ? 127 : 126, "no such directory"};
}

World::Process World::leader(TimePoint now) {
  Process process{.manners = manners()};
  if (calm_ || dice_.chance(30)) return process;
  const Exit ends[] = {Exit::code(0), Exit::code(1), Exit::code(3), Exit::code(127), Exit::signal(SIGSEGV)};
  process.how = dice_.one_of(ends);
  process.ends_at = now + dice_.between(1ms, dice_.chance(70) ? Duration{2s} : Duration{20s});
  return process;
}

World::Process World::descendant(TimePoint now) {
  Process process{.manners = manners(), .in_group = dice_.chance(60)};
  if (dice_.chance(50)) process.ends_at = now + dice_.between(1ms, 20s);
  return process;
}

World::Manners World::manners() {
  const Manners all[] = {Manners::obeys, Manners::obeys, Manners::dawdles, Manners::ignores};
  return dice_.one_of(all);
}

void World::signal(Life& life, TimePoint now) {
  const bool one_by_one = !life.processes.front().alive;
  for (auto& process : life.processes) {
    if (process.manners == Manners::ignores || !(process.in_group || one_by_one)) continue;
    const bool obeys = process.manners == Manners::obeys;
    const auto end = now + dice_.between(0ms, obeys ? Duration{100ms} : Duration{12s});
    if (process.ends_at && *process.ends_at <= end) continue;
    process.ends_at = end;
    process.how = dice_.chance(50) ? Exit::signal(SIGTERM) : Exit::code(0);
  }
}

void World::kill(Life& life, TimePoint now) {
  for (auto& process : life.processes) {
    const auto end = now + dice_.between(0ms, kDeathDelay);
    if (process.ends_at && *process.ends_at <= end) continue;
    process.ends_at = end;
    process.how = Exit::signal(SIGKILL);
  }
}

std::optional<TimePoint> World::next() const {
  std::optional<TimePoint> next;
  const auto consider = [&](TimePoint at) { next = next ? std::min(*next, at) : at; };
  for (const auto& report : reports_) consider(report.at);
  for (const auto& life : lives_)
    for (const auto& process : life.processes)
      if (process.alive && process.ends_at) consider(*process.ends_at);
  return next;
}

std::optional<Report> World::deliver(TimePoint now) {
  end_processes(now);
  const auto earlier = [](const Report& a, const Report& b) {
    return a.at != b.at ? a.at < b.at : a.number < b.number;
  };
  const auto first = std::min_element(reports_.begin(), reports_.end(), earlier);
  if (first == reports_.end() || first->at > now) return std::nullopt;
  auto report = std::move(*first);
  reports_.erase(first);
  const bool last =
      std::holds_alternative<Gone>(report.news) || std::holds_alternative<SpawnFailure>(report.news);
  if (last && !report.repeated)
    std::erase_if(lives_, [&](const Life& life) {
      return life.id == report.id && life.generation == report.generation;
    });
  return report;
}

void World::end_processes(TimePoint now) {
  for (auto& life : lives_)
    for (auto& process : life.processes)
      if (process.alive && process.ends_at && *process.ends_at <= now) end_process(life, process, now);
}

void World::end_process(Life& life, Process& process, TimePoint now) {
  process.alive = false;
  const auto& leader = life.processes.front();
  const bool rest = std::any_of(life.processes.begin(), life.processes.end(),
                                [](const Process& other) { return other.alive; });
  if (!rest) return report(life, Gone{leader.how}, now);
  if (&process == &leader) report(life, LeaderExited{leader.how}, now);
}

void World::report(Life& life, News news, TimePoint now) {
  const auto delay = dice_.chance(60) ? Duration{0} : dice_.between(0ms, kReportDelay);
  life.reported_at = std::max(life.reported_at, now + delay);
  reports_.push_back({life.reported_at, reports_made_++, life.id, life.generation, news});
  if (!dice_.chance(8)) return;
  const auto again = life.reported_at + dice_.between(0ms, 8s);
  reports_.push_back({again, reports_made_++, life.id, life.generation, news, /*repeated=*/true});
}

World::Life* World::find(const InstanceId& id, Generation generation) {
  const auto it = std::find_if(lives_.begin(), lives_.end(), [&](const Life& life) {
    return life.id == id && life.generation == generation;
  });
  return it == lives_.end() ? nullptr : &*it;
}

const World::Life* World::find(const InstanceId& id, Generation generation) const {
  return const_cast<World*>(this)->find(id, generation);
}

bool World::has(const InstanceId& id) const {
  return std::any_of(lives_.begin(), lives_.end(), [&](const Life& life) { return life.id == id; });
}

bool World::has(const InstanceId& id, Generation generation) const { return find(id, generation); }

bool World::runs(const InstanceId& id, Generation generation) const {
  const auto* life = find(id, generation);
  return life && !life->processes.empty() && life->processes.front().alive;
}

}  // namespace pm::core::simulation
