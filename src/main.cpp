#include <cstdio>

#include "pm/cli/cli.h"
#include "pm/os/environment.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argc > 0 ? argv + 1 : argv, argv + argc);
  const auto outcome = pm::cli::run(arguments, pm::os::environment());
  std::fputs(outcome.messages.c_str(), stderr);
  return outcome.status;
}
