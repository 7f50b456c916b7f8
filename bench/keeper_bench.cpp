// What it costs to put the keepers above a supervisor: from before keeper::enter() until it returns in the
// supervisor, beside a plain fork of the same process, from before it until the child runs. Turn by turn;
// medians in microseconds.
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "pm/keeper/keeper.h"

namespace {

long long now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

// Nanoseconds that `begin`, called in a process of its own, takes until it returns in another one.
long long measure(bool (*begin)()) {
  int report[2];
  if (::pipe(report) == -1) return -1;
  const pid_t child = ::fork();
  if (child == 0) {
    const auto begun = now();
    if (!begin()) ::_exit(0);
    const auto took = now() - begun;
    const bool written = ::write(report[1], &took, sizeof took) == sizeof took;
    ::_exit(written ? 0 : 1);
  }
  ::close(report[1]);
  long long took = -1;
  if (::read(report[0], &took, sizeof took) != sizeof took) took = -1;
  ::close(report[0]);
  ::waitpid(child, nullptr, 0);
  return took;
}

bool enter() {
  static auto kept = pm::keeper::enter();  // whose link stays open
  return static_cast<bool>(kept);
}

bool fork_once() { return ::fork() == 0; }

double median(std::vector<long long> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2), values.end());
  return static_cast<double>(values[values.size() / 2]) / 1000;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 200;
  std::vector<long long> enters, forks;
  for (int i = 0; i < rounds; ++i) {
    enters.push_back(measure(enter));
    forks.push_back(measure(fork_once));
    if (enters.back() < 0 || forks.back() < 0) return 1;
  }
  std::printf("%.0f %.0f\n", median(enters), median(forks));
  return 0;
}
