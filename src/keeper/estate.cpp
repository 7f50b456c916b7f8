#include "estate.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "pm/os/directory.h"
#include "pm/os/syscall.h"

namespace pm::keeper {

namespace {

// Removes the directories below `directory` and then nothing else: a cgroup's files are the kernel's, and go
// with it.
void remove_below(int directory) {
  os::each_entry(directory, [&](const char* name, bool is_directory) {
    if (!is_directory) return;
    const os::UniqueFd below{::openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (below) remove_below(below.get());
    ::unlinkat(directory, name, AT_REMOVEDIR);
  });
}

}  // namespace

void Estate::keep(Path& path, std::string_view text) {
  const auto size = std::min(text.size(), path.size() - 1);
  std::memcpy(path.data(), text.data(), size);
  path[size] = '\0';
}

void Estate::note_socket(const SocketPlace& place) {
  keep(socket_path_, place.path);
  socket_ = place.file;
}

void Estate::note_cgroup(std::string_view path) { keep(cgroup_, path); }

void Estate::kill_cgroups() const {
  if (cgroup_[0] == '\0') return;
  const os::UniqueFd directory{::open(cgroup_.data(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  const os::UniqueFd kill{::openat(directory.get(), "cgroup.kill", O_WRONLY | O_CLOEXEC)};
  [[maybe_unused]] const auto size = os::retry([&] { return ::write(kill.get(), "1", 1); });
}

void Estate::remove() const {
  struct stat info {};
  if (socket_path_[0] != '\0' && ::lstat(socket_path_.data(), &info) == 0 && info.st_dev == socket_.device &&
      info.st_ino == socket_.inode)
    ::unlink(socket_path_.data());
  if (cgroup_[0] == '\0') return;
  {
    const os::UniqueFd directory{::open(cgroup_.data(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (directory) remove_below(directory.get());
  }
  ::rmdir(cgroup_.data());
}

}  // namespace pm::keeper
