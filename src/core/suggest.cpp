#include "pm/core/suggest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace pm::core {

namespace {

// Neither a person nor a machine has use for guesses among more or longer names.
constexpr std::size_t kConsidered = 1000, kLongest = 100;

// Damerau-Levenshtein in its "optimal string alignment" form: insert, delete, replace, swap neighbours; each
// costs one.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  const std::string* best = nullptr;
  std::size_t best_distance = 0;
  for (const auto& candidate : candidates.first(std::min(kConsidered, candidates.size()))) {
    const auto longer = std::max(word.size(), candidate.size());
    const auto limit = std::max<std::size_t>(1, longer / 3);
    if (longer > kLongest || longer - std::min(word.size(), candidate.size()) > limit) continue;
    const auto distance = edit_distance(word, candidate);
    if (distance <= limit && distance < candidate.size() && (!best || distance < best_distance)) {
      best = &candidate;
      best_distance = distance;
    }
  }
  return best ? std::optional{*best} : std::nullopt;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  if (candidates.empty()) return {};
  constexpr std::size_t kShown = 20;  // a list to read, not to scroll
  auto list = fmt::format("{}", fmt::join(candidates.first(std::min(kShown, candidates.size())), ", "));
  if (candidates.size() > kShown) list += fmt::format(" and {} more", candidates.size() - kShown);
  const auto guess = nearest(word, candidates);
  return guess ? fmt::format("did you mean '{}'? there are: {}", *guess, list)
               : fmt::format("there are: {}", list);
}

}  // namespace pm::core
