#include "life.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>

namespace pm::supervisor {

namespace {

// After the last process has ended, a terminal may still be handing on what it wrote; a pipe is complete at
// once.
constexpr auto kDrainGrace = std::chrono::milliseconds{100};

// Clock ticks (of 10 ms) within which a process has surely called exec after its fork.
constexpr std::uint64_t kStarting = 10;

}  // namespace

Life::Life(core::InstanceId id, core::Generation generation, os::Child child,
           std::optional<os::Cgroup> cgroup, os::UniqueFd stdin_end,
           std::vector<std::shared_ptr<Source>> sources, boost::asio::io_context& loop)
    : id_{std::move(id)},
      generation_{generation},
      child_{std::move(child)},
      cgroup_{std::move(cgroup)},
      stdin_end_{std::move(stdin_end)},
      sources_{std::move(sources)},
      grace_{loop} {}

Life::~Life() {
  for (const auto& source : sources_) source->close();
}

void Life::leader_ended(core::Exit how) {
  const bool ran_out = how == core::Exit::signal(SIGKILL) && cgroup_ && cgroup_->ran_out_of_memory();
  end_ = ran_out ? core::Exit::out_of_memory(cgroup_->memory_limit()) : how;
}

// The pipes or the PTY of this life, as os::open_files names them.
std::vector<std::string> Life::stream_names() const {
  std::vector<std::string> names{os::open_file(stdin_end_.get())};
  for (const auto& source : sources_)
    if (!source->terminal()) names.push_back(os::open_file(source->fd()));
  return names;
}

// An orphan keeps the session it was born into, or, after setsid(2), the environment it was started with, or,
// if that was cleared, what it reads from or writes to.
bool Life::owns(const os::ProcessInfo& process) const {
  if (process.session == leader()) return true;
  if (os::environment_value(process.pid, "PS") == to_string(id_)) return true;
  const auto streams = stream_names();
  const auto files = os::open_files(process.pid);
  return std::any_of(files.begin(), files.end(), [&](const auto& file) {
    return std::find(streams.begin(), streams.end(), file) != streams.end();
  });
}

std::vector<os::ProcessInfo> Life::rest(const std::vector<os::ProcessInfo>& adopted) const {
  std::vector<os::ProcessInfo> found;
  const auto add_below = [&](core::Pid parent) {
    for (const auto pid : os::descendants_of(parent))
      if (const auto info = os::process_info(pid); info && !info->ended()) found.push_back(*info);
  };
  if (!end_) add_below(leader());
  for (const auto& orphan : adopted) {
    if (!owns(orphan)) continue;
    if (!orphan.ended()) found.push_back(orphan);
    add_below(orphan.pid);
  }
  if (!cgroup_) return found;
  std::set<core::Pid> known;
  for (const auto& process : found) known.insert(process.pid);
  if (!end_) known.insert(leader());
  for (const auto pid : cgroup_->processes())
    if (known.insert(pid).second)
      if (const auto info = os::process_info(pid); info && !info->ended()) found.push_back(*info);
  return found;
}

void Life::signal(int signal, const std::vector<os::ProcessInfo>& rest) {
  if (!end_) {
    group_signalled_at_ = os::start_time_now();
    os::signal_group(leader(), child_.pidfd.get(), signal);
    os::signal_group(leader(), child_.pidfd.get(), SIGCONT);
    return;
  }
  for (const auto& process : rest) {
    // Many programs take a second signal for impatience. But one that was just being started may have lost
    // the first between fork and exec.
    const bool had_it = group_signalled_at_ && process.start_time + kStarting < *group_signalled_at_;
    if (had_it && process.group == leader()) continue;
    os::signal_process(process, signal);
    os::signal_process(process, SIGCONT);
  }
}

void Life::kill(const std::vector<os::ProcessInfo>& rest) {
  being_killed_ = true;
  if (cgroup_) cgroup_->kill();
  if (!end_) os::signal_group(leader(), child_.pidfd.get(), SIGKILL);
  for (const auto& process : rest) os::signal_process(process, SIGKILL);
}

bool Life::drain() {
  bool ended = true;
  for (const auto& source : sources_) ended &= source->drain();  // each, even if one before it is held open
  return ended;
}

void Life::when_drained(std::function<void()> done) {
  draining_ = true;
  stdin_end_.reset();  // of a PTY that nobody else has open, this is what ends it
  if (drain()) return boost::asio::post(grace_.get_executor(), std::move(done));
  grace_.expires_after(kDrainGrace);
  grace_.async_wait([this, done = std::move(done)](boost::system::error_code ec) {
    if (ec) return;
    drain();
    done();
  });
}

}  // namespace pm::supervisor
