#include "pm/os/cgroup.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <memory>
#include <utility>

#include "pm/os/file.h"
#include "pm/os/process_tree.h"
#include "pm/os/syscall.h"

namespace pm::os {

using core::Controllers;
using core::Pid;

namespace {

constexpr auto kNamePrefix = "pm.", kAsideSuffix = ".supervisor";

// What was killed is gone as soon as it has been scheduled once more.
constexpr auto kEndPatience = std::chrono::milliseconds{500};

// The period of cpu.max, in microseconds: the kernel's own choice.
constexpr int kPeriod = 100'000;

std::string_view take_word(std::string_view& text, std::string_view ends) {
  const auto word = text.substr(0, text.find_first_of(ends));
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

// mountinfo writes blanks, tabs, newlines and backslashes as \ooo.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int code = 0;
    const auto digits = text.substr(i + 1, 3);
    if (text[i] == '\\' && digits.size() == 3 &&
        std::from_chars(digits.data(), digits.data() + 3, code, 8).ptr == digits.data() + 3) {
      out += static_cast<char>(code);
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

struct Mount {
  std::string root, point;
};

std::optional<Mount> find_mount(std::string_view mountinfo) {
  std::optional<Mount> found;  // the last one hides those before it
  while (!mountinfo.empty()) {
    auto line = take_word(mountinfo, "\n");
    const auto separator = line.find(" - ");
    if (separator == line.npos || !line.substr(separator).starts_with(" - cgroup2 ")) continue;
    for (int skipped = 0; skipped < 3; ++skipped) take_word(line, " ");  // ids, and the device
    const auto root = take_word(line, " ");
    found = Mount{unescaped(root), unescaped(take_word(line, " "))};
  }
  return found;
}

std::optional<std::string> find_membership(std::string_view membership) {
  while (!membership.empty()) {
    const auto line = take_word(membership, "\n");
    if (line.starts_with("0::")) return std::string{line.substr(3)};
  }
  return std::nullopt;
}

std::string joined(const std::string& directory, std::string_view name) {
  return fmt::format("{}{}{}", directory, directory.ends_with('/') ? "" : "/", name);
}

std::string text_of(const std::string& path) {
  const auto text = read_file(path);
  return text ? *text : std::string{};
}

// Each file of a cgroup takes what is written to it at once, or refuses it as a whole.
bool write_to(const std::string& path, std::string_view text) {
  const UniqueFd file{
      retry([&] { return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644); })};
  return file && retry([&] { return ::write(file.get(), text.data(), text.size()); }) ==
                     static_cast<ssize_t>(text.size());
}

std::vector<std::string> directories_in(const std::string& path) {
  struct Close {
    void operator()(DIR* open) const { ::closedir(open); }
  };
  std::vector<std::string> names;
  const std::unique_ptr<DIR, Close> directory{::opendir(path.c_str())};
  if (!directory) return names;
  while (const auto* entry = ::readdir(directory.get()))
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  return names;
}

// The rest of a cgroup goes with its directory.
bool remove_tree(const std::string& path) {
  if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return true;
  for (const auto& name : directories_in(path)) remove_tree(joined(path, name));
  return ::rmdir(path.c_str()) == 0 || errno == ENOENT;
}

void kill_all_in(const std::string& path) { write_to(joined(path, "cgroup.kill"), "1"); }

// "usage_usec 4711" → 4711 for "usage_usec"
std::optional<std::uint64_t> value_of(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    auto line = take_word(text, "\n");
    if (take_word(line, " ") != name) continue;
    std::uint64_t value = 0;
    if (std::from_chars(line.data(), line.data() + line.size(), value).ec == std::errc{}) return value;
  }
  return std::nullopt;
}

std::vector<Pid> pids_in(const std::string& path) {
  std::vector<Pid> pids;
  const auto text = text_of(joined(path, "cgroup.procs"));
  for (std::string_view rest = text; !rest.empty();) {
    const auto line = take_word(rest, "\n");
    int pid = 0;  // stays 0 for one of another pid namespace
    std::from_chars(line.data(), line.data() + line.size(), pid);
    if (pid > 0) pids.push_back(Pid{pid});
  }
  return pids;
}

void collect(const std::string& path, std::vector<Pid>& pids) {
  const auto own = pids_in(path);
  pids.insert(pids.end(), own.begin(), own.end());
  for (const auto& name : directories_in(path)) collect(joined(path, name), pids);
}

// Waits, but not for long, until no process is left in it. The kernel tells that by POLLPRI.
void await_empty(const std::string& path) {
  const auto deadline = std::chrono::steady_clock::now() + kEndPatience;
  const UniqueFd events{
      retry([&] { return ::open(joined(path, "cgroup.events").c_str(), O_RDONLY | O_CLOEXEC); })};
  for (;;) {
    if (value_of(text_of(joined(path, "cgroup.events")), "populated").value_or(0) == 0) return;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd watched{.fd = events.get(), .events = POLLPRI, .revents = 0};
    if (left.count() <= 0 || ::poll(&watched, 1, static_cast<int>(left.count())) == 0) return;
    char some[64];
    [[maybe_unused]] const auto size = ::pread(events.get(), some, sizeof some, 0);  // until it changes again
  }
}

std::uint64_t own_namespace() {
  struct stat info {};
  return ::stat("/proc/self/ns/pid", &info) == 0 ? info.st_ino : 0;
}

// Whose base a directory is. A pid alone means nothing: it is used again, and in another namespace it is
// another's.
struct Owner {
  int pid = 0;
  std::uint64_t start_time = 0, pid_namespace = 0;

  std::string name() const { return fmt::format("{}{}-{}-{}", kNamePrefix, pid, start_time, pid_namespace); }
};

std::optional<Owner> owner_of(std::string_view name) {
  const std::string_view prefix = kNamePrefix;
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  Owner owner;
  const auto take = [&](auto& number) {
    const auto word = take_word(name, "-.");
    const auto [rest, ec] = std::from_chars(word.data(), word.data() + word.size(), number);
    return ec == std::errc{} && rest == word.data() + word.size();
  };
  if (!take(owner.pid) || !take(owner.start_time) || !take(owner.pid_namespace)) return std::nullopt;
  return owner;
}

bool lives(const Owner& owner) {
  const auto info = process_info(Pid{owner.pid});
  return info && info->start_time == owner.start_time && !info->ended();
}

// This process and those above it that are the same program: keepers, and panes in front.
std::vector<Pid> own_family() {
  const auto program_of = [](Pid pid) {
    struct stat info {};
    const auto path = fmt::format("/proc/{}/exe", static_cast<int>(pid));
    return ::stat(path.c_str(), &info) == 0 ? std::pair{info.st_dev, info.st_ino} : std::pair<dev_t, ino_t>{};
  };
  std::vector<Pid> family{own_pid()};
  const auto own = program_of(own_pid());
  for (;;) {
    const auto info = process_info(family.back());
    if (!info || info->parent == Pid::none || program_of(info->parent) != own) return family;
    family.push_back(info->parent);
  }
}

bool has_word(std::string_view text, std::string_view wanted) {
  while (!text.empty())
    if (take_word(text, " \n") == wanted) return true;
  return false;
}

std::string number_or_max(std::uint64_t value) {
  return value == core::kUnlimited ? "max" : fmt::to_string(value);
}

// What of `limits` the cgroup at `path` keeps now.
Controllers limit(const std::string& path, const core::Limits& limits, const Controllers& enabled) {
  Controllers kept;
  if (enabled.memory && limits.memory) {
    kept.memory = write_to(joined(path, "memory.max"), number_or_max(*limits.memory));
    write_to(joined(path, "memory.oom.group"), "1");  // half a life is of no use
  }
  if (enabled.pids && limits.nproc)
    kept.pids = write_to(joined(path, "pids.max"), number_or_max(*limits.nproc));
  if (const auto* processors = limits.cpu ? std::get_if<double>(&*limits.cpu) : nullptr;
      enabled.cpu && processors)
    kept.cpu =
        write_to(joined(path, "cpu.max"), fmt::format("{} {}", std::llround(*processors * kPeriod), kPeriod));
  return kept;
}

}  // namespace

std::string cgroup_in(std::string_view mountinfo, std::string_view membership) {
  const auto mount = find_mount(mountinfo);
  auto place = find_membership(membership);
  if (!mount || !place || place->starts_with("/..")) return {};  // outside of what this namespace sees
  if (mount->root != "/") {
    if (!place->starts_with(mount->root)) return {};
    place->erase(0, mount->root.size());
  }
  if (place->starts_with('/')) place->erase(0, 1);
  return place->empty() ? mount->point : joined(mount->point, *place);
}

std::string own_cgroup() { return cgroup_in(text_of("/proc/self/mountinfo"), text_of("/proc/self/cgroup")); }

Cgroup::Cgroup(std::string path, Controllers limited, std::uint64_t memory_limit)
    : path_{std::move(path)}, limited_{limited}, memory_limit_{memory_limit} {}

Cgroup::Cgroup(Cgroup&& other) noexcept
    : path_{std::exchange(other.path_, {})}, limited_{other.limited_}, memory_limit_{other.memory_limit_} {}

Cgroup::~Cgroup() {
  if (!path_.empty()) remove_tree(path_);
}

UniqueFd Cgroup::open() const {
  return UniqueFd{retry([&] { return ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); })};
}

void Cgroup::kill() const { kill_all_in(path_); }

std::vector<Pid> Cgroup::processes() const {
  std::vector<Pid> pids;
  collect(path_, pids);
  return pids;
}

CgroupUsage Cgroup::usage() const {
  CgroupUsage usage;
  if (const auto time = value_of(text_of(joined(path_, "cpu.stat")), "usage_usec"))
    usage.cpu = std::chrono::microseconds{*time};
  const auto memory = text_of(joined(path_, "memory.current"));
  std::uint64_t bytes = 0;
  if (std::from_chars(memory.data(), memory.data() + memory.size(), bytes).ec == std::errc{})
    usage.memory = bytes;
  return usage;
}

bool Cgroup::ran_out_of_memory() const {
  return value_of(text_of(joined(path_, "memory.events")), "oom_kill").value_or(0) > 0;
}

Cgroups::Cgroups(std::string own) : own_{std::move(own)} {
  if (own_.empty()) return;
  const auto self = process_info(own_pid());
  if (!self || ::access(own_.c_str(), W_OK) != 0) {
    own_.clear();
    return;
  }
  base_ = joined(own_, Owner{static_cast<int>(self->pid), self->start_time, own_namespace()}.name());
  remove_stale();
}

Cgroups::~Cgroups() {
  if (own_.empty()) return;
  if (!remove_tree(base_)) {
    await_empty(base_);
    remove_tree(base_);
  }
  if (!aside_.empty()) step_back();
}

void Cgroups::remove_stale() const {
  for (const auto& name : directories_in(own_)) {
    const auto owner = owner_of(name);
    if (!owner || owner->pid_namespace != own_namespace() || lives(*owner)) continue;
    const auto path = joined(own_, name);
    if (!name.ends_with(kAsideSuffix) && !remove_tree(path)) {
      kill_all_in(path);
      await_empty(path);
    }
    remove_tree(path);
  }
}

std::optional<Cgroup> Cgroups::make(const std::string& name, const core::Limits& limits) {
  if (own_.empty()) return std::nullopt;
  if (::mkdir(base_.c_str(), 0755) == -1 && errno != EEXIST) return std::nullopt;
  if (const auto wanted = core::wanted_controllers(limits); wanted.any()) enable(wanted);
  const auto path = joined(base_, name);
  if (::mkdir(path.c_str(), 0755) == -1) return std::nullopt;
  const auto limited = limit(path, limits, enabled_);
  const bool bounded = limited.memory && *limits.memory != core::kUnlimited;
  return std::optional<Cgroup>{std::in_place, path, limited, bounded ? *limits.memory : 0};
}

// A controller passes from a directory to those below it only while the directory has no processes itself: so
// pm leaves its own for one beside its base. The root of the whole tree, which alone has no type, may have
// some.
void Cgroups::enable(Controllers wanted) {
  const auto available = text_of(joined(own_, "cgroup.controllers"));
  const auto pass_on = [&](bool asked, std::string_view name, bool& enabled, bool& refused) {
    if (!asked || enabled || refused) return;
    if (!has_word(available, name)) {
      refused = true;
    } else if (!exists(joined(own_, "cgroup.type")) || !aside_.empty() || step_aside()) {
      const auto order = fmt::format("+{}", name);
      enabled = write_to(joined(own_, "cgroup.subtree_control"), order) &&
                write_to(joined(base_, "cgroup.subtree_control"), order);
      refused = !enabled;
    }
  };
  pass_on(wanted.memory, "memory", enabled_.memory, refused_.memory);
  pass_on(wanted.pids, "pids", enabled_.pids, refused_.pids);
  pass_on(wanted.cpu, "cpu", enabled_.cpu, refused_.cpu);
}

// False as long as others are there, a shell or a client: they are not pm's to move.
bool Cgroups::step_aside() {
  const auto family = own_family();
  const auto present = pids_in(own_);
  const auto is_ours = [&](Pid pid) { return std::find(family.begin(), family.end(), pid) != family.end(); };
  if (!std::all_of(present.begin(), present.end(), is_ours)) return false;
  const auto aside = base_ + kAsideSuffix;
  if (::mkdir(aside.c_str(), 0755) == -1 && errno != EEXIST) return false;
  for (const auto pid : present)
    write_to(joined(aside, "cgroup.procs"), fmt::to_string(static_cast<int>(pid)));
  aside_ = aside;
  return true;
}

void Cgroups::step_back() {
  for (const auto* name : {"memory", "pids", "cpu"})
    write_to(joined(own_, "cgroup.subtree_control"), fmt::format("-{}", name));
  for (const auto pid : pids_in(aside_))
    write_to(joined(own_, "cgroup.procs"), fmt::to_string(static_cast<int>(pid)));
  remove_tree(aside_);
}

}  // namespace pm::os
