#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "model.h"
#include "moment.h"

namespace pm::panes {

/// "45s", "4m", "2h14m", "3d4h": for a title, where every column counts.
std::string brief(core::Duration duration);
/// "212M": in binary units, three digits at most.
std::string brief_bytes(std::uint64_t bytes);
/// "5m ago"
std::string ago(core::WallTime then, core::WallTime now);

/// The CPU of the last seconds, one column each, the latest on the right: "▁▂▇"; each step is an eighth of
/// one processor, or of the most that was used if that is more.
std::string sparkline(const std::deque<double>& cpu, std::size_t columns);

/// "running", "backoff, retry in 3s", or less if there is no room for it.
std::string state_words(const Pane& pane, const Moment& moment, int columns);

/// How a process that is not up ended and what starts it: "stopped by user 2m ago · C-b s starts it", in
/// that many columns, so that the latter stays; empty while it is up.
std::string end_words(const Pane& pane, const Settings& settings, const Moment& moment, int columns);

/// `text` in that many columns, with "…" for what is left out.
std::string shortened(std::string_view text, int columns);

/// "web.1 exited with code 1", of each that has failed for good.
std::vector<std::string> failures(std::span<const Pane> panes);

/// "3 up, 1 waiting"
std::string count_words(std::span<const Pane> panes);
/// "6% 640M", of all processes; empty while nothing is known
std::string total_words(std::span<const Pane> panes);

}  // namespace pm::panes
