#pragma once

#include <string>

#include "pm/core/error.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

/// The whole file; "-" is not special. Errors: not_found if there is none, failed for everything else (a
/// directory, EACCES, more than 16 MiB: no file that pm reads is that long).
core::Result<std::string> read_file(const std::string& path);

/// Everything up to the end of `fd`, which stays open.
core::Result<std::string> read_all(int fd);

/// The current directory, absolute. Errors: failed, if it was deleted.
core::Result<std::string> current_directory();

bool is_directory(const std::string& path);
bool is_regular_file(const std::string& path);

/// Whether there is anything of that name, a dangling link included.
bool exists(const std::string& path);

}  // namespace pm::os
