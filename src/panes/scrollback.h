#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "find.h"
#include "pm/term/keys.h"
#include "pm/term/terminal.h"

namespace pm::panes {

/// A pane that is looked back in, as tmux's copy mode with vi keys: what is seen, where the cursor is, what
/// is selected and searched for. New output changes nothing of what is seen.
struct Scrollback {
  std::int64_t top = 0;  ///< the first row that is seen
  Place cursor;
  std::optional<Place> anchor = {};  ///< where the selection began
  bool whole_rows = false;           ///< the selection is of whole rows
  std::string query = {};
  bool backward = false;              ///< the way of the last search
  std::optional<std::string> typing;  ///< a query that is being typed
  bool by_wheel = false;              ///< was entered by the wheel: ends at the bottom

  std::optional<Range> selection(const term::Terminal& terminal) const;
};

/// What a key or a move of the mouse came to.
struct Looked {
  bool leaves = false;
  std::string copied = {};   ///< for the clipboard; empty: nothing
  std::string message = {};  ///< for the person; empty: nothing
};

/// Opens it at the end of what there is; `rows` are seen.
Scrollback look_back(const term::Terminal& terminal, int rows);

/// `rows` of the pane are seen.
Looked press(Scrollback& scrollback, const term::Terminal& terminal, int rows, const term::Key& key);
/// Text from the clipboard is a part of a query, or nothing.
void paste(Scrollback& scrollback, std::string_view text);
/// `lines` down, or up if negative, as the wheel does.
Looked scroll(Scrollback& scrollback, const term::Terminal& terminal, int rows, int lines);
/// Keeps everything within what the terminal knows, after it has dropped rows or changed its size.
void settle(Scrollback& scrollback, const term::Terminal& terminal, int rows);

}  // namespace pm::panes
