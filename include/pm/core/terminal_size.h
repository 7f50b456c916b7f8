#pragma once

#include <algorithm>

namespace pm::core {

/// In cells.
struct TerminalSize {
  int columns = 80, rows = 24;
  friend bool operator==(const TerminalSize&, const TerminalSize&) = default;
};

/// No terminal is taken to be larger: a screen costs memory for each of its cells, once in the supervisor and
/// again for every viewer whom it is sent to. Beyond that of the largest displays.
inline constexpr TerminalSize kLargestTerminal{1000, 500};

constexpr TerminalSize bounded(TerminalSize size) {
  return {std::clamp(size.columns, 1, kLargestTerminal.columns),
          std::clamp(size.rows, 1, kLargestTerminal.rows)};
}

}  // namespace pm::core
