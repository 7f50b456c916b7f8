#pragma once

#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace pm::os {

/// Calls `visit(const char* name, bool is_directory)` for each entry of an open directory, "." and ".." left
/// out. For where nothing may be allocated, as opendir(3) does: getdents64(2).
template <class Visit>
void each_entry(int directory, Visit&& visit) {
  struct Entry {
    std::uint64_t inode;
    std::int64_t offset;
    std::uint16_t size;
    std::uint8_t type;
    char name[1];
  };
  alignas(Entry) std::array<char, 2048> chunk;
  for (;;) {
    const auto size = ::syscall(SYS_getdents64, directory, chunk.data(), chunk.size());
    if (size <= 0) return;
    for (long at = 0; at < size;) {
      const auto* entry = reinterpret_cast<const Entry*>(chunk.data() + at);
      at += entry->size;
      const char* name = entry->name;
      const bool is_itself = name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
      if (!is_itself) visit(name, entry->type == DT_DIR);
    }
  }
}

}  // namespace pm::os
