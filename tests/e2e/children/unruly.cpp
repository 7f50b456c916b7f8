// unruly MANNER: says "ready" and stays, until it is told to end. What it does then, or before:
//   willing  ends at once          lingers  ends with code 0 after a moment
//   ignores  stays                 crashes  has died before anybody told it
//   leaves   ends at once, and leaves two behind that ignore it, one of them in a session of its own
#include <csignal>
#include <cstdlib>
#include <string_view>

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace {

constexpr long kMoment = 30'000'000;  // nanoseconds

void linger(int) {
  const timespec moment{.tv_sec = 0, .tv_nsec = kMoment};
  ::nanosleep(&moment, nullptr);
  ::_exit(0);
}

[[noreturn]] void stay() {
  for (;;) ::pause();
}

// Ready is who has both of them.
void leave_behind(bool own_session) {
  int ready[2];
  if (::pipe(ready) == -1) std::exit(1);
  if (::fork() == 0) {
    if (own_session) ::setsid();
    std::signal(SIGTERM, SIG_IGN);
    ::close(ready[0]);
    ::close(ready[1]);
    stay();
  }
  ::close(ready[1]);
  char none;
  if (::read(ready[0], &none, 1) != 0) std::exit(1);
  ::close(ready[0]);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view manner = argc > 1 ? argv[1] : "";
  if (manner == "crashes") return 1;
  if (manner == "lingers") std::signal(SIGTERM, linger);
  if (manner == "ignores") std::signal(SIGTERM, SIG_IGN);
  if (manner == "leaves")
    for (const bool own_session : {false, true}) leave_behind(own_session);
  if (::write(STDOUT_FILENO, "ready\n", 6) != 6) return 1;
  stay();
}
