#pragma once

#include <optional>
#include <span>
#include <string>

#include "pm/core/snapshot.h"
#include "screen.h"

namespace pm::cli {

// What is known of processes, as text for a person. Pure: the time is an argument.

/// The wall clock.
core::WallTime wall_now();

/// "5m ago", in the largest unit that fits.
std::string ago(core::WallTime then, core::WallTime now);

/// "14:03:21" in local time, with the date before it unless that is today's.
std::string clock_time(core::WallTime time, core::WallTime now);

/// "212 MB"
std::string human_bytes(std::uint64_t bytes);

/// The reason of a state, without the state's own name: "by user" for "stopped by user".
std::string reason_of(const core::ProcessSnapshot& process);

/// NAME STATE PID PORT UPTIME RESTARTS CPU MEM LAST EXIT, a line each. On a terminal no line is wider than
/// it: the last column is shortened, then columns are left out, from the right.
std::string process_table(std::span<const core::ProcessSnapshot> processes, const Screen& screen,
                          core::WallTime now);

/// What `pm why` says of one process: what it does, its last life, its policy, what to do now.
std::string explanation_text(const core::Explanation& explanation, const Screen& screen, core::WallTime now);

/// An event as one line; names are padded to `name_width`, which grows with the names.
std::string event_line(const core::Event& event, const Screen& screen, std::size_t& name_width);

/// What an operation still waits for, in at most `width` columns:
///   web.1 stopping 2.3s, SIGKILL in 2.7s · web.2 stopping 2.3s, SIGKILL in 2.7s
std::string progress_line(std::span<const core::ProcessSnapshot> processes, core::WallTime now,
                          std::size_t width);

}  // namespace pm::cli
