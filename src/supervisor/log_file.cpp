#include "log_file.h"

#include <system_error>

#include "pm/os/output.h"

namespace pm::supervisor {

LogFile::LogFile(std::string path, log::RotationLimits limits) : path_{std::move(path)}, limits_{limits} {}

core::Result<void> LogFile::open() {
  auto file = os::AppendFile::open(path_);
  if (!file) return file.error();
  file_ = std::move(*file);
  return {};
}

void LogFile::write(std::string_view lines) {
  if (lines.empty()) return;
  if (!file_ && !open()) return fail("open", ENOENT);
  if (log::rotation_due(limits_, file_->size(), lines.size())) rotate();
  if (!file_) return;
  if (const int error = file_->write(lines)) return fail("write to", error);
  failing_ = false;
}

void LogFile::rotate() {
  for (const auto& [from, to] : log::plan_rotation(path_, limits_.keep))
    if (const int error = os::move_file(from, to)) return fail("rotate", error);
  reopen();
}

void LogFile::reopen() {
  file_.reset();
  if (const auto opened = open(); !opened) fail("reopen", ENOENT);
}

// Once per failure, not once per line.
void LogFile::fail(std::string_view task, int error) {
  if (failing_) return;
  failing_ = true;
  os::complain(fmt::format(
      "pm: error: cannot {} the log file '{}': {}\n  hint: its lines are lost until this is mended\n", task,
      path_, std::generic_category().message(error)));
}

}  // namespace pm::supervisor
