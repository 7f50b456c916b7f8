#include "injector.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <sstream>

namespace pm::fault {

namespace {

constexpr int kSyscallStop = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD

template <class Value>
bool peek(pid_t pid, std::uint64_t address, Value& value) {
  iovec here{&value, sizeof value}, there{reinterpret_cast<void*>(address), sizeof value};
  return ::process_vm_readv(pid, &here, 1, &there, 1, 0) == static_cast<ssize_t>(sizeof value);
}

template <class Value>
bool poke(pid_t pid, std::uint64_t address, Value value) {
  iovec here{&value, sizeof value}, there{reinterpret_cast<void*>(address), sizeof value};
  return ::process_vm_writev(pid, &here, 1, &there, 1, 0) == static_cast<ssize_t>(sizeof value);
}

// The registers that say which call it is, and what it answers.
void skip_call(pid_t pid) {
  user_regs_struct registers{};
  ::ptrace(PTRACE_GETREGS, pid, nullptr, &registers);
  registers.orig_rax = static_cast<unsigned long long>(-1);
  ::ptrace(PTRACE_SETREGS, pid, nullptr, &registers);
}

void answer_call(pid_t pid, int error) {
  user_regs_struct registers{};
  ::ptrace(PTRACE_GETREGS, pid, nullptr, &registers);
  registers.rax = static_cast<unsigned long long>(-static_cast<long long>(error));
  ::ptrace(PTRACE_SETREGS, pid, nullptr, &registers);
}

bool resume(pid_t pid, int signal = 0) { return ::ptrace(PTRACE_SYSCALL, pid, nullptr, signal) == 0; }

}  // namespace

std::string Call::file(std::uint64_t fd) const {
  std::array<char, 4096> target;
  const auto path = "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(static_cast<int>(fd));
  const auto size = ::readlink(path.c_str(), target.data(), target.size());
  return size > 0 ? std::string{target.data(), static_cast<std::size_t>(size)} : std::string{};
}

Injector::Injector(pid_t pid, Faults faults) : pid_{pid}, faults_{std::move(faults)} {
  thread_ = std::thread{[this] { trace(); }};
  attached_.wait(false);
}

void Injector::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  if (!ended_) ::syscall(SYS_tgkill, pid_, pid_, SIGWINCH);  // means nothing but that it comes by here
  thread_.join();
}

// Only the thread that has seized a process may do anything to it.
void Injector::trace() {
  const bool seized = ::ptrace(PTRACE_SEIZE, pid_, nullptr, PTRACE_O_TRACESYSGOOD) == 0;
  EXPECT_TRUE(seized) << "cannot trace process " << pid_ << ": " << std::generic_category().message(errno);
  if (seized) ::ptrace(PTRACE_INTERRUPT, pid_, nullptr, nullptr);
  attached_ = true;
  attached_.notify_all();
  int status = 0;
  while (seized && ::waitpid(pid_, &status, __WALL) == pid_ && WIFSTOPPED(status) && step(status)) continue;
  ended_ = true;
}

bool Injector::step(int status) {
  const int signal = WSTOPSIG(status);
  const bool by_event = (status >> 16) != 0, by_call = signal == kSyscallStop;
  if (by_call) on_call();
  const bool delivers = !by_event && !by_call;
  const bool lost = delivers && !stopping_ && faults_.lose && faults_.lose(signal);
  if (lost) ++injected_;
  const int handed_on = delivers && !lost ? signal : 0;
  if (!stopping_ || pending_error_ != 0) return resume(pid_, handed_on);
  ::ptrace(PTRACE_DETACH, pid_, nullptr, handed_on);
  return false;
}

void Injector::on_call() {
  __ptrace_syscall_info info{};
  ::ptrace(PTRACE_GET_SYSCALL_INFO, pid_, sizeof info, &info);
  if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
    if (pending_error_ != 0) answer_call(pid_, std::exchange(pending_error_, 0));
    if (std::exchange(wants_time_, false)) {
      timespec time{};
      if (peek(pid_, time_at_, time))
        poke(pid_, time_at_, timespec{time.tv_sec + faults_.clock_offset(), time.tv_nsec});
    }
    return;
  }
  if (info.op != PTRACE_SYSCALL_INFO_ENTRY || stopping_) return;
  Call call{pid_, static_cast<long>(info.entry.nr), {}};
  std::copy(std::begin(info.entry.args), std::end(info.entry.args), call.arguments.begin());
  if (faults_.clock_offset && call.number == SYS_clock_gettime && call.arguments[0] == CLOCK_REALTIME) {
    wants_time_ = true;
    time_at_ = call.arguments[1];
  }
  if (const int signal = faults_.signal ? faults_.signal(call) : 0; signal != 0) {
    ++injected_;
    ::syscall(SYS_tgkill, pid_, pid_, signal);
  }
  pending_error_ = faults_.error ? faults_.error(call) : 0;
  if (pending_error_ == 0) return;
  ++injected_;
  skip_call(pid_);
}

bool can_trace() {
  const pid_t child = ::fork();
  if (child == 0)
    for (;;) ::pause();
  const bool can = ::ptrace(PTRACE_SEIZE, child, nullptr, nullptr) == 0;
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  return can;
}

void be_traced() { ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); }

void without_vdso(pid_t pid) {
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  ASSERT_TRUE(WIFSTOPPED(status)) << "it has not called exec";
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text;
  std::getline(file, text);
  std::istringstream rest{text.substr(text.rfind(')') + 2)};
  std::string field;
  constexpr int kStartStack = 28;  // proc(5): where argc lies, as execve(2) has left it
  for (int number = 3; number <= kStartStack; ++number) rest >> field;
  auto address = std::stoull(field) + sizeof(std::uint64_t);
  for (int lists = 2; lists > 0; address += sizeof(std::uint64_t)) {  // argv and envp, each up to its null
    std::uint64_t word = 0;
    ASSERT_TRUE(peek(pid, address, word));
    if (word == 0) --lists;
  }
  for (Elf64_auxv_t entry{}; peek(pid, address, entry) && entry.a_type != AT_NULL; address += sizeof entry)
    if (entry.a_type == AT_SYSINFO_EHDR) poke(pid, address, std::uint64_t{AT_IGNORE});
  ::ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
}

}  // namespace pm::fault
