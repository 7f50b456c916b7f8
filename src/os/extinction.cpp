#include "pm/os/extinction.h"

#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <bitset>
#include <cstdint>
#include <string_view>
#include <utility>

#include "numbers.h"
#include "pm/os/directory.h"
#include "pm/os/process_tree.h"
#include "pm/os/syscall.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

using core::Pid;

namespace {

// A list in the program's own memory, of which only the pages that are used cost anything. A tree of more is
// ended in several rounds.
constexpr std::size_t kMostFound = 32'768;

constexpr std::int64_t kRoundTime = 50'000'000;  // nanoseconds

std::int64_t nanoseconds_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// The path of a file below /proc, put together in place.
class ProcPath {
 public:
  template <class... Arguments>
  explicit ProcPath(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    *fmt::format_to_n(text_.data(), text_.size() - 1, format, std::forward<Arguments>(arguments)...).out =
        '\0';
  }
  UniqueFd open(int flags = 0) const {
    return UniqueFd{retry([&] { return ::open(text_.data(), O_RDONLY | O_CLOEXEC | flags); })};
  }
  bool readable() const { return ::access(text_.data(), R_OK) == 0; }

 private:
  std::array<char, 64> text_;
};

// Calls `visit` with each name in the directory that is a number.
template <class Visit>
void each_number_in(const ProcPath& path, Visit&& visit) {
  const auto directory = path.open(O_DIRECTORY);
  each_entry(directory.get(), [&](const char* entry, bool) {
    std::string_view name = entry;
    int number = 0;
    if (take_number(name, number) && name.empty()) visit(number);
  });
}

class Round {
 public:
  explicit Round(Pid root) : root_{root}, deadline_{nanoseconds_now() + kRoundTime} {
    for (; count_ > 0; --count_) known_.reset(place_of(found_[count_ - 1].pid));
    by_parent_ = !ProcPath{"/proc/self/task/{}/children", static_cast<int>(self_)}.readable();
  }

  std::size_t run() {
    while (stop_new()) continue;
    for (std::size_t i = 0; i < count_; ++i) signal_process(found_[i], SIGKILL);
    return count_;
  }

 private:
  // The largest pid_max(5) that Linux allows.
  static constexpr std::size_t kPids = std::size_t{1} << 22;
  static std::size_t place_of(Pid pid) { return static_cast<std::size_t>(pid) % kPids; }

  // Goes through the whole tree once; whether anybody was new, and there is time left to look again.
  bool stop_new() {
    const auto before = count_;
    visit_children(root_);
    for (std::size_t i = 0; i < count_; ++i) {
      if (nanoseconds_now() > deadline_) return false;
      visit_children(found_[i].pid);
    }
    return count_ > before;
  }

  void visit_children(Pid parent) {
    if (by_parent_) return visit_by_parent(parent);
    const int number = static_cast<int>(parent);
    each_number_in(ProcPath{"/proc/{}/task", number}, [&](int thread) {
      const auto list = ProcPath{"/proc/{}/task/{}/children", number, thread}.open();
      visit_list(list.get(), parent);
    });
  }

  // "17 23 42 ", of any length.
  void visit_list(int list, Pid parent) {
    std::array<char, 2048> chunk;
    int number = 0;
    for (;;) {
      const auto size = retry([&] { return ::read(list, chunk.data(), chunk.size()); });
      if (size <= 0) return;
      for (ssize_t i = 0; i < size; ++i) {
        const char c = chunk[static_cast<std::size_t>(i)];
        if (c >= '0' && c <= '9')
          number = number * 10 + (c - '0');
        else if (number > 0)
          meet(Pid{std::exchange(number, 0)}, parent);
      }
    }
  }

  // Kernels without CONFIG_PROC_CHILDREN: every process says who its parent is.
  void visit_by_parent(Pid parent) {
    each_number_in(ProcPath{"/proc"}, [&](int pid) { meet(Pid{pid}, parent); });
  }

  // Since it was listed it may have ended, and another have got its pid; or its parent has ended, and it is
  // this process that it was left to.
  void meet(Pid pid, Pid parent) {
    if (count_ == kMostFound || known_.test(place_of(pid))) return;
    const auto info = process_info(pid);
    if (!info || info->ended() || (info->parent != parent && info->parent != self_)) return;
    signal_process(*info, SIGSTOP);
    known_.set(place_of(pid));
    found_[count_++] = *info;
  }

  static std::array<ProcessInfo, kMostFound> found_;
  static std::size_t count_;
  static std::bitset<kPids> known_;
  Pid root_, self_ = own_pid();
  std::int64_t deadline_;
  bool by_parent_ = false;
};

std::array<ProcessInfo, kMostFound> Round::found_;
std::size_t Round::count_ = 0;
std::bitset<Round::kPids> Round::known_;

}  // namespace

std::size_t kill_descendants(core::Pid root) { return Round{root}.run(); }

}  // namespace pm::os
