#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pm::os {

/// Whom a process runs as, and what it finds in its environment about that.
struct Identity {
  std::uint32_t user = 0, group = 0;
  std::vector<std::uint32_t> groups = {};  ///< supplementary ones
  std::string name = {}, home = {}, shell = {};
  friend bool operator==(const Identity&, const Identity&) = default;
};

/// The users and groups of the machine: passwd(5) and group(5), and nothing else. A static program cannot ask
/// the name service switch, and a container may have neither file.
class Accounts {
 public:
  Accounts(std::string passwd, std::string group) : passwd_{std::move(passwd)}, group_{std::move(group)} {}
  /// /etc/passwd and /etc/group; empty where they cannot be read.
  static Accounts read();

  /// By name or number; a number needs no entry: its group is the number itself then, its home "/". nullopt:
  /// there is no such user.
  std::optional<Identity> user(std::string_view name_or_number) const;
  std::optional<std::uint32_t> group(std::string_view name_or_number) const;
  /// Of the user with that number, or the number itself.
  std::string user_name(std::uint32_t number) const;

  std::vector<std::string> user_names() const;
  std::vector<std::string> group_names() const;

 private:
  std::vector<std::uint32_t> groups_of(std::string_view name) const;
  std::string passwd_, group_;
};

bool runs_as_root();

/// As this process runs now.
Identity own_identity(const Accounts& accounts);

}  // namespace pm::os
