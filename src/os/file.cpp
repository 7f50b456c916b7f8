#include "pm/os/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "pm/os/syscall.h"

namespace pm::os {

using core::Error;
using core::Result;

namespace {

constexpr std::size_t kLongest = 16 << 20;

}  // namespace

Result<std::string> read_all(int fd) {
  std::string text;
  std::array<char, 16384> chunk;
  for (;;) {
    const auto size = retry([&] { return ::read(fd, chunk.data(), chunk.size()); });
    if (size == -1) return system_error("cannot read it");
    if (size == 0) return text;
    if (text.size() + size > kLongest) return Error{.what = "it is longer than 16 MiB"};
    text.append(chunk.data(), size);
  }
}

Result<std::string> read_file(const std::string& path) {
  const UniqueFd fd{retry([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY); })};
  if (!fd) {
    const int code = errno;
    auto error = system_error(fmt::format("cannot open '{}'", path), code);
    if (code == ENOENT || code == ENOTDIR) error.kind = Error::Kind::not_found;
    return error;
  }
  auto text = read_all(fd.get());
  if (!text) return std::move(text.error()).in(fmt::format("reading '{}'", path));
  return text;
}

Result<std::string> current_directory() {
  std::array<char, 4096> path;  // PATH_MAX
  if (!::getcwd(path.data(), path.size())) return system_error("cannot tell the current directory");
  return std::string{path.data()};
}

bool is_directory(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool is_regular_file(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

bool exists(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

}  // namespace pm::os
