#include "restart_flag.h"

#include <fmt/format.h>

#include <algorithm>

#include "pm/config/formation.h"
#include "pm/core/suggest.h"
#include "text.h"

namespace pm::config {

namespace {

core::Error unknown_policy(std::string_view text) {
  static const std::vector<std::string> kPolicies = {"always", "on-failure", "never"};
  return core::bad_input(fmt::format("--restart: '{}' is no restart policy", shown(text)),
                         core::did_you_mean(text, kPolicies));
}

}  // namespace

core::Checked<RestartFlag> parse_restart_flag(std::span<const std::string> texts,
                                              std::span<const std::string> types) {
  RestartFlag flag;
  std::vector<core::Error> faults;
  const auto read = [&](std::string_view item) {
    const auto equals = item.find('=');
    const auto name = equals == item.npos ? std::string_view{"all"} : item.substr(0, equals);
    const auto text = equals == item.npos ? item : item.substr(equals + 1);
    const auto policy = core::parse_restart(text);
    const bool is_known =
        name == "all" || types.empty() || std::find(types.begin(), types.end(), name) != types.end();
    if (!is_known) faults.push_back(unknown_type(name, types).in("--restart"));
    if (!policy)
      faults.push_back(unknown_policy(text));
    else if (name == "all")
      flag.all = policy;
    else
      flag.types.insert_or_assign(std::string{name}, *policy);
  };
  for (const auto& text : texts)
    for (const auto item : items(text)) read(item);
  if (!faults.empty()) return faults;
  return flag;
}

}  // namespace pm::config
