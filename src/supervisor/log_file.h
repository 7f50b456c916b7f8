#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pm/log/rotation.h"
#include "pm/os/append_file.h"

namespace pm::supervisor {

/// What one instance wrote, as a file that is rotated by size. A disk that fails costs what could not be
/// written and a message, nothing else.
class LogFile {
 public:
  explicit LogFile(std::string path, log::RotationLimits limits = {});

  /// Opens the file; for the start, where a person wants to know that it cannot work.
  core::Result<void> open();
  /// Appends whole lines.
  void write(std::string_view lines);
  /// Closes the file and opens whatever has its name now (SIGUSR1, for logrotate(8)).
  bool reopen();

 private:
  bool rotate();
  bool fail(std::string_view what);

  std::string path_;
  log::RotationLimits limits_;
  std::optional<os::AppendFile> file_;
  bool failing_ = false;
};

}  // namespace pm::supervisor
