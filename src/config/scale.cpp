#include "pm/config/scale.h"

#include <fmt/format.h>

#include <set>

#include "text.h"

namespace pm::config {

namespace {

core::Error no_change(std::string_view text) {
  return core::bad_input(fmt::format("'{}' is no change of a formation", shown(text)),
                         "write NAME=N, NAME+N or NAME-N, such as 'worker=3' or 'worker+1'");
}

core::Result<int> changed_count(const std::string& type, int count, const Change& change) {
  const int result = change.relative ? count + change.count : change.count;
  if (result >= 0 && result <= kMostInstances) return result;
  const auto size = change.count < 0 ? -change.count : change.count;
  return core::bad_input(fmt::format("'{}' has {} instances, it cannot have {} {}", shown(type), count, size,
                                     result < 0 ? "fewer" : "more"),
                         fmt::format("it can have from 0 to {}", kMostInstances));
}

}  // namespace

core::Result<Change> parse_change(std::string_view text) {
  const auto equals = text.find('=');
  if (equals != text.npos && equals > 0) {
    const auto type = text.substr(0, equals), count = text.substr(equals + 1);
    if (!count.starts_with('-')) return parse_change(type, count);
    return core::bad_input(fmt::format("'{}': there cannot be less than none", shown(text)),
                           fmt::format("for fewer than now write {}{}", shown(type), shown(count)));
  }
  const auto sign = text.find_last_of("+-");
  if (equals != text.npos || sign == text.npos || sign == 0) return no_change(text);
  return parse_change(text.substr(0, sign), text.substr(sign));
}

core::Result<Change> parse_change(std::string_view type, std::string_view count) {
  const bool relative = count.starts_with('+') || count.starts_with('-');
  const auto number = parse_count(type, relative ? count.substr(1) : count);
  if (!number) return number.error();
  return Change{std::string{type}, count.starts_with('-') ? -*number : *number, relative};
}

core::Checked<Formation> scaled(const Formation& now, std::span<const Change> changes,
                                std::span<const std::string> types) {
  auto next = now;
  std::vector<core::Error> faults;
  const auto apply = [&](const std::string& type, const Change& change) {
    const auto count = changed_count(type, next.at(type), change);
    if (count)
      next[type] = *count;
    else
      faults.push_back(count.error());
  };
  std::set<std::string_view> named;
  for (const auto& change : changes) named.insert(change.type);
  for (const auto& change : changes) {
    if (change.type == "all") {
      for (const auto& [type, count] : now)
        if (!named.contains(type)) apply(type, change);
    } else if (now.contains(change.type)) {
      apply(change.type, change);
    } else {
      faults.push_back(unknown_type(change.type, types));
    }
  }
  if (!faults.empty()) return faults;
  return next;
}

}  // namespace pm::config
