// The reference: the least code that runs a list of `name: command` and merges the output in whole lines,
// prefixed. One thread, one poll loop, 64 KiB reads, one write a round. It loses and tears nothing; no more.
// clang-format off
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
enum { MAX = 1000, CHUNK = 65536 };
static struct child { char name[64], cmd[4096], *part; size_t len, room; pid_t pid; } kids[MAX];
static struct pollfd fds[MAX];
static char *out;
static size_t used, room;
static int count, width;
static void on_term(int sig) { for (int i = 0; i < count; i++) if (kids[i].pid > 0) kill(-kids[i].pid, sig); }
static void put(const char *p, size_t n) {
  if (used + n > room && !(out = realloc(out, room = 2 * (used + n)))) abort();
  memcpy(out + used, p, n), used += n;
}
static void spawn(struct child *c, struct pollfd *fd) {
  int p[2], null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null < 0 || pipe2(p, O_CLOEXEC) || (c->pid = fork()) < 0) perror("copier"), exit(1);
  if (!c->pid) {
    setpgid(0, 0), dup2(null, 0), dup2(p[1], 1), dup2(p[1], 2);
    execl("/bin/sh", "sh", "-c", c->cmd, (char *)0), _exit(127);
  }
  setpgid(c->pid, c->pid), close(p[1]), close(null), *fd = (struct pollfd){p[0], POLLIN, 0};
}
static int take(struct child *c, int fd) {  // 0 once this child's output has ended
  if (c->room < c->len + CHUNK && !(c->part = realloc(c->part, c->room = 2 * c->len + CHUNK))) abort();
  ssize_t n = read(fd, c->part + c->len, CHUNK);
  const int ended = n <= 0;
  if (ended && (n = c->len > 0)) c->part[c->len] = '\n';  // the last line had no newline of its own
  char prefix[80], *p = c->part, *end = p + c->len + n, *nl;
  const size_t head = snprintf(prefix, sizeof prefix, "%-*s | ", width, c->name);
  for (; (nl = memchr(p, '\n', end - p)); p = nl + 1) put(prefix, head), put(p, nl + 1 - p);
  memmove(c->part, p, c->len = end - p);
  return !ended;
}
int main(int argc, char **argv) {
  FILE *list = argc == 2 ? fopen(argv[1], "re") : 0;
  if (!list) return fputs("usage: copier FILE\n", stderr), 2;
  while (count < MAX && fscanf(list, " %63[^:]: %4095[^\n]", kids[count].name, kids[count].cmd) == 2)
    if ((int)strlen(kids[count++].name) > width) width = strlen(kids[count - 1].name);
  sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_term, .sa_flags = SA_RESTART}, 0);
  for (int i = 0; i < count; i++) spawn(&kids[i], &fds[i]);
  for (int open = count; open; used = 0) {
    if (poll(fds, count, -1) < 0) continue;  // interrupted by SIGTERM
    for (int i = 0; i < count; i++)
      if (fds[i].revents && !take(&kids[i], fds[i].fd)) close(fds[i].fd), fds[i].fd = -1, open--;
    for (size_t done = 0; done < used;) {
      const ssize_t n = write(1, out + done, used - done);
      if (n < 0) return perror("copier"), 1;
      done += n;
    }
  }
  while (wait(0) > 0) {}
}
