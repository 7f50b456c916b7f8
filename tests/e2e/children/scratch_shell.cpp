// scratch_shell -c COMMAND: the only other program in an image from nothing, linked statically. Commands:
// "exit CODE"; "serve", until SIGTERM; "ignore" it; "orphans", which ends when somebody has reaped ten of
// them; "identity", which tells uid, pid and directory.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace {

int serve() {
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, nullptr);
  std::puts("ready");
  int signal = 0;
  sigwait(&term, &signal);
  std::puts("finished the job at hand");
  return 0;
}

int ignore() {
  std::signal(SIGTERM, SIG_IGN);
  std::puts("ready");
  for (;;) pause();
}

/// A process whose parent has ended: whoever adopts it has to reap it. Its pid.
pid_t orphan() {
  int told[2];
  if (pipe(told) == -1) std::exit(1);
  const pid_t parent = fork();
  if (parent == 0) {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    _exit(write(told[1], &child, sizeof child) == sizeof child ? 0 : 1);
  }
  pid_t child = -1;
  const bool known = read(told[0], &child, sizeof child) == sizeof child;
  waitpid(parent, nullptr, 0);
  close(told[0]);
  close(told[1]);
  if (!known) std::exit(1);
  return child;
}

int orphans() {
  for (int i = 0; i < 10; ++i)
    for (const pid_t pid = orphan(); kill(pid, 0) == 0;) usleep(1000);  // a zombie still counts as there
  std::puts("all orphans are reaped");
  return 0;
}

int identity() {
  char directory[256] = "?";
  std::printf("uid %d, gid %d, parent %d, in %s\n", static_cast<int>(getuid()), static_cast<int>(getgid()),
              static_cast<int>(getppid()), getcwd(directory, sizeof directory));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IONBF, 0);
  const std::string command = argc > 2 ? argv[2] : "";
  if (command.rfind("exit ", 0) == 0) return std::atoi(command.c_str() + 5);
  if (command == "serve") return serve();
  if (command == "ignore") return ignore();
  if (command == "orphans") return orphans();
  if (command == "identity") return identity();
  std::fprintf(stderr, "scratch_shell: no such command: %s\n", command.c_str());
  return 127;
}
