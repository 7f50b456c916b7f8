#include "emulator.h"

#include <algorithm>
#include <utility>

#include "pm/term/width.h"
#include "utf8.h"

namespace pm::term {

namespace {

constexpr int kTabWidth = 8;

}  // namespace

Emulator::Emulator(Size size, std::size_t scrollback_bytes)
    : size_{bounded(size)},
      main_{size_},
      scrollback_{scrollback_bytes},
      bottom_{size_.rows},
      styles_{kMostStyles},
      clusters_{kMostClusters},
      links_{kMostLinks} {
  reset_tabs();
}

void Emulator::write(std::string_view bytes) { parser_.parse(bytes, *this); }

Cursor Emulator::cursor() const {
  return {at_, switches_.cursor_visible, switches_.cursor_shape, switches_.cursor_blinking};
}

Modes Emulator::modes() const {
  auto modes = modes_;
  modes.newline = switches_.newline;
  modes.alternate_screen = alternate_.has_value();
  return modes;
}

void Emulator::append_text(std::string& text, Unit unit) const {
  if (unit.clustered())
    text += clusters_[unit.cluster()].text();
  else
    append_utf8(text, unit.content() == 0 ? U' ' : char32_t{unit.content()});
}

Cell Emulator::cell_of(Unit unit) const {
  Cell cell{.style = styles_[unit.style()]};
  if (unit.content() != 0 && unit.content() != ' ') {
    std::string text;
    append_text(text, unit);
    cell.glyph = std::string_view{text};
  }
  if (unit.kind() == Unit::Kind::wide) cell.width = 2;
  if (unit.kind() == Unit::Kind::tail) cell.width = 0;
  return cell;
}

std::string Emulator::take_replies() { return std::exchange(replies_, {}); }
int Emulator::take_bells() { return std::exchange(bells_, 0); }
std::optional<std::string> Emulator::take_clipboard() { return std::exchange(clipboard_, std::nullopt); }

// What is written

void Emulator::text(std::string_view ascii) {
  if (charsets_.current() == Charset::ascii && charsets_.once == 0) {
    put_narrow(ascii.size(), [&](std::size_t i) { return static_cast<unsigned char>(ascii[i]); });
    return;
  }
  for (const char byte : ascii) {
    put(translate(charsets_.current(), byte), 1);
    charsets_.once = 0;
  }
}

// Writes `count` characters of width 1, at least one; each has the content at(its index).
template <class At>
void Emulator::put_narrow(std::size_t count, At at) {
  last_ = at(count - 1);
  const auto unit = pen_unit();
  for (std::size_t done = 0; done < count;) {
    if (wrapping_ && switches_.autowrap) wrap();
    const auto size = std::min(count - done, static_cast<std::size_t>(size_.columns - at_.column));
    const int columns = static_cast<int>(size);
    if (switches_.insert) screen().insert_cells(at_.row, at_.column, columns, blank());
    Unit* const units = screen().open(at_.row, at_.column, at_.column + columns);
    for (std::size_t i = 0; i < size; ++i) units[i] = unit.with(at(done + i));
    advance(columns);
    done += size;
    if (!switches_.autowrap && count - done > 1) done = count - 1;  // each on the last column
  }
}

void Emulator::character(char32_t character) {
  charsets_.once = 0;
  const int width = character < 0x300 ? 1 : width_of(character);
  if (width == 0)
    combine(character);
  else
    put(character, width);
}

void Emulator::put(char32_t character, int width) {
  const int columns = size_.columns;
  if (width > columns) {
    character = 0xfffd;
    width = 1;
  }
  last_ = character;
  if (wrapping_ && switches_.autowrap) wrap();
  if (at_.column + width > columns) {
    if (switches_.autowrap) {
      *screen().open(at_.row, at_.column, columns) = Unit{0, blank().style(), Unit::Kind::filler};
      wrap();
    } else {
      at_.column = columns - width;
    }
  }
  if (switches_.insert) screen().insert_cells(at_.row, at_.column, width, blank());
  const auto unit = pen_unit();
  Unit* const units = screen().open(at_.row, at_.column, at_.column + width);
  if (width == 2) {
    units[0] = Unit{character, unit.style(), Unit::Kind::wide, unit.guarded()};
    units[1] = Unit{0, unit.style(), Unit::Kind::tail, unit.guarded()};
  } else {
    units[0] = unit.with(character);
  }
  advance(width);
}

void Emulator::advance(int columns) {
  at_.column += columns;
  wrapping_ = at_.column == size_.columns;
  if (!wrapping_) return;
  --at_.column;
  wrapping_ = switches_.autowrap;
}

void Emulator::wrap() {
  const bool moves = at_.row + 1 == bottom_ || at_.row + 1 < size_.rows;
  if (moves && is_full(at_.row)) screen().set_wrapped(at_.row, true);
  at_.column = 0;
  line_feed();
}

bool Emulator::is_full(int row) const {
  const auto last = screen().at(row, size_.columns - 1);
  return last.content() != 0 || last.kind() != Unit::Kind::narrow;
}

// Puts a mark to the character before the cursor; without one it is lost, as is one that has no room.
void Emulator::combine(char32_t mark) {
  int column = wrapping_ ? at_.column : at_.column - 1;
  if (column > 0 && screen().at(at_.row, column).kind() == Unit::Kind::tail) --column;
  if (column < 0) return;
  auto base = screen().at(at_.row, column);
  if (base.kind() == Unit::Kind::filler) return;
  std::string text;
  if (base.clustered())
    text = clusters_[base.cluster()].text();
  else
    append_utf8(text, base.content() == 0 ? U' ' : base.content());
  append_utf8(text, mark);
  if (text.size() > Glyph::kMost) return;
  const auto cluster = cluster_of(std::string_view{text});
  if (!cluster) return;
  const int width = base.kind() == Unit::Kind::wide ? 2 : 1;
  const auto kept = screen().row(at_.row).wrapped;
  const auto tail = screen().at(at_.row, std::min(column + 1, size_.columns - 1));
  Unit* const units = screen().open(at_.row, column, column + width);
  units[0] = Unit{Unit::kCluster | *cluster, base.style(), base.kind(), base.guarded()};
  if (width == 2) units[1] = tail;
  if (kept) screen().set_wrapped(at_.row, true);
}

// REP. For its few bytes at most two rows, where xterm fills the screen.
void Emulator::repeat(int count) {
  if (last_ == 0) return;
  const int width = last_ < 0x300 ? 1 : width_of(last_);
  count = std::min(count, 2 * size_.columns / width);
  if (width == 1)
    put_narrow(static_cast<std::size_t>(count), [character = last_](std::size_t) { return character; });
  else
    for (; count > 0; --count) put(last_, width);
}

// Where it is written

void Emulator::line_feed() {
  wrapping_ = false;
  if (at_.row + 1 == bottom_)
    scroll_up(1);
  else if (at_.row + 1 < size_.rows)
    ++at_.row;
}

void Emulator::reverse_line_feed() {
  wrapping_ = false;
  if (at_.row == top_)
    scroll_down(1);
  else if (at_.row > 0)
    --at_.row;
}

void Emulator::scroll_up(int rows) {
  rows = std::min(rows, bottom_ - top_);
  if (!alternate_ && top_ == 0) {
    for (int row = 0; row < rows; ++row) scrollback_.push(main_.row(row).units(), main_.row(row).wrapped);
    scrolled_ += static_cast<std::uint64_t>(rows);
  }
  screen().scroll_up(top_, bottom_, rows, blank());
}

void Emulator::scroll_down(int rows) { screen().scroll_down(top_, bottom_, rows, blank()); }

void Emulator::move_to(int row, int column) {
  at_ = {std::clamp(column, 0, size_.columns - 1), std::clamp(row, 0, size_.rows - 1)};
  wrapping_ = false;
}

void Emulator::move_in_origin(int row, int column) {
  if (switches_.origin)
    move_to(std::clamp(row + top_, top_, bottom_ - 1), column);
  else
    move_to(row, column);
}

void Emulator::move_up(int rows) {
  move_to(std::max(at_.row - rows, at_.row >= top_ ? top_ : 0), at_.column);
}

void Emulator::move_down(int rows) {
  move_to(std::min(at_.row + rows, at_.row < bottom_ ? bottom_ - 1 : size_.rows - 1), at_.column);
}

// Leaves a wrap that is due, as xterm does.
void Emulator::tab(int count) {
  for (; count > 0 && at_.column + 1 < size_.columns; --count) do
      ++at_.column;
    while (at_.column + 1 < size_.columns && !tabs_[static_cast<std::size_t>(at_.column)]);
}

void Emulator::tab_back(int count) {
  wrapping_ = false;
  for (; count > 0 && at_.column > 0; --count) do
      --at_.column;
    while (at_.column > 0 && !tabs_[static_cast<std::size_t>(at_.column)]);
}

void Emulator::reset_tabs() {
  tabs_.assign(static_cast<std::size_t>(size_.columns), false);
  for (std::size_t column = kTabWidth; column < tabs_.size(); column += kTabWidth) tabs_[column] = true;
}

void Emulator::erase_in_row(int row, int from, int to, bool selective) {
  wrapping_ = false;
  if (selective)
    screen().erase_unguarded(row, from, to, blank());
  else
    screen().erase(row, from, to, blank());
}

void Emulator::erase_display(int which, bool selective) {
  if (which == 3 && !selective) return scrollback_.clear();
  if (which > 2) return;
  const int first = which == 0 ? at_.row + 1 : 0, last = which == 1 ? at_.row : size_.rows;
  for (int row = first; row < last; ++row) erase_in_row(row, 0, size_.columns, selective);
  if (which != 2) erase_line(which, selective);
}

void Emulator::erase_line(int which, bool selective) {
  if (which > 2) return;
  erase_in_row(at_.row, which == 0 ? at_.column : 0, which == 1 ? at_.column + 1 : size_.columns, selective);
}

void Emulator::insert_rows(int rows) {
  if (at_.row < top_ || at_.row >= bottom_) return;
  move_to(at_.row, 0);
  screen().scroll_down(at_.row, bottom_, rows, blank());
}

void Emulator::remove_rows(int rows) {
  if (at_.row < top_ || at_.row >= bottom_) return;
  move_to(at_.row, 0);
  screen().scroll_up(at_.row, bottom_, rows, blank());
}

// DECALN: a screen full of E.
void Emulator::align() {
  set_margins(0, size_.rows);
  switches_.origin = false;
  move_to(0, 0);
  for (int row = 0; row < size_.rows; ++row)
    std::fill_n(screen().open(row, 0, size_.columns), size_.columns, Unit{'E', 0});
}

void Emulator::save_cursor() {
  saved() = {at_, wrapping_, switches_.origin, guarding_, pen_, charsets_};
  saved().charsets.once = 0;
  saved().pen.link = 0;
}

void Emulator::restore_cursor() {
  const auto& from = saved();
  switches_.origin = from.origin;
  if (from.origin)
    move_to(std::clamp(from.at.row, top_, bottom_ - 1), from.at.column);
  else
    move_to(from.at.row, from.at.column);
  wrapping_ = from.wrapping && at_ == from.at && is_full(at_.row) && !screen().row(at_.row).wrapped;
  guarding_ = from.guarding;
  auto pen = from.pen;
  pen.link = pen_.link;
  set_style(pen);
  charsets_ = from.charsets;
}

void Emulator::show_alternate(bool shown) {
  if (shown == alternate_.has_value()) return;
  if (shown)
    alternate_.emplace(size_);
  else
    alternate_.reset();
  saved_[1] = {};
  wrapping_ = false;
}

void Emulator::set_margins(int top, int bottom) {
  if (bottom - top < 2 && bottom - top != size_.rows) return;
  top_ = top;
  bottom_ = bottom;
  move_in_origin(0, 0);
}

void Emulator::soft_reset() {
  top_ = 0;
  bottom_ = size_.rows;
  set_style({});
  guarding_ = false;
  charsets_ = {};
  saved() = {};
  switches_ = {.newline = switches_.newline,
               .synchronized = switches_.synchronized,
               .cursor_blinking = switches_.cursor_blinking,
               .cursor_shape = switches_.cursor_shape};
  modes_.application_cursor = modes_.application_keypad = false;
}

void Emulator::full_reset() {
  alternate_.reset();
  main_.clear();
  scrollback_.clear();
  soft_reset();
  switches_ = {};
  modes_ = {};
  saved_[0] = saved_[1] = {};
  reset_tabs();
  last_ = 0;
  move_to(0, 0);
}

void Emulator::begin_anew() {
  parser_ = {};
  int next = alternate_ ? 0 : at_.row;
  if (!alternate_ && at_.column > 0) ++next;
  show_alternate(false);
  for (int row = next; row < size_.rows; ++row)
    if (main_.row(row).used > 0) next = row + 1;
  if (next > 0) main_.set_wrapped(next - 1, false);
  soft_reset();
  saved_[0] = {};
  switches_ = {};
  modes_ = {};
  reset_tabs();
  title_.clear();
  titles_.clear();
  last_ = 0;
  if (next == size_.rows) scroll_up(1);
  move_to(std::min(next, size_.rows - 1), 0);
}

// What cells show

void Emulator::set_style(const Style& style) {
  pen_ = style;
  pen_known_ = false;
}

// SGR 0, which is every other sequence, needs no search.
void Emulator::reset_style() {
  const auto link = pen_.link;
  pen_ = {.link = link};
  blank_ = {};
  blank_color_ = {};
  pen_unit_ = Unit{0, 0, Unit::Kind::narrow, guarding_};
  pen_known_ = link == 0;
}

Unit Emulator::pen_unit() {
  if (!pen_known_) refresh_pen();
  return pen_unit_;
}

Unit Emulator::blank() {
  if (!pen_known_) refresh_pen();
  return blank_;
}

void Emulator::refresh_pen() {
  if (pen_.background != blank_color_) {
    blank_ = Unit{0, number_of({.background = pen_.background})};
    blank_color_ = pen_.background;
  }
  pen_unit_ = Unit{0, number_of(pen_), Unit::Kind::narrow, guarding_};
  pen_known_ = true;
}

}  // namespace pm::term
