// family: a process with relatives of every kind that a supervisor may lose sight of: a child in its group,
// one in a session of its own, a daemon (two forks), and a daemon that has cleared its environment and closed
// all it had open. All of them are deaf to SIGTERM but the leader; says "ready" once all are there.
#include <csignal>
#include <cstdio>

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

[[noreturn]] void stay() {
  std::signal(SIGTERM, SIG_IGN);
  for (;;) ::pause();
}

void child(bool own_session, int ready) {
  if (::fork() != 0) return;
  if (own_session) ::setsid();
  std::signal(SIGTERM, SIG_IGN);
  ::close(ready);
  stay();
}

void daemon(bool bare, int ready) {
  const pid_t middle = ::fork();
  if (middle > 0) {
    ::waitpid(middle, nullptr, 0);
    return;
  }
  ::setsid();
  if (::fork() > 0) ::_exit(0);
  ::setsid();
  std::signal(SIGTERM, SIG_IGN);
  if (!bare) {
    ::close(ready);
    stay();
  }
  char self[4096];
  const auto size = ::readlink("/proc/self/exe", self, sizeof self - 1);
  if (size <= 0) ::_exit(1);
  self[size] = '\0';
  for (int fd = 0; fd < 256; ++fd)
    if (fd != ready) ::close(fd);
  ::fcntl(ready, F_SETFD, FD_CLOEXEC);
  char word[] = "stay";
  char* const arguments[] = {self, word, nullptr};
  char* const environment[] = {nullptr};
  ::execve(self, arguments, environment);
  ::_exit(1);
}

}  // namespace

int main(int argc, char**) {
  if (argc > 1) stay();
  int ready[2];
  if (::pipe(ready) == -1) return 1;
  child(false, ready[1]);
  child(true, ready[1]);
  daemon(false, ready[1]);
  daemon(true, ready[1]);
  ::close(ready[1]);
  char none;
  if (::read(ready[0], &none, 1) != 0) return 1;
  std::puts("ready");
  std::fflush(stdout);
  for (;;) ::pause();
}
