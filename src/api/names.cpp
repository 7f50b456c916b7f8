#include "names.h"

#include <utility>

namespace pm::api {

namespace {

using How = core::Settled::How;

constexpr std::pair<core::Goal, std::string_view> kGoals[] = {
    {core::Goal::up, "up"}, {core::Goal::renewed, "renewed"}, {core::Goal::down, "down"}};
constexpr std::pair<How, std::string_view> kHows[] = {{How::done, "done"},
                                                      {How::unchanged, "unchanged"},
                                                      {How::failed, "failed"},
                                                      {How::superseded, "superseded"}};

template <class Names, class Value>
std::string_view find_word(const Names& names, Value value) {
  for (const auto& [known, word] : names)
    if (known == value) return word;
  return {};
}

template <class Value, std::size_t size>
std::optional<Value> find_value(const std::pair<Value, std::string_view> (&names)[size],
                                std::string_view word) {
  for (const auto& [value, known] : names)
    if (known == word) return value;
  return std::nullopt;
}

}  // namespace

std::string_view word_of(core::Goal goal) { return find_word(kGoals, goal); }
std::string_view word_of(How how) { return find_word(kHows, how); }
std::optional<core::Goal> goal_of(std::string_view word) { return find_value(kGoals, word); }
std::optional<How> how_of(std::string_view word) { return find_value(kHows, word); }

}  // namespace pm::api
