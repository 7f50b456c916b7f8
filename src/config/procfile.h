#pragma once

#include <string>
#include <vector>

#include "pm/config/application.h"
#include "pm/core/error.h"

namespace pm::config {

/// The processes of an application, in the order in which they were written down.
struct Procfile {
  struct Entry {
    std::string name;
    std::string command;
    int line = 0;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  std::vector<Entry> entries;
};

/// One "name: command" a line; blank lines and those that begin with # are skipped.
/// Errors: every other line, a name twice, a command that is empty or no program can be given, no entry at
/// all.
core::Checked<Procfile> parse_procfile(const File& file);

}  // namespace pm::config
