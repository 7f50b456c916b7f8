#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "pm/core/terminal_size.h"
#include "pm/term/cell.h"

namespace pm::term {

enum class CursorShape : std::uint8_t { block, underline, bar };

struct Cursor {
  Position at;
  bool visible = true;  ///< DECTCEM
  CursorShape shape = CursorShape::block;
  bool blinking = false;
  friend bool operator==(const Cursor&, const Cursor&) = default;
};

/// Which mouse events a program wants (xterm: modes 9, 1000, 1002, 1003), and how it reads them (1005, 1006,
/// 1015).
enum class MouseTracking : std::uint8_t { off, press, click, drag, motion };
enum class MouseEncoding : std::uint8_t { plain, utf8, sgr, urxvt };

/// What a program has set that matters outside its screen.
struct Modes {
  bool application_cursor = false;  ///< DECCKM
  bool application_keypad = false;  ///< DECKPAM
  bool bracketed_paste = false;     ///< 2004
  bool focus_reports = false;       ///< 1004
  bool alternate_screen = false;    ///< 47, 1047, 1049
  bool alternate_scroll = true;     ///< 1007: the wheel sends cursor keys on the alternate screen
  bool reverse_video = false;       ///< DECSCNM
  bool newline = false;             ///< LNM: Return sends CR LF
  MouseTracking mouse = MouseTracking::off;
  MouseEncoding mouse_encoding = MouseEncoding::plain;
  friend bool operator==(const Modes&, const Modes&) = default;
};

/// An OSC 8 hyperlink.
struct Link {
  std::string_view uri, id;
};

/// A VT500-class terminal as xterm has it, without any glass: bytes of a program in, a screen out. Any bytes
/// are fine, and all memory is bounded. Pure.
class Terminal {
 public:
  /// Of the rows above the main screen, about; the oldest go first.
  static constexpr std::size_t kScrollbackBytes = 256 << 10;
  /// Sizes are taken to lie within 1 × 1 and this.
  static constexpr Size kLargest{core::kLargestTerminal.columns, core::kLargestTerminal.rows};

  static constexpr int kMostBells = 1000;

  explicit Terminal(Size size, std::size_t scrollback_bytes = kScrollbackBytes);
  Terminal(Terminal&&) noexcept;
  Terminal& operator=(Terminal&&) noexcept;
  ~Terminal();

  void write(std::string_view bytes);
  /// Rows of the main screen and above it that were wrapped are wrapped anew; the alternate screen is cut or
  /// filled up, for its program draws it again.
  void resize(Size size);
  /// What stays of a program when the next one begins: the main screen with its rows, below which the cursor
  /// stands at the beginning of a row; modes, colours, margins, tabs and character sets are as in the
  /// beginning.
  void begin_anew();

  Size size() const;
  Cursor cursor() const;
  Modes modes() const;
  std::string_view title() const;  ///< OSC 0, 2; valid UTF-8, without controls

  /// Rows above the screen; none for the alternate one.
  int scrollback() const;
  /// The cells of a row, from -scrollback() to rows − 1; as many as `cells` has room for, blank behind the
  /// end.
  void read_row(int row, std::span<Cell> cells) const;
  /// Its text, without the blanks at its end.
  std::string row_text(int row) const;
  /// Whether it goes on in the next row, because it was too long.
  bool wrapped(int row) const;
  /// How many rows have been pushed out at the top of the main screen so far, dropped ones included: what was
  /// row r at a count c is row r − (count − c) now, as long as the size stays; but rows of the screen below a
  /// region that scrolls (DECSTBM) stay where they are.
  std::uint64_t scrolled() const;
  /// Of a cell's style; empty for 0.
  Link link(std::uint16_t number) const;

  /// What the program is to read as input: answers to its questions (DA, DSR, DECRQM, …). Taken once.
  std::string take_replies();
  /// Times the bell has rung since the last call; counted up to kMostBells.
  int take_bells();
  /// What the program wants in the clipboard (OSC 52), decoded; taken once, the last one counts.
  std::optional<std::string> take_clipboard();

  /// Bytes that make a terminal of the same size, fresh or not, look and behave like this one: its last
  /// `scrollback` rows above the screen, the screen, cursor and modes. Clears the screen first, and with
  /// `scrollback` above 0 what is above it, too: that may be a person's own.
  std::string replay(int scrollback = 0) const;
  /// The same for a terminal that has shown all of this one's up to when scrolled() was `scrolled`, and has
  /// had its size since: it keeps its own rows above the screen and gets those that have been pushed out
  /// since then, as far as they are still there.
  std::string catch_up(std::uint64_t scrolled) const;
  /// The bytes at the end of what was written that are no whole character or sequence yet, as far as they
  /// have to be known; replay() does not contain them.
  std::string unfinished() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pm::term
