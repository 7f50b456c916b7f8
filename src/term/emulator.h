#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "charset.h"
#include "interned.h"
#include "parser.h"
#include "pm/term/terminal.h"
#include "reflow.h"
#include "screen.h"
#include "scrollback.h"

namespace pm::term {

/// The target of an OSC 8 link.
struct LinkTarget {
  std::string uri, id;
  friend bool operator==(const LinkTarget&, const LinkTarget&) = default;
};

/// As large as a terminal can be, and at least one cell.
Size bounded(Size size);

std::size_t hash_of(const Style& style);
std::size_t hash_of(const Glyph& glyph);
std::size_t hash_of(const LinkTarget& target);
bool is_same(const Style& one, const Style& other);
inline bool is_same(const Glyph& one, const Glyph& other) { return one == other; }
inline bool is_same(const LinkTarget& one, const LinkTarget& other) { return one == other; }

/// What a Terminal does; the sink of its parser.
class Emulator {
 public:
  Emulator(Size size, std::size_t scrollback_bytes);

  void write(std::string_view bytes);
  void resize(Size size);
  void begin_anew();
  /// The last `scrollback` rows above the screen, and the screen; `anew`: in place of the rows above it that
  /// are there.
  std::string replay(int scrollback, bool anew) const;
  std::string unfinished() const { return parser_.unfinished(); }

  Size size() const { return size_; }
  Cursor cursor() const;
  Modes modes() const;
  const std::string& title() const { return title_; }

  int scrollback() const { return alternate_ ? 0 : scrollback_.rows(); }
  Cell cell_of(Unit unit) const;
  /// What stands in a cell that is no tail; a blank is a space.
  void append_text(std::string& text, Unit unit) const;
  /// Calls `read` with the units of a row, from -scrollback() on.
  template <class Read>
  auto with_row(int row, Read read) const {
    if (row >= 0) return read(screen().row(row).units());
    std::vector<Unit> units;
    scrollback_.read(scrollback_.rows() + row, units);
    return read(std::span<const Unit>{units});
  }
  bool wrapped(int row) const {
    return row >= 0 ? screen().row(row).wrapped : scrollback_.wrapped(scrollback_.rows() + row);
  }
  std::uint64_t scrolled() const { return scrolled_; }
  const LinkTarget& link(std::uint16_t number) const { return links_[number]; }

  std::string take_replies();
  int take_bells();
  std::optional<std::string> take_clipboard();

  // The parser's sink.
  void text(std::string_view ascii);
  void character(char32_t character);
  void control(char control);
  void escape(const Sequence& sequence);
  void csi(const Sequence& sequence);
  void string(char kind, std::string_view text);

 private:
  static constexpr std::size_t kMostStyles = 65535, kMostClusters = 4096, kMostLinks = 512;
  static constexpr std::size_t kCrowded = kMostStyles / 4 * 3;
  static constexpr std::size_t kForSimilarStyles = 4096;  // so many are left for those that replace others

  friend class Replayer;

  /// What DECSC keeps.
  struct Saved {
    Position at;
    bool wrapping = false, origin = false, guarding = false;
    Style pen;
    Charsets charsets;
    friend bool operator==(const Saved&, const Saved&) = default;
  };
  /// The modes that work in here; those for others are Modes.
  struct Switches {
    bool insert = false, newline = false, origin = false, autowrap = true, synchronized = false;
    bool cursor_visible = true, cursor_blinking = false;
    CursorShape cursor_shape = CursorShape::block;
    friend bool operator==(const Switches&, const Switches&) = default;
  };

  // emulator.cpp: the screen and what is on it
  Screen& screen() { return alternate_ ? *alternate_ : main_; }
  const Screen& screen() const { return alternate_ ? *alternate_ : main_; }
  Saved& saved() { return saved_[alternate_ ? 1 : 0]; }
  template <class At>
  void put_narrow(std::size_t count, At at);
  void put(char32_t character, int width);
  void combine(char32_t mark);
  void advance(int columns);
  void wrap();
  bool is_full(int row) const;
  void line_feed();
  void reverse_line_feed();
  void scroll_up(int rows);
  void scroll_down(int rows);
  void move_to(int row, int column);
  void move_in_origin(int row, int column);
  void move_up(int rows);
  void move_down(int rows);
  void tab(int count);
  void tab_back(int count);
  void reset_tabs();
  void erase_in_row(int row, int from, int to, bool selective);
  void erase_display(int which, bool selective);
  void erase_line(int which, bool selective);
  void insert_rows(int rows);
  void remove_rows(int rows);
  void align();
  void save_cursor();
  void restore_cursor();
  void show_alternate(bool shown);
  void set_margins(int top, int bottom);
  void soft_reset();
  void full_reset();

  // Styles, clusters, links: numbers for what cells show.
  Unit pen_unit();
  Unit blank();
  void refresh_pen();
  std::uint16_t number_of(const Style& style);
  void collect_styles();
  std::optional<std::uint16_t> cluster_of(const Glyph& glyph);
  std::uint16_t link_of(const LinkTarget& target);
  void unlink_rows_above();
  template <class OnUnit>
  void for_each_unit(OnUnit on_unit) const;
  void set_style(const Style& style);
  void reset_style();
  void resize_main(Size old);
  std::vector<LooseRow> loose_rows(int screen_rows) const;
  void put_loose_rows(std::span<const LooseRow> rows, int top);

  // controls.cpp, modes.cpp, reports.cpp, strings.cpp
  void plain_csi(const Sequence& sequence);
  void set_modes(const Sequence& sequence, bool on);
  void set_mode(int mode, bool on);
  void set_private_mode(int mode, bool on);
  void clear_tabs(int which);
  void title_stack(const Sequence& sequence);
  void repeat(int count);
  void set_cursor_style(int style);
  void report_mode(const Sequence& sequence);
  std::optional<bool> mode(int mode) const;
  std::optional<bool> private_mode(int mode) const;
  void report_device(const Sequence& sequence);
  void report_status(const Sequence& sequence);
  void report_setting(std::string_view setting);
  void reply(std::string_view bytes);
  void command(std::string_view text);
  void set_link(std::string_view text);
  void set_clipboard(std::string_view text);

  Size size_;
  Screen main_;
  std::optional<Screen> alternate_;  // while it is shown; each time a new one
  Scrollback scrollback_;
  std::uint64_t scrolled_ = 0;

  Parser parser_;
  Position at_;
  bool wrapping_ = false;  // the last column is full: what comes next goes into the next row
  bool guarding_ = false;
  Style pen_;
  Charsets charsets_;
  char32_t last_ = 0;     // what REP repeats
  Saved saved_[2];        // of the main screen, and of the alternate one
  int top_ = 0, bottom_;  // DECSTBM: the first row, and the one behind the last
  std::vector<bool> tabs_;
  Switches switches_;
  Modes modes_;
  std::string title_;
  std::vector<std::string> titles_;

  Interned<Style> styles_;
  Interned<Glyph> clusters_;
  Interned<LinkTarget> links_;
  bool pen_known_ = false;  // whether pen_unit_ is that of the pen, and blank_
  Unit pen_unit_, blank_;
  Color blank_color_;        // the background of blank_
  std::size_t crowded_ = 0;  // styles to be flattened before the next attempt to find room for them
  std::size_t marks_to_wait_ = 0, links_to_wait_ = 0;  // before the next attempt to find room for new ones

  std::string replies_;
  int bells_ = 0;
  std::optional<std::string> clipboard_;
};

}  // namespace pm::term
