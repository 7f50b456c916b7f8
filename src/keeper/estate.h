#pragma once

#include <array>

#include "pm/keeper/protocol.h"

namespace pm::keeper {

/// What a supervisor has made outside of its process, and would leave behind if it were killed. Allocates
/// nothing.
class Estate {
 public:
  void note_socket(const SocketPlace& place);
  void note_cgroup(std::string_view path);

  /// Kills what is in the cgroups (cgroup.kill, Linux 5.14); nothing where there are none.
  void kill_cgroups() const;
  /// Removes the cgroups, and the socket if it is still the one that was noted.
  void remove() const;

 private:
  using Path = std::array<char, 4097>;  // PATH_MAX, and its end

  static void keep(Path& path, std::string_view text);

  Path socket_path_{}, cgroup_{};
  SocketFile socket_;
};

}  // namespace pm::keeper
