#pragma once

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/detail/throw_error.hpp>  // which the next one needs and forgets
#include <boost/process/v2/posix/default_launcher.hpp>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace pm::os {

/// The size of the stack that a Launcher needs; the address of its upper end is given to it.
inline constexpr std::size_t kLauncherStack = 128 << 10;

/// A launcher of Boost.Process v2 that does not copy the parent: the child borrows its memory until exec
/// (clone(2) with CLONE_VM and CLONE_VFORK), so that a spawn costs the same however large the parent is, and
/// an error of the child is simply left behind in a variable. The initialisers' on_exec_setup runs in the
/// child and may make only async-signal-safe calls.
class Launcher : public boost::process::v2::posix::default_launcher {
 public:
  explicit Launcher(void* stack_top) : stack_top_{stack_top} {}

  /// The pidfd of the child; the caller's to close. launch() does not wrap it in a basic_process, as other
  /// launchers do: that of Boost 1.81 registers it with an event loop for waits that the reaper does, and
  /// does not give it out for signals.
  int pidfd = -1;

  /// The directory of a cgroup that the child is to be born in; -1: in the parent's. To be born there costs
  /// nothing, while to move there costs about 8 ms, in which the kernel waits for every processor.
  int cgroup = -1;
  /// Whether it was; false where the kernel, the processor or a rule of containers does not let it.
  bool in_cgroup = false;

  /// Starts `executable`; on success `pid` and `pidfd` are the child's, on failure there is no child.
  template <class... Inits>
  boost::system::error_code launch(const boost::process::v2::filesystem::path& executable,
                                   const char* const* argv, Inits&&... inits) {
    namespace posix = boost::process::v2::posix::detail;
    boost::system::error_code error = posix::on_setup(*this, executable, argv, inits...);
    if (error) return error;
    auto child = [&] {
      error = posix::on_exec_setup(*this, executable, argv, inits...);
      if (error) return;
      ::execve(executable.c_str(), const_cast<char* const*>(argv), const_cast<char* const*>(env));
      error.assign(errno, boost::system::system_category());
    };
    if (!clone_child(child)) return {errno, boost::system::system_category()};
    if (error) discard_child();
    return error;
  }

 private:
  // Runs `child` in a new process until it calls exec or returns. False and errno if there is none.
  template <class Function>
  bool clone_child(Function& child) {
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all,
                      &before);  // a handler of ours must not run in the child, in our memory
    in_cgroup = cgroup >= 0;
    pid = in_cgroup ? clone_into_cgroup(&Launcher::enter<Function>, &child) : -1;
    // What is lacking there is lacking everywhere: whoever asked is to hear of it, and to try again.
    const bool lacking = in_cgroup && pid == -1 && (errno == EAGAIN || errno == ENOMEM);
    if (pid == -1 && !lacking) {
      in_cgroup = false;
      pid = ::clone(&Launcher::enter<Function>, stack_top_, kCloneFlags | SIGCHLD, &child, &pidfd);
    }
    const int error = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return pid != -1;
  }

  static constexpr int kCloneFlags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD;

  // clone3(2), for which glibc has no function: a child on a stack of its own cannot return from one.
  __attribute__((no_sanitize("address"))) int clone_into_cgroup(int (*begin)(void*), void* child) {
#if defined(__x86_64__)
    clone_args arguments{};
    arguments.flags = kCloneFlags | CLONE_INTO_CGROUP;
    arguments.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
    arguments.exit_signal = SIGCHLD;
    arguments.stack = reinterpret_cast<std::uintptr_t>(stack_top_) - kLauncherStack;
    arguments.stack_size = kLauncherStack;
    arguments.cgroup = static_cast<std::uint64_t>(cgroup);
    long result = SYS_clone3;
    asm volatile(
        "syscall\n\t"
        "test %%rax, %%rax\n\t"
        "jnz 1f\n\t"
        "xor %%ebp, %%ebp\n\t"  // the child: the end of every backtrace
        "mov %[child], %%rdi\n\t"
        "call *%[begin]\n\t"
        "ud2\n"
        "1:"
        : "+a"(result)
        : "D"(&arguments), "S"(sizeof arguments), [begin] "r"(begin), [child] "r"(child)
        : "rcx", "r11", "memory", "cc");
    if (result < 0) errno = static_cast<int>(-result);
    return result < 0 ? -1 : static_cast<int>(result);
#else
    static_cast<void>(begin);
    static_cast<void>(child);
    return -1;
#endif
  }

  void discard_child() {
    siginfo_t info;
    while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED) == -1 && errno == EINTR) {}
    ::close(std::exchange(pidfd, -1));
  }

  template <class Function>
  __attribute__((no_sanitize("address"))) static int enter(void* function) {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &action, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
    (*static_cast<Function*>(function))();
    ::_exit(127);
  }

  void* stack_top_;
};

}  // namespace pm::os
