// daemoniser PIDFILE: leaves a daemon behind (two forks and a session of its own) that ignores SIGTERM, holds
// stdout open, and whose pid is in PIDFILE once that file is there.
#include <csignal>
#include <cstdio>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace {

void write_pid(const std::string& path) {
  const auto unfinished = path + ".new";
  if (auto* file = std::fopen(unfinished.c_str(), "w")) {
    std::fprintf(file, "%d\n", ::getpid());
    std::fclose(file);
  }
  std::rename(unfinished.c_str(), path.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  int ready[2];
  if (::pipe(ready) == -1) return 1;
  const pid_t middle = ::fork();
  if (middle == 0) {
    ::setsid();
    if (::fork() > 0) ::_exit(0);
    std::signal(SIGTERM, SIG_IGN);
    write_pid(argv[1]);
    ::close(ready[0]);
    ::close(ready[1]);
    for (;;) ::pause();
  }
  ::close(ready[1]);
  ::waitpid(middle, nullptr, 0);
  char none;
  return ::read(ready[0], &none, 1) == 0 ? 0 : 1;
}
