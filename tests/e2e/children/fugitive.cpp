// fugitive WAY: does what it can to outlive its supervisor, deaf to SIGTERM, and says "ready" (or makes the
// file "ready") when that is done. Ways:
//   bomb      forks, and so do all of them, until there is no room, and on whenever there is
//   bombs     the same, each in a session of its own
//   daemon    closes everything and leaves a daemon behind (two forks, two sessions)
//   mover     leaves one behind in another session, and one in another group of that
//   tracee    asks to be traced by its parent, and calls exec
//   hog       takes memory until it gets no more
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr rlim_t kMostOfABomb = 256;  // whatever the test has got wrong

[[noreturn]] void stay() {
  for (;;) ::pause();
}

void say(const char* word) {
  if (::write(STDOUT_FILENO, word, std::strlen(word)) < 0) ::_exit(1);
}

void make_ready_file() {
  const int file = ::open("ready.new", O_WRONLY | O_CREAT, 0644);
  if (file != -1) ::close(file);
  ::rename("ready.new", "ready");
}

[[noreturn]] void bomb(bool own_sessions) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NPROC, &limit);
  if (::getuid() == 0) ::_exit(3);  // whom no limit binds
  if (limit.rlim_cur > kMostOfABomb) limit.rlim_cur = kMostOfABomb;
  ::setrlimit(RLIMIT_NPROC, &limit);
  const pid_t first = ::getpid();
  for (bool told = false;;) {
    const pid_t child = ::fork();
    if (child == 0 && own_sessions) ::setsid();
    if (child != -1 || told || ::getpid() != first) continue;
    told = true;
    say("ready\n");
  }
}

[[noreturn]] void leave_a_daemon() {
  if (::fork() > 0) stay();
  ::setsid();
  if (::fork() > 0) ::_exit(0);
  ::setsid();
  if (::fork() > 0) ::_exit(0);
  ::syscall(SYS_close_range, 0u, ~0u, 0u);
  make_ready_file();
  stay();
}

[[noreturn]] void move() {
  if (::fork() == 0) {
    ::setsid();
    if (::fork() == 0) {
      ::setpgid(0, 0);
      make_ready_file();
    }
  }
  stay();
}

[[noreturn]] void take_memory() {
  constexpr std::size_t kBite = 1 << 20;
  for (;;) {
    void* bite = std::malloc(kBite);
    if (!bite) break;
    std::memset(bite, 1, kBite);
  }
  say("ready\n");
  stay();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view way = argc > 1 ? argv[1] : "";
  std::signal(SIGTERM, SIG_IGN);
  if (way == "bomb" || way == "bombs") bomb(way == "bombs");
  if (way == "daemon") leave_a_daemon();
  if (way == "mover") move();
  if (way == "hog") take_memory();
  if (way == "tracee") {
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::execl("/proc/self/exe", argv[0], "traced", nullptr);
  }
  if (way != "traced") return 2;
  say("ready\n");
  stay();
}
