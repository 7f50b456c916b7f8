// Reads a manager's output on stdin at full speed and accounts for every line of every child.
//
//   checker [-b] [-t LINES] COUNT[+]...     COUNT lines are expected of each child w00, w01, …; "+": and half
//   a line more
//     -b   the manager writes no prefixes
//     -t   the lines carry a time stamp: measure the latency of each but the first LINES
//
// Prints a line of JSON as soon as everything has come out (or nothing comes for a while), and one at the end
// of input.
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "line.h"

enum { kBuffer = 1 << 20, kChildren = 100, kQuietMs = 2000, kPrefix = 80 };

static struct child {
  uint64_t count, next;  // lines expected in all; the number expected now
  int half, half_seen;   // half a line more is expected; has come
  unsigned char* seen;   // by number
  char expected[kLine];  // line number `next`
  char prefix[kPrefix];  // the last prefix found right, to compare the next with
  size_t prefix_len;
} kids[kChildren];
static int children, bare, timed;
static uint64_t wanted, intact, torn, wrong_name, out_of_order, repeated, own, body_bytes, wanted_bytes,
    last_ns;
static uint64_t *latency, latencies, stamped, unmeasured;

// "12:00:00 w07.1   " names w07: the last word, with or without an instance number.
static int names(const char* p, size_t n, int child) {
  char name[8];
  const size_t len = (size_t)snprintf(name, sizeof name, "w%02d", child);
  while (n && p[n - 1] == ' ') n--;
  size_t begin = n;
  while (begin && p[begin - 1] != ' ') begin--;
  p += begin, n -= begin;
  return n >= len && !memcmp(p, name, len) && (n == len || (n == len + 2 && !memcmp(p + len, ".1", 2)));
}

static void check_prefix(struct child* c, const char* p, size_t n) {
  if (bare || (n == c->prefix_len && !memcmp(p, c->prefix, n))) return;
  if (n >= kPrefix || !names(p, n, (int)(c - kids))) {
    wrong_name++;
    return;
  }
  memcpy(c->prefix, p, c->prefix_len = n);
}

static int digits(const char* p, int n, uint64_t* value) {
  for (*value = 0; n--; p++) {
    if (*p < '0' || *p > '9') return 0;
    *value = *value * 10 + (uint64_t)(*p - '0');
  }
  return 1;
}

static void expect(struct child* c, uint64_t number) {
  c->next = number;
  line_make(c->expected, (int)(c - kids), number, 0);
}

// A whole line that is not the one expected next: early, late, repeated or stamped. 0 if it is not a line of
// ours at all.
static int accept_other(struct child* c, const char* body) {
  uint64_t number, stamp;
  if (!digits(body + kNumber, kDigits, &number) || number >= c->count ||
      !digits(body + kStamp, kStampDigits, &stamp))
    return 0;
  char same[kLine];
  line_make(same, (int)(c - kids), number, timed ? stamp : 0);
  if (memcmp(same, body, kLine)) return 0;
  if (timed && stamped++ >= unmeasured) latency[latencies++ % wanted] = last_ns - stamp;
  if (c->seen[number]) return repeated++, 1;
  if (number < c->next) out_of_order++;
  c->seen[number] = 1, intact++;
  if (number >= c->next) expect(c, number + 1);
  return 1;
}

static int accept_half(const char* body, size_t n, struct child** which) {
  uint64_t number;
  if (n != kLine / 2 + 1 || !digits(body + 2, 2, &number) || number >= (uint64_t)children) return 0;
  struct child* c = *which = &kids[number];
  char line[kLine];
  line_make(line, (int)number, c->count, 0);
  if (!c->half || c->half_seen || memcmp(line, body, kLine / 2)) return 0;
  return c->half_seen = 1, intact++, 1;
}

static void take_line(const char* p, size_t n) {  // n counts the newline
  const char* body = p;
  struct child* c;
  if (!bare) {
    const char* bar = memchr(p, '|', n);
    if (bar && bar + 2 < p + n) body = bar + 2;
  }
  const size_t size = (size_t)(p + n - body), head = body - p >= 2 ? (size_t)(body - p) - 2 : 0;
  body_bytes += size;
  if (size == kLine && body[0] == '<' && body[1] == 'w') {
    const int number = (body[2] - '0') * 10 + body[3] - '0';
    if (number >= 0 && number < children) {
      c = &kids[number];
      if (c->next < c->count && !memcmp(body, c->expected, kLine)) {  // nearly always
        c->seen[c->next++] = 1, intact++;
        line_step(c->expected, number, c->next);
        check_prefix(c, p, head);
        return;
      }
      if (accept_other(c, body)) {
        check_prefix(c, p, head);
        return;
      }
    }
  } else if (accept_half(body, size, &c)) {
    check_prefix(c, p, head);
    return;
  }
  char text[kLine + kPrefix];  // what bears none of our marks is the manager's own, unless it is empty
  const size_t copy = n < sizeof text ? n : sizeof text - 1;
  memcpy(text, p, copy), text[copy] = 0;
  if (n >= sizeof text || strpbrk(text, LINE_MARKS) || size == 1)
    torn++;
  else
    own++, body_bytes -= size;
}

static int by_value(const void* a, const void* b) {
  const uint64_t x = *(const uint64_t*)a, y = *(const uint64_t*)b;
  return (x > y) - (x < y);
}

static void print(const char* what) {
  const uint64_t n = latencies < wanted ? latencies : wanted;
  if (n) qsort(latency, n, sizeof *latency, by_value);
  printf(
      "{\"at\": \"%s\", \"last_ns\": %llu, \"wanted\": %llu, \"intact\": %llu, \"lost\": %llu, \"torn\": "
      "%llu, "
      "\"misattributed\": %llu, \"out_of_order\": %llu, \"repeated\": %llu, \"own\": %llu",
      what, (unsigned long long)last_ns, (unsigned long long)wanted, (unsigned long long)intact,
      (unsigned long long)(wanted - intact), (unsigned long long)torn, (unsigned long long)wrong_name,
      (unsigned long long)out_of_order, (unsigned long long)repeated, (unsigned long long)own);
  if (n)
    printf(", \"p50_ns\": %llu, \"p99_ns\": %llu, \"max_ns\": %llu", (unsigned long long)latency[n / 2],
           (unsigned long long)latency[n * 99 / 100], (unsigned long long)latency[n - 1]);
  puts("}");
  fflush(stdout);
}

int main(int argc, char** argv) {
  static char buffer[kBuffer];
  size_t have = 0;
  int opt, told = 0;
  while ((opt = getopt(argc, argv, "bt:")) != -1) {
    if (opt == 'b')
      bare = 1;
    else if (opt == 't')
      timed = 1, unmeasured = strtoull(optarg, 0, 10);
    else
      return 2;
  }
  for (; optind < argc && children < kChildren; optind++, children++) {
    struct child* c = &kids[children];
    char* rest;
    c->count = strtoull(argv[optind], &rest, 10);
    c->half = *rest == '+';
    c->seen = calloc(c->count + 1, 1);
    expect(c, 0);
    wanted += c->count + (uint64_t)c->half;
    wanted_bytes += c->count * kLine + (uint64_t)c->half * (kLine / 2 + 1);
  }
  if (!wanted || !(latency = calloc(wanted, sizeof *latency))) return 2;

  for (;;) {
    struct pollfd in = {0, POLLIN, 0};
    if (!told && intact && !poll(&in, 1, kQuietMs)) print("quiet"), told = 1;
    const ssize_t n = read(0, buffer + have, sizeof buffer - have);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    if (!told || timed) last_ns = now_ns();
    const char *p = buffer, *end = buffer + have + n;
    for (const char* nl; (nl = memchr(p, '\n', (size_t)(end - p))); p = nl + 1)
      take_line(p, (size_t)(nl + 1 - p));
    have = (size_t)(end - p);
    if (have == sizeof buffer) torn++, have = 0;  // a megabyte without a newline
    memmove(buffer, p, have);
    if (!told && (intact == wanted || (bare && body_bytes >= wanted_bytes))) print("all"), told = 1;
  }
  if (have) torn++;
  print("end");
}
