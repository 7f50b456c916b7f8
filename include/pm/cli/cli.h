#pragma once

#include <map>
#include <string>
#include <vector>

namespace pm::cli {

/// How a command ended: the exit status, and what belongs on stderr (rendered, ending in a newline).
struct Outcome {
  int status = 0;
  std::string messages = {};
};

/// Carries out the command line `arguments` (without the program's name) in `environment`.
Outcome run(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment);

}  // namespace pm::cli
