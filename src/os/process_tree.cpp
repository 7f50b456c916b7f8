#include "pm/os/process_tree.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>

#include "numbers.h"
#include "pm/os/directory.h"
#include "pm/os/file.h"
#include "pm/os/syscall.h"

namespace pm::os {

using core::Pid;

namespace {

// The names in a directory that are numbers: pids below /proc, thread ids below /proc/PID/task.
std::vector<Pid> numbered_entries(const std::string& path) {
  std::vector<Pid> numbers;
  const UniqueFd directory{retry([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); })};
  each_entry(directory.get(), [&](const char* entry, bool) {
    std::string_view name = entry;
    int number = 0;
    if (take_number(name, number) && name.empty()) numbers.push_back(Pid{number});
  });
  return numbers;
}

// Kernels without CONFIG_PROC_CHILDREN: every process says who its parent is.
std::vector<Pid> children_by_parent(Pid parent) {
  std::vector<Pid> children;
  for (const auto pid : numbered_entries("/proc"))
    if (const auto info = process_info(pid); info && info->parent == parent) children.push_back(pid);
  return children;
}

}  // namespace

std::optional<ProcessInfo> process_info(Pid pid) {
  std::array<char, 32> path;
  *fmt::format_to(path.data(), "/proc/{}/stat", static_cast<int>(pid)) = '\0';
  const UniqueFd file{retry([&] { return ::open(path.data(), O_RDONLY | O_CLOEXEC); })};
  std::array<char, 2048> text;  // a name of 64 bytes and 50 numbers of at most 20 digits
  const auto size = retry([&] { return ::read(file.get(), text.data(), text.size()); });
  if (size <= 0) return std::nullopt;
  std::string_view rest{text.data(), static_cast<std::size_t>(size)};
  const auto name_end = rest.rfind(')');  // the name before it may hold anything, parentheses too (proc(5))
  if (name_end == rest.npos || name_end + 4 > rest.size()) return std::nullopt;
  ProcessInfo info{.pid = pid, .state = rest[name_end + 2]};
  rest.remove_prefix(name_end + 3);
  int parent = 0, group = 0, session = 0;
  if (!take_number(rest, parent) || !take_number(rest, group) || !take_number(rest, session))
    return std::nullopt;
  info.parent = Pid{parent};
  info.group = Pid{group};
  info.session = Pid{session};
  constexpr int kThreads = 20, kStartTime = 22;
  long long value = 0;
  for (int field = 7; field < kStartTime; ++field) {
    if (!take_number(rest, value)) return std::nullopt;
    if (field == kThreads) info.threads = static_cast<int>(value);
  }
  if (!take_number(rest, info.start_time)) return std::nullopt;
  return info;
}

std::uint64_t start_time_now() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  const auto ticks = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return static_cast<std::uint64_t>(now.tv_sec) * ticks +
         static_cast<std::uint64_t>(now.tv_nsec) * ticks / 1'000'000'000;
}

void become_subreaper() { ::prctl(PR_SET_CHILD_SUBREAPER, 1L); }

std::vector<Pid> children_of(Pid pid) {
  std::vector<Pid> children;
  const auto tasks = fmt::format("/proc/{}/task", static_cast<int>(pid));
  for (const auto task : numbered_entries(tasks)) {
    const auto text = read_file(fmt::format("{}/{}/children", tasks, static_cast<int>(task)));
    if (!text) {
      if (text.error().kind == core::Error::Kind::not_found && task == pid && process_info(pid))
        return children_by_parent(pid);
      continue;
    }
    std::string_view rest = *text;
    for (int child = 0; take_number(rest, child);) children.push_back(Pid{child});
  }
  return children;
}

std::vector<Pid> descendants_of(Pid pid) {
  auto found = children_of(pid);
  std::set<Pid> seen{found.begin(), found.end()};  // one that moves to another parent meanwhile is met twice
  for (std::size_t i = 0; i < found.size(); ++i)
    for (const auto child : children_of(found[i]))
      if (seen.insert(child).second) found.push_back(child);
  return found;
}

Pid own_pid() { return Pid{::getpid()}; }

OwnChildren::OwnChildren()
    : list_{retry([] {
        return ::open(fmt::format("/proc/self/task/{}/children", ::getpid()).c_str(), O_RDONLY | O_CLOEXEC);
      })} {}

std::vector<Pid> OwnChildren::list() const {
  if (!list_) return children_of(own_pid());
  std::string text;
  std::array<char, 4096> chunk;
  for (;;) {
    const auto size = retry(
        [&] { return ::pread(list_.get(), chunk.data(), chunk.size(), static_cast<off_t>(text.size())); });
    if (size <= 0) break;
    text.append(chunk.data(), static_cast<std::size_t>(size));
  }
  std::vector<Pid> children;
  std::string_view rest = text;
  for (int child = 0; take_number(rest, child);) children.push_back(Pid{child});
  return children;
}

std::optional<std::string> environment_value(Pid pid, const std::string& name) {
  const auto text = read_file(fmt::format("/proc/{}/environ", static_cast<int>(pid)));
  if (!text) return std::nullopt;
  const auto wanted = name + "=";
  for (std::string_view rest = *text; !rest.empty();) {
    const auto entry = rest.substr(0, rest.find('\0'));
    if (entry.starts_with(wanted)) return std::string{entry.substr(wanted.size())};
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
  }
  return std::nullopt;
}

namespace {

std::string link_target(const std::string& path) {
  std::array<char, 4096> target;
  const auto size = ::readlink(path.c_str(), target.data(), target.size());
  return size > 0 ? std::string{target.data(), static_cast<std::size_t>(size)} : std::string{};
}

}  // namespace

std::vector<std::string> open_files(Pid pid) {
  std::vector<std::string> files;
  const auto directory = fmt::format("/proc/{}/fd", static_cast<int>(pid));
  for (const auto fd : numbered_entries(directory))
    files.push_back(link_target(fmt::format("{}/{}", directory, static_cast<int>(fd))));
  return files;
}

std::string open_file(int fd) { return link_target(fmt::format("/proc/self/fd/{}", fd)); }

bool signal_process(const ProcessInfo& info, int signal) {
  const UniqueFd pidfd{static_cast<int>(::syscall(SYS_pidfd_open, static_cast<int>(info.pid), 0))};
  if (!pidfd) return true;
  // Now that the descriptor holds on to one process, see that it is the one that was meant.
  const auto current = process_info(info.pid);
  if (!current || current->start_time != info.start_time) return true;
  return ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0 || errno != EPERM;
}

std::optional<std::uint32_t> user_of(Pid pid) {
  struct stat info {};
  if (::stat(fmt::format("/proc/{}", static_cast<int>(pid)).c_str(), &info) == -1) return std::nullopt;
  return info.st_uid;
}

bool signal_group(Pid leader, int pidfd, int signal) {
  constexpr unsigned kProcessGroup = 4;  // PIDFD_SIGNAL_PROCESS_GROUP, pidfd_send_signal(2)
  if (::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, kProcessGroup) == 0) return true;
  return errno != ESRCH && ::kill(-static_cast<int>(leader), signal) == 0;
}

}  // namespace pm::os
