#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace pm::core::simulation {

/// What came of one schedule.
struct Outcome {
  std::optional<std::string> fault;  ///< the rule that was broken
  std::string trace;                 ///< what happened, line by line, if that was asked for
  std::set<std::string> seen;  ///< the states, orders and answers that came up, if a trace was asked for
};

enum class Trace { off, on };

/// Plays the schedule that `seed` stands for, always in the same way: a formation with its policies,
/// processes that misbehave, and a user who gives commands in between; at last everything is shut down.
Outcome play(std::uint64_t seed, Trace trace);

/// The same with eight clients at once, for 20 s of virtual time: each waits for an answer before it asks for
/// something else, most of the time.
Outcome play_storm(std::uint64_t seed, Trace trace);

}  // namespace pm::core::simulation
