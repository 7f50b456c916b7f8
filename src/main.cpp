#include <cstdio>
#include <exception>

#include "pm/cli/cli.h"
#include "pm/core/error.h"
#include "pm/os/environment.h"
#include "pm/os/output.h"

int main(int argc, char** argv) {
  pm::os::ensure_standard_descriptors();
  const std::vector<std::string> arguments(argc > 0 ? argv + 1 : argv, argv + argc);
  try {
    const auto outcome = pm::cli::run(arguments, pm::os::environment());
    std::fputs(outcome.messages.c_str(), stderr);
    return outcome.status;
  } catch (const std::exception& fault) {  // what no function foresaw: the kernel refuses an epoll, a thread
    std::fputs(pm::core::render({.what = fault.what()}).c_str(), stderr);
    return pm::core::exit_status(pm::core::Error::Kind::failed);
  }
}
