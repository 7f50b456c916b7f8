#pragma once

#include <string>

namespace pm::client {

/// The path as a person who stands in the current directory sees it.
std::string shown(const std::string& path);

}  // namespace pm::client
