#include "pm/term/renderer.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "cursor_style.h"
#include "sgr.h"
#include "utf8.h"

namespace pm::term {

namespace {

// As many unchanged cells are cheaper to write again than to skip: "\e[5C" has four bytes.
constexpr int kShortGap = 4;

// A sequence that ends with this many cells fewer to write is worth its three bytes.
constexpr int kWorthErasing = 4;

bool blank(const Cell& cell) { return cell.width == 1 && (cell.glyph.empty() || cell.glyph.text() == " "); }

// Whether erasing to the end of the row leaves just this: terminals differ in what else erased cells take
// over.
bool erasable(const Cell& cell) { return blank(cell) && cell.style == Style{}; }

int style_of(const Cursor& cursor) { return cursor_style(cursor.shape, cursor.blinking); }

// Whether all terminals move the cursor by as many columns for it as we do. They differ about emoji, symbols
// of private use, and marks; there nothing is taken for granted.
bool agreed_width(const Cell& cell) {
  const auto text = cell.glyph.text();
  if (text.size() <= 1) return true;
  const auto [character, size] = decode_utf8(text);
  if (size != text.size()) return false;
  return cell.width == 1 ? character < 0x2600 : character >= 0x3000 && character < 0xe000;
}

// One drawing of a frame over another: knows where the terminal's cursor is and what its pen is.
class Drawing {
 public:
  Drawing(std::string& out, const Capabilities& capabilities, const Frame& before, const Frame& after)
      : out_{out}, capabilities_{capabilities}, before_{before}, after_{after} {}

  void rows() {
    for (int row = 0; row < after_.size().rows; ++row) draw_row(row);
  }
  void end() { set_style({}); }
  void move_to(Position to);

 private:
  bool same(Position at) const;
  void draw_row(int row);
  int end_of_text(int row) const;
  void write(Position at);
  void set_style(const Style& style);
  void set_link(std::uint16_t link);

  std::string& out_;
  const Capabilities& capabilities_;
  const Frame &before_, &after_;
  std::optional<Position> at_;  // nullopt: nobody knows
  Style pen_;
  std::uint16_t link_ = 0;
};

bool Drawing::same(Position at) const {
  const auto &was = before_.at(at), &is = after_.at(at);
  if (was.style.link == 0 || is.style.link == 0) return was == is;
  auto renumbered = was;
  renumbered.style.link = is.style.link;  // the numbers are each frame's own
  return renumbered == is && before_.link(was.style.link) == after_.link(is.style.link);
}

// Behind the last cell that erasing would not show.
int Drawing::end_of_text(int row) const {
  int end = after_.size().columns;
  while (end > 0 && erasable(after_.at({end - 1, row}))) --end;
  return end;
}

void Drawing::draw_row(int row) {
  const int columns = after_.size().columns;
  int last = columns;  // behind the last change
  while (last > 0 && same({last - 1, row})) --last;
  if (last == 0) return;
  const int end = end_of_text(row);
  const bool erase = last - end >= kWorthErasing;
  for (int column = 0; column < (erase ? end : last); ++column) {
    const Position at{column, row};
    if (same(at) || after_.at(at).width == 0) continue;
    const bool behind_gap = at_ && at_->row == row && column - at_->column < kShortGap;
    for (int from = behind_gap ? at_->column : column; from <= column; ++from) write({from, row});
  }
  if (!erase) return;
  move_to({end, row});
  set_style({});
  out_ += "\x1b[K";
}

void Drawing::write(Position at) {
  const auto& cell = after_.at(at);
  if (cell.width == 0) return;
  move_to(at);
  set_style(cell.style);
  const bool sure = agreed_width(cell);
  if (!sure) {  // what the terminal does not cover would show what was there before
    out_.append(cell.width, ' ');
    at_.reset();
    move_to(at);
  }
  out_ += cell.glyph.empty() ? std::string_view{" "} : cell.glyph.text();
  at_ = Position{at.column + cell.width, at.row};
  // Behind the last column the cursor waits to wrap.
  if (at_->column >= after_.size().columns || !sure) at_.reset();
}

void Drawing::move_to(Position to) {
  if (at_ == to) return;
  auto out = std::back_inserter(out_);
  if (at_ && at_->row == to.row && to.column > at_->column)
    to.column - at_->column == 1 ? fmt::format_to(out, "\x1b[C")
                                 : fmt::format_to(out, "\x1b[{}C", to.column - at_->column);
  else if (to.column == 0)
    to.row == 0 ? fmt::format_to(out, "\x1b[H") : fmt::format_to(out, "\x1b[{}H", to.row + 1);
  else
    fmt::format_to(out, "\x1b[{};{}H", to.row + 1, to.column + 1);
  at_ = to;
}

void Drawing::set_style(const Style& style) {
  const auto wanted = shown(style, capabilities_);
  append_sgr(out_, pen_, wanted);
  pen_ = wanted;
  set_link(wanted.link);
}

void Drawing::set_link(std::uint16_t link) {
  if (std::exchange(link_, link) == link) return;
  if (link == 0) {
    out_ += "\x1b]8;;\x1b\\";
    return;
  }
  const auto& target = after_.link(link);
  fmt::format_to(std::back_inserter(out_), "\x1b]8;{}{};{}\x1b\\", target.id.empty() ? "" : "id=", target.id,
                 target.uri);
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return text.starts_with(beginning); });
}

}  // namespace

Capabilities capabilities_of(std::string_view term, std::string_view colorterm) {
  const bool simple =
      term.empty() || starts_with_any(term, {"linux", "vt", "screen", "cons", "dumb", "rxvt"});
  const bool modern = starts_with_any(
      term, {"xterm-kitty", "kitty", "alacritty", "foot", "wezterm", "xterm-ghostty", "ghostty"});
  return {.rgb = colorterm == "truecolor" || colorterm == "24bit" || modern || term.ends_with("-direct"),
          .underlines = !simple,
          .links = !simple};
}

// The alternate screen with its own saved cursor (1049), the mouse while a button is held (1002) in the SGR
// encoding (1006), reports of the focus (1004), bracketed paste (2004); wrapping, no insert mode, ASCII,
// plain cursor keys.
std::string_view Renderer::enter() {
  return "\x1b[?1049h\x1b[?1002h\x1b[?1006h\x1b[?1004h\x1b[?2004h\x1b[?7h\x1b[4l\x1b(B\x1b[?1l\x1b>\x1b["
         "0m\x1b["
         "2J";
}

std::string_view Renderer::leave() {
  return "\x1b[?2026l\x1b]8;;\x1b\\\x1b[0m\x1b[?2004l\x1b[?1004l\x1b[?1006l\x1b[?1002l\x1b[0 "
         "q\x1b[?25h\x1b[?1049l";
}

std::string Renderer::draw(const Frame& frame) {
  std::string body;
  const bool whole = !shown_ || shown_->size() != frame.size();
  if (whole) {
    body += "\x1b[0m\x1b[2J";
    shown_ = Frame{frame.size()};
  }
  Drawing drawing{body, capabilities_, *shown_, frame};
  drawing.rows();
  drawing.end();
  if (body.empty() && shown_->cursor == frame.cursor) return {};
  if (frame.cursor) {
    drawing.move_to(frame.cursor->at);
    const bool reshaped = !shown_->cursor || style_of(*shown_->cursor) != style_of(*frame.cursor);
    if (reshaped) fmt::format_to(std::back_inserter(body), "\x1b[{} q", style_of(*frame.cursor));
    body += "\x1b[?25h";
  }
  shown_ = frame;
  return fmt::format("\x1b[?2026h\x1b[?25l{}\x1b[?2026l", body);
}

}  // namespace pm::term
