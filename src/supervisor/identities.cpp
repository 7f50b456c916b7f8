#include "identities.h"

#include <algorithm>

#include "pm/core/suggest.h"

namespace pm::supervisor {

namespace {

core::Error unknown(const core::Written& written, std::string_view what, const char* file,
                    const std::vector<std::string>& names) {
  const auto guess = core::nearest(written.text, names);
  return written.wrong(
      fmt::format("there is no {} '{}'", what, written.text), fmt::format("not in {}", file),
      guess ? fmt::format("did you mean '{}'?", *guess) : fmt::format("a number needs no line in {}", file));
}

}  // namespace

core::Result<std::optional<os::Identity>> identity_of(const core::Standing& standing,
                                                      const os::Accounts& accounts) {
  if (!standing.user && !standing.group) return std::optional<os::Identity>{};
  auto identity = standing.user ? accounts.user(standing.user->text) : os::own_identity(accounts);
  if (!identity) return unknown(*standing.user, "user", "/etc/passwd", accounts.user_names());
  if (!standing.group) return identity;
  const auto group = accounts.group(standing.group->text);
  if (!group) return unknown(*standing.group, "group", "/etc/group", accounts.group_names());
  identity->group = *group;
  return identity;
}

core::Checked<void> check_identities(const config::Application& application) {
  std::vector<core::Error> errors;
  std::optional<os::Accounts> accounts;  // most applications name nobody
  for (const auto& type : application.types) {
    if (!type.standing.user && !type.standing.group) continue;
    if (!accounts) accounts = os::Accounts::read();
    const auto identity = identity_of(type.standing, *accounts);
    if (identity || std::find(errors.begin(), errors.end(), identity.error()) != errors.end()) continue;
    errors.push_back(identity.error());  // once, also if [defaults] says it for all
  }
  if (!errors.empty()) return errors;
  return {};
}

config::Environment environment_of(const os::Identity& identity) {
  return {{"USER", identity.name},
          {"LOGNAME", identity.name},
          {"HOME", identity.home},
          {"SHELL", identity.shell}};
}

}  // namespace pm::supervisor
