#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pm/core/error.h"

namespace pm::config {

/// What a person reads, or "ok".
template <class T>
std::string told(const core::Checked<T>& checked) {
  return checked ? "ok" : core::render(checked.error());
}

/// "3:1 process 'web' is already defined on line 1" for each fault.
template <class T>
std::vector<std::string> faults(const core::Checked<T>& checked) {
  std::vector<std::string> lines;
  if (checked) return lines;
  for (const auto& error : checked.error())
    lines.push_back(error.where ? fmt::format("{}:{} {}", error.where->line, error.where->column, error.what)
                                : error.what);
  return lines;
}

}  // namespace pm::config
