#include "pm/os/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "pm/os/syscall.h"

namespace pm::os {

using core::Result;

Result<AppendFile> AppendFile::open(const std::string& path) {
  auto fd = open_to_append(path);
  if (!fd) return fd.error();
  struct stat info {};
  if (::fstat(fd->get(), &info) == -1) return system_error(fmt::format("cannot look at '{}'", path));
  return AppendFile{std::move(*fd), static_cast<std::uint64_t>(info.st_size)};
}

Result<UniqueFd> open_to_append(const std::string& path) {
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_CLOEXEC;
  UniqueFd file{retry([&] { return ::open(path.c_str(), kFlags, 0640); })};
  if (!file) return system_error(fmt::format("cannot open '{}'", path));
  return file;
}

int AppendFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto size = retry([&] { return ::write(fd_.get(), bytes.data(), bytes.size()); });
    if (size == -1) return errno;
    size_ += static_cast<std::uint64_t>(size);
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return 0;
}

int move_file(const std::string& from, const std::string& to) {
  const int result = to.empty() ? ::unlink(from.c_str()) : ::rename(from.c_str(), to.c_str());
  return result == 0 || errno == ENOENT ? 0 : errno;
}

Result<void> make_directories(const std::string& path) {
  std::error_code ec;
  std::filesystem::create_directories(path, ec);
  if (ec) return system_error(fmt::format("cannot make the directory '{}'", path), ec.value());
  return {};
}

}  // namespace pm::os
