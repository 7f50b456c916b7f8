#include "pm/os/spawn.h"

#include <linux/close_range.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <new>
#include <utility>

#include "launcher.h"
#include "pm/os/syscall.h"

namespace pm::os {

using core::SpawnFailure;

namespace {

// What failed in the child, besides exec itself.
enum class Stage { exec, session, terminal, descriptors, cwd };

// An initialiser of Boost.Process: what happens in the child between clone and exec. Only async-signal-safe
// calls.
struct ChildSetup {
  const SpawnRequest& request;
  pid_t parent;
  rlim_t soft_descriptors;
  Stage* stage;

  boost::system::error_code on_exec_setup(const Launcher&, const boost::process::v2::filesystem::path&,
                                          const char* const*) const {
    if (run()) return {};
    return {errno, boost::system::system_category()};
  }

  bool run() const {
    *stage = Stage::session;
    if (::setsid() == -1) return false;
    *stage = Stage::terminal;
    if (request.terminal && ::ioctl(request.in, TIOCSCTTY, 0) == -1) return false;
    *stage = Stage::descriptors;
    if (::dup2(request.in, 0) == -1 || ::dup2(request.out, 1) == -1 || ::dup2(request.err, 2) == -1)
      return false;
    // A belt: what we open closes on exec by itself. Kernels before 5.11 do not know the flag.
    ::syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC);
    restore_descriptor_limit();
    *stage = Stage::cwd;
    if (::chdir(request.cwd.c_str()) == -1) return false;
    *stage = Stage::exec;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent)
      ::_exit(127);  // the parent ended before the request for the signal was in force
    return true;
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

SpawnFailure explain(const SpawnRequest& request, Stage stage, int code) {
  if (is_shortage(code)) return {.transient = true, .reason = describe_shortage(code)};
  const auto why = std::generic_category().message(code);
  const int status = code == ENOENT ? 127 : 126;  // as a shell reports it
  switch (stage) {
    case Stage::cwd: return {.status = 126, .reason = fmt::format("cannot enter '{}': {}", request.cwd, why)};
    case Stage::exec:
      return {.status = status, .reason = fmt::format("cannot run '{}': {}", request.argv.front(), why)};
    case Stage::terminal: return {.status = 126, .reason = fmt::format("cannot give it a terminal: {}", why)};
    case Stage::session:
    case Stage::descriptors:
      return {.status = 126, .reason = fmt::format("cannot set up the process: {}", why)};
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

rlim_t limit_of(int resource) {
  rlimit limit{};
  ::getrlimit(static_cast<__rlimit_resource>(resource), &limit);
  return limit.rlim_cur;
}

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
  Stage stage = Stage::exec;
  Launcher launcher{static_cast<char*>(stack_) + kLauncherStack};
  launcher.env = environment.data();
  const auto error = launcher.launch(find_program(request), argv.data(),
                                     ChildSetup{request, ::getpid(), inherited_descriptors_, &stage});
  if (error) return explain(request, stage, error.value());
  return Child{core::Pid{launcher.pid}, UniqueFd{launcher.pidfd}};
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
