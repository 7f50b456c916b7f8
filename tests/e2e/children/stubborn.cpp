// stubborn [WORD]: ignores what asks it to end, says WORD ("ready"), and stays.
#include <csignal>
#include <cstdio>
#include <initializer_list>

#include <unistd.h>

int main(int argc, char** argv) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) std::signal(signal, SIG_IGN);
  std::puts(argc > 1 ? argv[1] : "ready");
  std::fflush(stdout);
  for (;;) ::pause();
}
