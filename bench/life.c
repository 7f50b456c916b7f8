// A child of the soak: writes "# NAME PID NUMBER xxx…" lines of 100 bytes, numbered from 0, and as its last
// one "# NAME PID end COUNT", however it ends. So whoever reads them knows of each life whether every line
// has come.
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { kLine = 100, kBurst = 65536 / kLine };
static char chunk[kBurst * kLine];
static size_t used;
static void flush(void) {
  for (size_t done = 0; done < used;) {
    const ssize_t size = write(1, chunk + done, used - done);
    if (size < 0) perror("life"), exit(1);
    done += (size_t)size;
  }
  used = 0;
}
static void put(const char* what, unsigned long number) {
  if (used == sizeof chunk) flush();
  char* line = chunk + used;
  memset(line, 'x', kLine);
  char head[kLine];
  const int size = snprintf(head, sizeof head, "# %s %d %s%lu ", getenv("PS"), (int)getpid(), what, number);
  memcpy(line, head, (size_t)size);
  line[kLine - 1] = '\n';
  used += kLine;
}
static void usage(void) {
  fputs(
      "usage: life [OPTION]...\n"
      "  -n LINES   end after so many (when told)   -b LINES   write so many at a time (1)\n"
      "  -e USEC    pause after each time (0)       -x CODE    end with it (0)      -k SIGNAL  die of it\n",
      stderr);
  exit(2);
}

int main(int argc, char** argv) {
  sigset_t term;  // taken only between two writes: what ends is a whole life
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, 0);
  unsigned long lines = -1ul, burst = 1, number = 0;
  long pause_us = 0;
  int told = 0, code = 0, deadly = 0, opt;
  while ((opt = getopt(argc, argv, "n:b:e:x:k:")) != -1) switch (opt) {
      case 'n': lines = strtoul(optarg, 0, 10); break;
      case 'b': burst = strtoul(optarg, 0, 10); break;
      case 'e': pause_us = atol(optarg); break;
      case 'x': code = atoi(optarg); break;
      case 'k': deadly = atoi(optarg); break;
      default: usage();
    }
  if (optind != argc || !burst || !getenv("PS")) usage();
  const struct timespec wait = {pause_us / 1000000, pause_us % 1000000 * 1000}, look = {0, 0};
  while (number < lines && !told) {
    put("", number++);
    const int due = number % burst == 0;
    if (!due && used < sizeof chunk) continue;
    flush();
    told = sigtimedwait(&term, 0, due ? &wait : &look) == SIGTERM;
  }
  put("end ", number);
  flush();
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  if (deadly) raise(deadly);
  return told ? 0 : code;
}
