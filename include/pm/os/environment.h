#pragma once

#include <map>
#include <string>

namespace pm::os {

/// The environment of this process; of a name that occurs twice the first counts, as for getenv(3).
std::map<std::string, std::string> environment();

}  // namespace pm::os
