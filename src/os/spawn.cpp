#include "pm/os/spawn.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <new>
#include <utility>

#include "launcher.h"
#include "pm/os/syscall.h"

namespace pm::os {

using core::SpawnFailure;

namespace {

// How far a child has come; what failed there is for its parent to say.
struct Progress {
  enum class Stage { exec, session, terminal, descriptors, limits, nice, oom_score, cwd, identity };
  Stage stage = Stage::exec;
  std::size_t limit = 0;  // of the request's, the one that comes next
  bool in_cgroup = false;
};
using Stage = Progress::Stage;

// An initialiser of Boost.Process: what happens in the child between clone and exec. Only async-signal-safe
// calls.
struct ChildSetup {
  const SpawnRequest& request;
  const Identity* identity;  // nullptr: it stays as it is
  pid_t parent;
  rlim_t soft_descriptors;
  const char* oom_score;
  Progress* progress;

  boost::system::error_code on_exec_setup(const Launcher& launcher,
                                          const boost::process::v2::filesystem::path&,
                                          const char* const*) const {
    progress->in_cgroup = launcher.in_cgroup;
    if (run()) return {};
    return {errno, boost::system::system_category()};
  }

  bool run() const {
    progress->stage = Stage::session;
    if (::setsid() == -1) return false;
    progress->stage = Stage::terminal;
    if (request.terminal && ::ioctl(request.in, TIOCSCTTY, 0) == -1) return false;
    if (request.cgroup >= 0 && !progress->in_cgroup) progress->in_cgroup = move_to_cgroup();
    progress->stage = Stage::descriptors;
    if (::dup2(request.in, 0) == -1 || ::dup2(request.out, 1) == -1 || ::dup2(request.err, 2) == -1)
      return false;
    // A belt: what we open closes on exec by itself. Kernels before 5.11 do not know the flag.
    ::syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC);
    restore_descriptor_limit();
    progress->stage = Stage::limits;
    if (!limit()) return false;
    progress->stage = Stage::nice;
    if (request.nice && ::setpriority(PRIO_PROCESS, 0, *request.nice) == -1) return false;
    progress->stage = Stage::oom_score;
    if (request.oom_score_adj && !set_oom_score()) return false;
    if (request.umask) ::umask(static_cast<mode_t>(*request.umask));
    progress->stage = Stage::cwd;
    if (::chdir(request.cwd.c_str()) == -1) return false;
    progress->stage = Stage::identity;
    if (identity && !become(*identity)) return false;
    progress->stage = Stage::exec;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a change of the user would take it away
    if (::getppid() != parent)
      ::_exit(127);  // the parent ended before the request for the signal was in force
    return true;
  }

  bool move_to_cgroup() const {
    const int door = ::openat(request.cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC);
    const bool moved = door != -1 && ::write(door, "0", 1) == 1;
    if (door != -1) ::close(door);
    return moved;
  }

  bool limit() const {
    for (const auto& wanted : request.rlimits) {
      const rlimit limit{wanted.soft, wanted.hard};
      const bool needed = !wanted.kept_by_cgroup || !progress->in_cgroup;
      if (needed && ::setrlimit(static_cast<__rlimit_resource>(wanted.resource), &limit) == -1) return false;
      ++progress->limit;
    }
    return true;
  }

  bool set_oom_score() const {
    const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file == -1) return false;
    const bool written = ::write(file, oom_score, __builtin_strlen(oom_score)) != -1;
    const int error = errno;
    ::close(file);
    errno = error;
    return written;
  }

  // By system calls: the functions of the C library would have every thread of the process follow, and the
  // memory in which it looks for them is the parent's.
  static bool become(const Identity& other) {
    return ::syscall(SYS_setgroups, other.groups.size(), other.groups.data()) == 0 &&
           ::syscall(SYS_setresgid, other.group, other.group, other.group) == 0 &&
           ::syscall(SYS_setresuid, other.user, other.user, other.user) == 0;
  }

  void restore_descriptor_limit() const {
    rlimit limit;
    if (::getrlimit(RLIMIT_NOFILE, &limit) == -1) return;
    limit.rlim_cur = soft_descriptors;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
};

std::vector<const char*> to_pointers(const std::vector<std::string>& strings) {
  std::vector<const char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (const auto& string : strings) pointers.push_back(string.c_str());
  pointers.push_back(nullptr);
  return pointers;
}

std::string_view search_path(const SpawnRequest& request) {
  for (const std::string_view entry : request.environment)
    if (entry.starts_with("PATH=")) return entry.substr(5);
  return "/usr/local/bin:/usr/bin:/bin";  // what confstr(_CS_PATH) says, and where people install
}

// As execvp(3) looks a name up; a name that is found nowhere stays as it is and fails as ENOENT.
std::string find_program(const SpawnRequest& request) {
  const auto& name = request.argv.front();
  if (name.find('/') != name.npos) return name;
  for (auto path = search_path(request);;) {
    const auto end = path.find(':');
    const auto directory = path.substr(0, end);
    const auto candidate = fmt::format("{}/{}", directory.empty() ? "." : directory, name);
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    if (end == path.npos) return name;
    path.remove_prefix(end + 1);
  }
}

rlim_t limit_of(int resource) {
  rlimit limit{};
  ::getrlimit(static_cast<__rlimit_resource>(resource), &limit);
  return limit.rlim_cur;
}

rlim_t hard_limit_of(int resource) {
  rlimit limit{};
  ::getrlimit(static_cast<__rlimit_resource>(resource), &limit);
  return limit.rlim_max;
}

// Of processes there may be as many as the child's own limit says.
std::string explain_shortage(const SpawnRequest& request, int code) {
  const auto own = std::find_if(request.rlimits.begin(), request.rlimits.end(),
                                [](const auto& limit) { return limit.resource == RLIMIT_NPROC; });
  if (code == EAGAIN && own != request.rlimits.end())
    return fmt::format("no more processes of its user (limit {})", own->soft);
  return describe_shortage(code);
}

std::string explain_limit(const Rlimit& limit, const std::string& why) {
  const auto hard = hard_limit_of(limit.resource);
  if (limit.hard > hard)
    return fmt::format("cannot set its limit {} to {}: pm itself may have no more than {}", limit.name,
                       limit.hard, hard);
  return fmt::format("cannot set its limit {} to {}: {}", limit.name, limit.hard, why);
}

std::string explain_identity(const Identity& identity, int code, const std::string& why) {
  if (code != EPERM) return fmt::format("cannot run as the user '{}': {}", identity.name, why);
  return fmt::format("cannot run as the user '{}': only root may change the user, and pm runs as '{}'",
                     identity.name, Accounts::read().user_name(::geteuid()));
}

SpawnFailure explain(const SpawnRequest& request, const Progress& progress, int code) {
  if (is_shortage(code)) return {.transient = true, .reason = explain_shortage(request, code)};
  const auto why = std::generic_category().message(code);
  const int status = code == ENOENT ? 127 : 126;  // as a shell reports it
  switch (progress.stage) {
    case Stage::cwd: return {.status = 126, .reason = fmt::format("cannot enter '{}': {}", request.cwd, why)};
    case Stage::exec:
      return {.status = status, .reason = fmt::format("cannot run '{}': {}", request.argv.front(), why)};
    case Stage::terminal: return {.status = 126, .reason = fmt::format("cannot give it a terminal: {}", why)};
    case Stage::session:
    case Stage::descriptors:
      return {.status = 126, .reason = fmt::format("cannot set up the process: {}", why)};
    case Stage::limits: return {.status = 126, .reason = explain_limit(request.rlimits[progress.limit], why)};
    case Stage::nice:
      return {.status = 126, .reason = fmt::format("cannot set nice to {}: {}", *request.nice, why)};
    case Stage::oom_score:
      return {.status = 126,
              .reason = fmt::format("cannot set oom_score_adj to {}: {}", *request.oom_score_adj, why)};
    case Stage::identity: return {.status = 126, .reason = explain_identity(*request.identity, code, why)};
  }
  return {};
}

// Raises the soft limit of descriptors to the hard one; what it was before.
rlim_t raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto inherited = std::exchange(limit.rlim_cur, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return inherited;
}

// Whether there is anything to change: who may not become another may still be named.
bool is_other(const Identity& identity) {
  return ::geteuid() == 0 || identity.user != ::geteuid() || identity.group != ::getegid();
}

// The memory that a child shares with us until exec is given to nobody's debugger while it changes its user
// (PR_SET_DUMPABLE, prctl(2)), and so is ours afterwards, unless that is taken back.
class DumpableGuard {
 public:
  DumpableGuard() : before_{::prctl(PR_GET_DUMPABLE)} {}
  DumpableGuard(const DumpableGuard&) = delete;
  DumpableGuard& operator=(const DumpableGuard&) = delete;
  ~DumpableGuard() {
    if (before_ == 1) ::prctl(PR_SET_DUMPABLE, 1L);
  }

 private:
  int before_;
};

}  // namespace

Spawner::Spawner()
    : stack_{::mmap(nullptr, kLauncherStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK,
                    -1, 0)},
      inherited_descriptors_{raise_descriptor_limit()} {
  if (stack_ == MAP_FAILED) throw std::bad_alloc{};
}

Spawner::~Spawner() { ::munmap(stack_, kLauncherStack); }

std::variant<Child, SpawnFailure> Spawner::spawn(const SpawnRequest& request) {
  const auto environment = to_pointers(request.environment);
  const auto argv = to_pointers(request.argv);
  const auto oom_score = fmt::to_string(request.oom_score_adj.value_or(0));
  Progress progress;
  Launcher launcher{static_cast<char*>(stack_) + kLauncherStack};
  launcher.env = environment.data();
  launcher.cgroup = request.cgroup;
  const auto* identity = request.identity && is_other(*request.identity) ? &*request.identity : nullptr;
  std::optional<DumpableGuard> guard;
  if (identity) guard.emplace();
  const auto error = launcher.launch(
      find_program(request), argv.data(),
      ChildSetup{request, identity, ::getpid(), inherited_descriptors_, oom_score.c_str(), &progress});
  if (error) return explain(request, progress, error.value());
  return Child{core::Pid{launcher.pid}, UniqueFd{launcher.pidfd}, progress.in_cgroup};
}

bool is_shortage(int code) {
  return code == EAGAIN || code == ENOMEM || code == EMFILE || code == ENFILE || code == ENOSPC;
}

std::string describe_shortage(int code) {
  switch (code) {
    case EAGAIN: return fmt::format("no more processes (limit {})", limit_of(RLIMIT_NPROC));
    case EMFILE: return fmt::format("no more descriptors (limit {})", limit_of(RLIMIT_NOFILE));
    case ENFILE: return "no more descriptors in the whole system";
    case ENOMEM: return "no more memory";
    case ENOSPC: return "no more pseudo-terminals";
    default: return std::generic_category().message(code);
  }
}

}  // namespace pm::os
