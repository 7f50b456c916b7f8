#pragma once

#include <fstream>
#include <iterator>
#include <string>

namespace pm::term::testing {

/// What a program wrote to a terminal of 80 × 24 (recordings/<name>.vt); empty if there is none.
inline std::string recording(const std::string& name) {
  std::ifstream file{std::string{PM_RECORDINGS} + "/" + name + ".vt", std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace pm::term::testing
