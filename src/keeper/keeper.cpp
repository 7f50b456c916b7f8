#include "pm/keeper/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "pm/os/output.h"
#include "pm/os/process_tree.h"
#include "pm/os/signals.h"
#include "pm/os/syscall.h"
#include "watch.h"

namespace pm::keeper {

using core::Error;
using core::Pid;
using core::Result;
using os::UniqueFd;

namespace {

struct Link {
  UniqueFd below, above;  // the end of the one below, and of the one above
};

Result<Link> make_link() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
    return os::system_error("cannot make a pair of sockets");
  return Link{UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

Error no_process(int code) {
  auto error = os::system_error("cannot start a process", code);
  if (code == EAGAIN) error.hint = "there are too many processes: ulimit -u, or pids.max of the cgroup";
  return error;
}

// The signals that mean something from now on; one that was ignored from the start stays so only if it is
// SIGHUP.
sigset_t awaited_signals() {
  sigset_t awaited;
  ::sigemptyset(&awaited);
  ::sigaddset(&awaited, SIGCHLD);
  for (int signal = 1; signal < NSIG; ++signal)
    if (is_passed_on(signal) && !(signal == SIGHUP && os::is_ignored(SIGHUP))) ::sigaddset(&awaited, signal);
  return awaited;
}

void ignore_what_is_passed_on() {
  for (int signal = 1; signal < NSIG; ++signal)
    if (is_passed_on(signal)) ::signal(signal, SIG_IGN);
}

// What ps(1) shows of a process, and pgrep -f looks at: the memory that its arguments lie in, which is ours.
void name_process(const char* command, std::string_view title) {
  ::prctl(PR_SET_NAME, command);
  const UniqueFd file{::open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC)};
  char chunk[4096];
  std::size_t room = 0;
  for (ssize_t size; (size = os::retry([&] { return ::read(file.get(), chunk, sizeof chunk); })) > 0;)
    room += static_cast<std::size_t>(size);
  if (room <= title.size()) return;
  std::memset(program_invocation_name, 0, room);
  std::memcpy(program_invocation_name, title.data(), title.size());
}

// What has been read of the program so far is of no more use here; what is, comes back page by page.
int let_go_of_code(dl_phdr_info* object, std::size_t, void*) {
  const auto page = static_cast<ElfW(Addr)>(::sysconf(_SC_PAGESIZE));
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& part = object->dlpi_phdr[i];
    if (part.p_type != PT_LOAD || (part.p_flags & PF_W)) continue;
    const auto begin = (object->dlpi_addr + part.p_vaddr) / page * page;
    const auto end = object->dlpi_addr + part.p_vaddr + part.p_memsz;
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  return 0;
}

[[noreturn]] void keep(const Ward& ward) {
  os::become_subreaper();
  os::ignore_output_signals();
  ::dl_iterate_phdr(let_go_of_code, nullptr);
  static Watch watch{ward};
  watch.keep();
}

// The one between the keeper that people know and the supervisor: nobody is to send it anything, and what is
// sent to all of a session or a process group is not for it.
[[noreturn]] void keep_between(const Ward& ward) {
  ::setsid();
  ignore_what_is_passed_on();
  name_process("pm-keeper", "pm: keeper");
  keep(ward);
}

Kept become_supervisor(UniqueFd link, Pid keeper, const sigset_t& mask) {
  ignore_what_is_passed_on();
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  name_process("pm-supervisor", "pm: supervisor");
  return {std::move(link), keeper};
}

[[noreturn]] void give_up(const Error& error) {
  os::complain(core::render(error));
  ::_exit(core::exit_status(error.kind));
}

}  // namespace

Result<Kept> enter() {
  const auto known = os::own_pid();
  auto outer = make_link();
  if (!outer) return outer.error();
  const auto awaited = awaited_signals();
  ::signal(SIGCHLD, SIG_DFL);  // where it is ignored, nobody learns how a child ends
  sigset_t mask;
  ::sigprocmask(SIG_BLOCK, &awaited, &mask);  // from here on they wait for whoever will read them
  const auto child = ::fork();
  if (child == -1) {
    const int code = errno;
    ::sigprocmask(SIG_SETMASK, &mask, nullptr);
    return no_process(code);
  }
  const bool alone = known == Pid{1};
  if (child != 0)
    keep({.name = alone ? "the supervisor" : "the inner keeper", .pid = child, .below = outer->above.get()});
  outer->above.reset();
  if (alone) return become_supervisor(std::move(outer->below), known, mask);

  auto inner = make_link();
  if (!inner) give_up(inner.error());
  const auto grandchild = ::fork();
  if (grandchild == -1) give_up(no_process(errno));
  if (grandchild != 0)
    keep_between({.name = "the supervisor",
                  .pid = grandchild,
                  .below = inner->above.get(),
                  .above = outer->below.get()});
  return become_supervisor(std::move(inner->below), known, mask);
}

}  // namespace pm::keeper
