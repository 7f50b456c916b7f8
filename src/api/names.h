#pragma once

#include <optional>
#include <string_view>

#include "pm/core/operation.h"

namespace pm::api {

// The words of results, which both sides use.

std::string_view word_of(core::Goal goal);         ///< "up", "renewed", "down"
std::string_view word_of(core::Settled::How how);  ///< "done", "unchanged", "failed", "superseded"
std::optional<core::Goal> goal_of(std::string_view word);
std::optional<core::Settled::How> how_of(std::string_view word);

}  // namespace pm::api
