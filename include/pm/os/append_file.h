#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pm/core/error.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

/// Opens a file to append to, made with mode 0640 if it is not there.
core::Result<UniqueFd> open_to_append(const std::string& path);

/// A file that only grows. Disks are taken to be quick enough not to hold the loop up for long.
class AppendFile {
 public:
  /// Opens `path`, made with mode 0640 if it is not there.
  static core::Result<AppendFile> open(const std::string& path);

  /// 0, or the errno after which not all of `bytes` were written.
  int write(std::string_view bytes);
  std::uint64_t size() const { return size_; }

 private:
  AppendFile(UniqueFd fd, std::uint64_t size) : fd_{std::move(fd)}, size_{size} {}
  UniqueFd fd_;
  std::uint64_t size_;
};

/// Moves `from` to `to`, or removes it if `to` is empty. A missing `from` is no failure; 0 or errno.
int move_file(const std::string& from, const std::string& to);

/// Makes the directory and those above it.
core::Result<void> make_directories(const std::string& path);

}  // namespace pm::os
