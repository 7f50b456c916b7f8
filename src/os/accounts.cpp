#include "pm/os/accounts.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "pm/os/file.h"

namespace pm::os {

namespace {

std::optional<std::uint32_t> to_number(std::string_view text) {
  constexpr std::uint32_t kNobody = ~0u;  // -1 to the kernel: leave it as it is
  std::uint32_t number = 0;
  const auto end = text.data() + text.size();
  const auto [rest, ec] = std::from_chars(text.data(), end, number);
  return ec == std::errc{} && rest == end && number != kNobody ? std::optional{number} : std::nullopt;
}

std::string_view take_up_to(std::string_view& text, char end) {
  const auto part = text.substr(0, text.find(end));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

// Calls `visit` with the fields of each line; what is not there is empty. True ends it.
template <std::size_t count, class Visit>
void for_each_entry(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    auto line = take_up_to(text, '\n');
    std::array<std::string_view, count> fields;
    for (auto& field : fields) field = take_up_to(line, ':');
    if (!fields[0].empty() && visit(fields)) return;
  }
}

struct PasswdEntry {
  std::string_view name, home, shell;
  std::uint32_t user, group;
};

template <class Wanted>
std::optional<PasswdEntry> find_entry(std::string_view passwd, const Wanted& wanted) {
  std::optional<PasswdEntry> found;
  for_each_entry<7>(passwd, [&](const auto& fields) {  // name:password:uid:gid:gecos:home:shell
    const auto user = to_number(fields[2]), group = to_number(fields[3]);
    if (user && group && wanted(fields[0], *user))
      found = PasswdEntry{fields[0], fields[5], fields[6], *user, *group};
    return found.has_value();
  });
  return found;
}

std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  for_each_entry<1>(text, [&](const auto& fields) {
    names.emplace_back(fields[0]);
    return false;
  });
  return names;
}

std::string content_of(const char* path) {
  const auto text = read_file(path);
  return text ? *text : std::string{};
}

}  // namespace

Accounts Accounts::read() { return {content_of("/etc/passwd"), content_of("/etc/group")}; }

std::optional<Identity> Accounts::user(std::string_view name_or_number) const {
  const auto number = to_number(name_or_number);
  auto entry = find_entry(passwd_, [&](auto name, auto) { return name == name_or_number; });
  if (!entry && number) entry = find_entry(passwd_, [&](auto, auto user) { return user == *number; });
  if (!entry && !number) return std::nullopt;
  if (!entry)
    return Identity{
        .user = *number, .group = *number, .name = std::to_string(*number), .home = "/", .shell = "/bin/sh"};
  return Identity{.user = entry->user,
                  .group = entry->group,
                  .groups = groups_of(entry->name),
                  .name = std::string{entry->name},
                  .home = std::string{entry->home.empty() ? "/" : entry->home},
                  .shell = std::string{entry->shell.empty() ? "/bin/sh" : entry->shell}};
}

std::optional<std::uint32_t> Accounts::group(std::string_view name_or_number) const {
  std::optional<std::uint32_t> found;
  for_each_entry<3>(group_, [&](const auto& fields) {  // name:password:gid:members
    if (fields[0] == name_or_number) found = to_number(fields[2]);
    return found.has_value();
  });
  return found ? found : to_number(name_or_number);
}

std::string Accounts::user_name(std::uint32_t number) const {
  const auto entry = find_entry(passwd_, [&](auto, auto user) { return user == number; });
  return entry ? std::string{entry->name} : std::to_string(number);
}

std::vector<std::string> Accounts::user_names() const { return names_in(passwd_); }
std::vector<std::string> Accounts::group_names() const { return names_in(group_); }

std::vector<std::uint32_t> Accounts::groups_of(std::string_view name) const {
  std::vector<std::uint32_t> groups;
  for_each_entry<4>(group_, [&](const auto& fields) {
    for (auto members = fields[3]; !members.empty();)
      if (take_up_to(members, ',') == name)
        if (const auto number = to_number(fields[2])) groups.push_back(*number);
    return false;
  });
  return groups;
}

bool runs_as_root() { return ::geteuid() == 0; }

Identity own_identity(const Accounts& accounts) {
  auto own = accounts.user(std::to_string(::geteuid())).value_or(Identity{});
  own.group = ::getegid();
  return own;
}

}  // namespace pm::os
