#include "pm/core/selector.h"

#include <algorithm>
#include <set>

#include "pm/core/suggest.h"

namespace pm::core {

namespace {

// [a-z] or [!a-z] at the start of `pattern`: whether `c` is in it, and how long it is; size 0 if it is never
// closed.
struct Bracket {
  bool matches;
  std::size_t size;
};

Bracket match_bracket(std::string_view pattern, char c) {
  std::size_t i = 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  bool found = false;
  for (const auto first = i; i < pattern.size(); ++i) {
    if (pattern[i] == ']' && i > first) return {found != negated, i + 1};
    if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
      found |= pattern[i] <= c && c <= pattern[i + 2];
      i += 2;
    } else {
      found |= pattern[i] == c;
    }
  }
  return {false, 0};
}

// Shell patterns without path rules (glob(7)); on a mismatch it goes back to the last star only, so it takes
// no more than |pattern| × |text| steps.
bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = pattern.npos, resume = 0;
  while (t < text.size()) {
    std::size_t step = 0;
    if (p < pattern.size()) {
      if (pattern[p] == '*') {
        star = p++;
        resume = t;
        continue;
      }
      if (pattern[p] == '?' || pattern[p] == text[t]) step = 1;
      if (pattern[p] == '[') {
        const auto bracket = match_bracket(pattern.substr(p), text[t]);
        if (bracket.size != 0) step = bracket.matches ? bracket.size : 0;
      }
    }
    if (step != 0) {
      p += step;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

// Of the instances, or, for a selector that is no instance's name, of their types, each once.
std::vector<std::string> names_like(std::string_view selector, std::span<const InstanceId> instances) {
  const bool of_instances = parse_instance(selector).has_value();
  std::vector<std::string> names;
  for (const auto& id : instances) {
    auto name = of_instances ? to_string(id) : id.type;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

Error nothing_selected(const std::string& selector, std::span<const InstanceId> instances) {
  return {.kind = Error::Kind::not_found,
          .what = fmt::format("no process is called '{}'", selector),
          .hint = did_you_mean(selector, names_like(selector, instances))};
}

}  // namespace

bool selects(std::string_view selector, const InstanceId& id) {
  return selector == "all" || glob_matches(selector, id.type) || glob_matches(selector, to_string(id));
}

Result<std::vector<InstanceId>> select(std::span<const std::string> selectors,
                                       std::span<const InstanceId> instances) {
  std::set<InstanceId> chosen;
  for (const auto& selector : selectors) {
    bool any = false;
    for (const auto& id : instances)
      if (selects(selector, id)) {
        chosen.insert(id);
        any = true;
      }
    if (!any) return nothing_selected(selector, instances);
  }
  std::vector<InstanceId> result;
  for (const auto& id : instances)
    if (chosen.contains(id)) result.push_back(id);
  return result;
}

}  // namespace pm::core
