// A child of the benchmark: writes numbered lines, and tells a FIFO when it started, first wrote and was read
// to the end.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "line.h"

enum { kChunk = 65536, kPatience = 120 };
static int report_fd = -1, child;

static void report(const char* what,
                   uint64_t when) {  // shorter than PIPE_BUF: many writers may share the FIFO
  if (report_fd >= 0) dprintf(report_fd, "w%02d %s %llu\n", child, what, (unsigned long long)when);
}
static void write_all(const char* p, size_t n) {
  while (n) {
    const ssize_t done = write(1, p, n);
    if (done < 0) perror("writer"), exit(1);
    p += done, n -= (size_t)done;
  }
}
static void usage(void) {
  fputs(
      "usage: writer [OPTION]... NUMBER            writes as child wNUMBER (0-99)\n"
      "  -n LINES   lines to write (0)             -l         one write per line, instead of 64 KiB writes\n"
      "  -e USEC    one stamped line every USEC    -k SIGNAL  after the lines and half a line more, die of "
      "SIGNAL\n"
      "  -g FIFO    begin when it is opened        -r FIFO    report times there\n"
      "  -s         stay until told to end\n",
      stderr);
  exit(2);
}

int main(int argc, char** argv) {
  const uint64_t started = now_ns();
  uint64_t lines = 0;
  long every = 0;
  int by_line = 0, die = 0, stay = 0, opt;
  const char *go = 0, *reports = 0;
  alarm(kPatience);  // nothing outlives the benchmark for long, even if that was killed
  while ((opt = getopt(argc, argv, "n:le:k:g:r:s")) != -1) switch (opt) {
      case 'n': lines = strtoull(optarg, 0, 10); break;
      case 'l': by_line = 1; break;
      case 'e': every = atol(optarg); break;
      case 'k': die = atoi(optarg); break;
      case 'g': go = optarg; break;
      case 'r': reports = optarg; break;
      case 's': stay = 1; break;
      default: usage();
    }
  if (optind + 1 != argc) usage();
  child = atoi(argv[optind]);
  if (child < 0 || child > 99) usage();
  if (reports && (report_fd = open(reports, O_WRONLY | O_CLOEXEC)) < 0) return perror(reports), 1;
  report("start", started);
  if (go && open(go, O_RDONLY | O_CLOEXEC) < 0)
    return perror(go), 1;  // waits until somebody opens it for writing

  static char chunk[kChunk + kLine];
  char line[kLine];
  size_t used = 0;
  line_make(line, child, 0, 0);
  if (lines) report("first", now_ns());
  for (uint64_t n = 0; n < lines; n++) {
    if (n) line_step(line, child, n);
    if (every) {
      usleep((useconds_t)every);
      put_digits(line + kStamp, kStampDigits, now_ns());
    }
    memcpy(chunk + used, line, kLine);
    used += kLine;
    if (by_line || every || used >= kChunk) {  // full chunks are exactly 64 KiB: lines straddle the writes
      const size_t size = used < kChunk ? used : kChunk;
      write_all(chunk, size);
      memmove(chunk, chunk + size, used -= size);
    }
  }
  write_all(chunk, used);
  if (die) {
    line_make(line, child, lines, 0);
    write_all(line, kLine / 2);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    raise(die);
  }
  if (stay && lines) {  // "read" is when the manager has taken the last byte out of our pipe
    for (int left = 1; !ioctl(1, FIONREAD, &left) && left;) usleep(50);
    report("read", now_ns());
  }
  if (stay)
    poll(&(struct pollfd){report_fd, 0, 0}, 1, -1);  // ends when the benchmark does, which reads the FIFO
}
