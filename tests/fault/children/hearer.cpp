// hearer: says which signals it gets, "got 15", a line each, until SIGRTMAX ends it with code 42.
#include <csignal>
#include <cstdio>

int main() {
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_BLOCK, &all, nullptr);
  std::puts("ready");
  std::fflush(stdout);
  for (;;) {
    const int signal = ::sigwaitinfo(&all, nullptr);
    if (signal == SIGRTMAX) return 42;
    std::printf("got %d\n", signal);
    std::fflush(stdout);
  }
}
