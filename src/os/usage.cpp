#include "pm/os/usage.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "pm/os/syscall.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

using core::Pid;

namespace {

/// What /proc/PID/stat says of one process, and whose it was found to be.
struct Entry {
  int pid = 0, parent = 0, session = 0;
  std::uint64_t ticks = 0, pages = 0;
  int leader = 0;  // 0: nobody's
  bool settled = false;
};

// The numbers of a line, one after the other; 0 once it has ended.
class Numbers {
 public:
  explicit Numbers(std::string_view text) : text_{text} {}

  std::uint64_t next() {
    skip_blanks();
    std::uint64_t value = 0;
    const auto [end, ec] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    return value;
  }
  void skip(int fields) {
    for (; fields > 0; --fields) {
      skip_blanks();
      text_.remove_prefix(std::min(text_.find(' '), text_.size()));
    }
  }

 private:
  void skip_blanks() { text_.remove_prefix(std::min(text_.find_first_not_of(' '), text_.size())); }
  std::string_view text_;
};

// proc(5). The name in field 2 may hold anything, parentheses and blanks too.
std::optional<Entry> parse(int pid, std::string_view stat) {
  const auto name_end = stat.rfind(')');
  if (name_end == stat.npos) return std::nullopt;
  Numbers numbers{stat.substr(name_end + 1)};
  Entry entry{.pid = pid};
  numbers.skip(1);  // the state, field 3
  entry.parent = static_cast<int>(numbers.next());
  numbers.skip(1);
  entry.session = static_cast<int>(numbers.next());
  numbers.skip(7);
  for (int field = 14; field <= 17; ++field) entry.ticks += numbers.next();  // utime stime cutime cstime
  numbers.skip(6);
  entry.pages = numbers.next();
  return entry;
}

std::optional<Entry> read_entry(int proc, int pid) {
  std::array<char, 32> name;
  *fmt::format_to(name.data(), "{}/stat", pid) = '\0';
  const UniqueFd file{retry([&] { return ::openat(proc, name.data(), O_RDONLY | O_CLOEXEC); })};
  if (!file) return std::nullopt;  // it has ended meanwhile
  std::array<char, 2048> text;     // a name of 64 bytes and 50 numbers of at most 20 digits
  const auto size = retry([&] { return ::read(file.get(), text.data(), text.size()); });
  if (size <= 0) return std::nullopt;
  return parse(pid, {text.data(), static_cast<std::size_t>(size)});
}

std::vector<Entry> all_processes() {
  struct Close {
    void operator()(DIR* open) const { ::closedir(open); }
  };
  std::vector<Entry> entries;
  const std::unique_ptr<DIR, Close> proc{::opendir("/proc")};
  if (!proc) return entries;
  while (const auto* found = ::readdir(proc.get())) {
    const std::string_view name = found->d_name;
    int pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ec != std::errc{}) continue;
    if (const auto entry = read_entry(::dirfd(proc.get()), pid)) entries.push_back(*entry);
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.pid < b.pid; });
  return entries;
}

/// Says of each process whose it is: a leader's own; that of the leader of its session; else its parent's.
class Owners {
 public:
  Owners(std::vector<Entry>& entries, std::span<const Pid> leaders) : entries_{entries} {
    for (const auto pid : leaders) leaders_.push_back(static_cast<int>(pid));
    std::sort(leaders_.begin(), leaders_.end());
  }

  void settle() {
    for (auto& entry : entries_) leader_of(entry);
  }

 private:
  bool is_leader(int pid) const { return std::binary_search(leaders_.begin(), leaders_.end(), pid); }

  Entry* find(int pid) {
    const auto found = std::lower_bound(entries_.begin(), entries_.end(), pid,
                                        [](const Entry& entry, int wanted) { return entry.pid < wanted; });
    return found != entries_.end() && found->pid == pid ? &*found : nullptr;
  }

  int leader_of(Entry& entry) {
    if (std::exchange(entry.settled, true)) return entry.leader;
    if (is_leader(entry.pid)) return entry.leader = entry.pid;
    if (is_leader(entry.session)) return entry.leader = entry.session;
    auto* parent = find(entry.parent);
    return entry.leader = parent ? leader_of(*parent) : 0;
  }

  std::vector<Entry>& entries_;
  std::vector<int> leaders_;
};

core::Duration to_duration(std::uint64_t ticks) {
  static const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return std::chrono::nanoseconds{ticks * (1'000'000'000 / per_second)};
}

}  // namespace

// Nothing is counted twice: the time of a child is its own until somebody waits for it, and from then on in
// that parent's cutime and cstime. What is waited for by a stranger (an orphan, by pm) or by nobody (SIGCHLD
// ignored) drops out, so that a sum may also fall.
std::map<Pid, Usage> usage_of(std::span<const Pid> leaders) {
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::map<Pid, Usage> usages;
  if (leaders.empty()) return usages;
  auto entries = all_processes();
  Owners{entries, leaders}.settle();
  for (const auto& entry : entries) {
    if (entry.leader == 0) continue;
    auto& usage = usages[Pid{entry.leader}];
    usage.cpu += to_duration(entry.ticks);
    usage.rss_bytes += entry.pages * page;
    ++usage.processes;
  }
  return usages;
}

}  // namespace pm::os
