#pragma once

namespace pm::core {

/// In cells.
struct TerminalSize {
  int columns = 80, rows = 24;
  friend bool operator==(const TerminalSize&, const TerminalSize&) = default;
};

}  // namespace pm::core
