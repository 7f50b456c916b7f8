// The line that writer.c writes and checker.c expects; both step the same template from one line to the next.
//
//   <w07 000000123 0000000000000000000 ~}^{{~ ... ^}~ 000000123>\n      100 bytes
//    name number   time stamp (or 0)   filler         number
//
// The filler shifts with the number, so that two halves of different lines never make a line. Its characters
// and the angle brackets appear in no manager's own messages: a line with one of them is a child's, whole or
// torn.
#ifndef PM_BENCH_LINE_H
#define PM_BENCH_LINE_H
#include <stdint.h>
#include <string.h>
#include <time.h>

enum {
  kLine = 100,
  kNumber = 5,
  kDigits = 9,
  kStamp = 15,
  kStampDigits = 19,
  kFill = 35,
  kFillLen = 53,
  kAgain = 89
};
#define LINE_MARKS "<>{}~^"

static inline uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
static inline void put_digits(char* p, int digits, uint64_t value) {
  for (; digits--; value /= 10) p[digits] = (char)('0' + value % 10);
}
static inline const char* filler(int child, uint64_t number) {
  static char table[64 + kFillLen];
  if (!table[0]) {
    uint32_t x = 1;
    for (unsigned i = 0; i < sizeof table; i++) table[i] = "{}~^"[(x = x * 1103515245u + 12345u) >> 30];
  }
  return table + (number + 7u * (unsigned)child) % 64;
}
static inline void line_make(char* line, int child, uint64_t number, uint64_t stamp) {
  memset(line, ' ', kLine);
  memcpy(line, "<w", 2);
  put_digits(line + 2, 2, (uint64_t)child);
  put_digits(line + kNumber, kDigits, number);
  put_digits(line + kStamp, kStampDigits, stamp);
  memcpy(line + kFill, filler(child, number), kFillLen);
  put_digits(line + kAgain, kDigits, number);
  memcpy(line + kLine - 2, ">\n", 2);
}
// Turns the line before `number` into line `number`: much cheaper than making it, since 9 times in 10 one
// digit changes.
static inline void line_step(char* line, int child, uint64_t number) {
  for (char* digit = line + kNumber + kDigits - 1; ++*digit > '9'; --digit) *digit = '0';
  memcpy(line + kFill, filler(child, number), kFillLen);
  memcpy(line + kAgain, line + kNumber, kDigits);
}
#endif
