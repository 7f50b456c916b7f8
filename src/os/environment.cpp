#include "pm/os/environment.h"

#include <unistd.h>

#include <string_view>

namespace pm::os {

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = ::environ; entry && *entry; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != text.npos)
      variables.try_emplace(std::string{text.substr(0, equals)}, text.substr(equals + 1));
  }
  return variables;
}

}  // namespace pm::os
