#include <cstdio>
#include <exception>

#include "pm/cli/cli.h"
#include "pm/os/environment.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argc > 0 ? argv + 1 : argv, argv + argc);
  try {
    const auto outcome = pm::cli::run(arguments, pm::os::environment());
    std::fputs(outcome.messages.c_str(), stderr);
    return outcome.status;
  } catch (
      const std::exception& error) {  // no memory, no descriptor for the event loop: this run cannot go on
    std::fprintf(stderr, "pm: error: %s\n", error.what());
    return 1;
  }
}
