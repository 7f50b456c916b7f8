#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pm::core {

/// The candidate that `word` most likely meant: the smallest edit distance (a swap of neighbours is one
/// edit), at most a third of the longer word's length and never less than one; nullopt if none is that near.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// "did you mean 'worker'? there are: web, worker, clock", or only the list.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace pm::core
