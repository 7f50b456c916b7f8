#include "log_file.h"

#include <system_error>
#include <utility>

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
  if (!file_ && !reopen()) return;
  const bool due = log::rotation_due(limits_, file_->size(), lines.size());
  const bool rotated = !due || rotate();
  if (!file_) return;
  const int error = file_->write(lines);
  if (error != 0)
    fail(fmt::format("cannot write to '{}': {}", path_, std::generic_category().message(error)));
  if (error == 0 && rotated) failing_ = false;
}

bool LogFile::rotate() {
  for (const auto& [from, to] : log::plan_rotation(path_, limits_.keep))
    if (const int error = os::move_file(from, to))
      return fail(fmt::format("cannot rotate '{}': {}", from, std::generic_category().message(error)));
  return reopen();
}

bool LogFile::reopen() {
  file_.reset();
  const auto opened = open();
  return opened ? true : fail(opened.error().what);
}

// Once per failure, not once per line.
bool LogFile::fail(std::string_view what) {
  if (!std::exchange(failing_, true))
    os::complain(fmt::format("pm: error: {}\n  hint: log lines are lost until this is mended\n", what));
  return false;
}

}  // namespace pm::supervisor
