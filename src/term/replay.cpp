#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cursor_style.h"
#include "emulator.h"
#include "sgr.h"

namespace pm::term {

/// Paints what an emulator shows, as bytes for a terminal which is all blank.
class Replayer {
 public:
  explicit Replayer(const Emulator& from) : from_{from} {}

  std::string run(int scrollback, bool anew);

 private:
  using Saved = Emulator::Saved;

  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }
  void move(int row, int column) { add("\x1b[{};{}H", row + 1, column + 1); }

  void clear_all(bool above);
  void clear_screen();
  void enter_alternate();
  void save(const Saved& saved);
  void paint(int scrollback, const Screen& screen);
  bool spills(std::span<const Unit> units, std::span<const Unit> next) const;
  void paint_row(std::span<const Unit> units, bool wrapped);
  void go_on(bool wrapped, std::span<const Unit> units);
  std::size_t paint_blanks(std::span<const Unit> units, bool wrapped);
  void paint_unit(Unit unit);
  void set_style(const Style& style);
  void set_guarding(bool guarding);
  void set_charsets(const Charsets& charsets);
  void set_tabs();
  void set_cursor();
  void set_switches();
  void set_modes();
  void set_private(int mode, bool on) { add("\x1b[?{}{}", mode, on ? 'h' : 'l'); }

  const Emulator& from_;
  std::string out_;
  Style pen_;  // as the bytes so far have set it
  bool guarding_ = false;
  Charsets charsets_;
};

namespace {

bool is_background(const Style& style) { return style == Style{.background = style.background}; }

bool is_empty(Unit unit) { return unit.content() == 0 && unit.kind() != Unit::Kind::tail; }

std::span<const Unit> trimmed(std::span<const Unit> units) {
  while (!units.empty() && units.back() == Unit{}) units = units.first(units.size() - 1);
  return units;
}

}  // namespace

std::string Replayer::run(int scrollback, bool anew) {
  clear_all(anew);
  save(from_.saved_[0]);
  clear_screen();
  paint(scrollback, from_.main_);
  if (from_.alternate_) {
    enter_alternate();
    save(from_.saved_[1]);
    clear_screen();
    paint(0, *from_.alternate_);
  }
  set_tabs();
  set_cursor();
  set_switches();
  set_modes();
  return std::move(out_);
}

// No RIS: xterm clears more with it than it has been asked for, and flickers.
void Replayer::clear_all(bool above) {
  out_ +=
      "\x1b[?1047l\x1b[!p\x1b[?1;5;6;9;66;1000;1002;1003;1004;1005;1006;1015;2004;2026l\x1b[?7h\x1b[4;20l";
  out_ += "\x1b[r\x1b[m\x1b]8;;\x1b\\\x1b[0\"q\x1b(B\x1b)B\x1b*B\x1b+B\x0f\x1b[H\x1b[2J";
  if (above) out_ += "\x1b[3J";
  add("\x1b]2;{}\x1b\\", from_.title_);
}

void Replayer::clear_screen() {
  set_style(Style{});
  set_guarding(false);
  out_ += "\x1b[H\x1b[2J";
}

// By 1049, for a program that leaves by it: tmux keeps what that brings back apart from what DECSC has saved.
void Replayer::enter_alternate() {
  const auto& saved = from_.saved_[0];
  out_ += "\x1b\x38";
  set_private(1049, true);
  if (saved.origin) set_private(6, false);
  out_ += "\x1b]8;;\x1b\\";
  pen_ = saved.pen;
  pen_.link = 0;
  guarding_ = saved.guarding;
  charsets_ = saved.charsets;
  set_charsets({});
}

// A wrap that is due is saved, too; what has to be written for that goes with the next clearing of the
// screen.
void Replayer::save(const Saved& saved) {
  if (saved.origin) set_private(6, true);
  move(saved.at.row, saved.at.column);
  if (saved.wrapping) out_ += ' ';
  set_style(saved.pen);
  set_guarding(saved.guarding);
  set_charsets(saved.charsets);
  out_ += "\x1b\x37";
  set_charsets({});
  if (saved.origin) set_private(6, false);
}

void Replayer::paint(int scrollback, const Screen& screen) {
  const int rows = from_.size_.rows, kept = from_.scrollback_.rows();
  std::vector<Unit> units, next;
  const auto read = [&](int row, std::vector<Unit>& to) {
    if (row < 0) {
      from_.scrollback_.read(kept + row, to);
      return from_.scrollback_.wrapped(kept + row);
    }
    const auto cells = trimmed(screen.row(row).units());
    to.assign(cells.begin(), cells.end());
    return screen.row(row).wrapped;
  };
  int row = -std::min(scrollback, kept);
  bool wrapped = read(row, units);
  for (; row + 1 < rows; ++row) {
    const bool next_wrapped = read(row + 1, next);
    if (wrapped && spills(units, next)) {
      paint_row(std::span{units}.first(units.size() - 1), true);
    } else {
      paint_row(units, wrapped);
      go_on(wrapped, next);
    }
    units.swap(next);
    wrapped = next_wrapped;
  }
  paint_row(units, wrapped);
}

// Whether a wide character at the beginning of the next row brings the filler with it.
bool Replayer::spills(std::span<const Unit> units, std::span<const Unit> next) const {
  return units.size() > 1 && !is_empty(units[units.size() - 2]) &&
         units.back() == Unit{0, 0, Unit::Kind::filler} && !next.empty() &&
         next.front().kind() == Unit::Kind::wide && from_.styles_[next.front().style()].background == Color{};
}

void Replayer::paint_row(std::span<const Unit> units, bool wrapped) {
  while (!units.empty()) {
    const auto unit = units.front();
    const bool at_end = units.size() == 1;
    std::size_t size = 1;
    if (is_empty(unit) && !(wrapped && at_end))
      size = paint_blanks(units, wrapped);
    else if (unit.kind() != Unit::Kind::tail)
      paint_unit(unit);
    units = units.subspan(size);
  }
}

// To the beginning of the next row, without bringing a background there.
void Replayer::go_on(bool wrapped, std::span<const Unit> units) {
  set_style(Style{});
  if (!wrapped) {
    out_ += "\r\n";
    return;
  }
  set_guarding(false);
  out_ += " \r";
  if (units.empty() || is_empty(units.front())) out_ += "\x1b[X";
}

// Those of one style at the beginning, but not the last one of a wrapped row; returns how many.
std::size_t Replayer::paint_blanks(std::span<const Unit> units, bool wrapped) {
  const auto most = units.size() - (wrapped ? 1 : 0);
  std::size_t count = 1;
  while (count < most && is_empty(units[count]) && units[count].style() == units[0].style()) ++count;
  const auto& style = from_.styles_[units[0].style()];
  if (!is_background(style)) {
    set_style(style);
    out_.append(count, ' ');
    return count;
  }
  if (style != Style{}) {
    set_style(style);
    add("\x1b[{}X", count);
  }
  if (count < units.size()) add("\x1b[{}C", count);
  return count;
}

void Replayer::paint_unit(Unit unit) {
  set_style(from_.styles_[unit.style()]);
  set_guarding(unit.guarded());
  from_.append_text(out_, unit);
}

void Replayer::set_style(const Style& style) {
  append_sgr(out_, pen_, style);
  if (style.link != pen_.link) {
    const auto& [uri, id] = from_.links_[style.link];
    add("\x1b]8;{}{};{}\x1b\\", id.empty() ? "" : "id=", id, uri);
  }
  pen_ = style;
}

void Replayer::set_guarding(bool guarding) {
  if (guarding != guarding_) add("\x1b[{}\"q", guarding ? 1 : 0);
  guarding_ = guarding;
}

void Replayer::set_charsets(const Charsets& charsets) {
  for (std::size_t i = 0; i < charsets.sets.size(); ++i)
    if (charsets.sets[i] != charsets_.sets[i]) add("\x1b{}{}", "()*+"[i], designator_of(charsets.sets[i]));
  constexpr std::array<std::string_view, 4> kShifts{"\x0f", "\x0e", "\x1bn", "\x1bo"};
  if (charsets.shifted != charsets_.shifted) out_ += kShifts[charsets.shifted];
  if (charsets.once != 0) add("\x1b{}", charsets.once == 2 ? 'N' : 'O');
  charsets_ = charsets;
}

void Replayer::set_tabs() {
  out_ += "\x1b[3g";
  for (std::size_t column = 0; column < from_.tabs_.size(); ++column)
    if (from_.tabs_[column]) add("\x1b[{}G\x1bH", column + 1);
}

// A wrap that is due comes from writing the last cell once more.
void Replayer::set_cursor() {
  const auto& [column, row] = from_.at_;
  if (from_.top_ != 0 || from_.bottom_ != from_.size_.rows) add("\x1b[{};{}r", from_.top_ + 1, from_.bottom_);
  if (from_.switches_.origin) set_private(6, true);
  auto unit = from_.screen().at(row, column);
  const bool wide = from_.wrapping_ && unit.kind() == Unit::Kind::tail;
  if (wide) unit = from_.screen().at(row, column - 1);
  move(row - (from_.switches_.origin ? from_.top_ : 0), column - (wide ? 1 : 0));
  if (from_.wrapping_) paint_unit(unit);
  set_style(from_.pen_);
  set_guarding(from_.guarding_);
  set_charsets(from_.charsets_);
}

void Replayer::set_switches() {
  const auto& switches = from_.switches_;
  if (switches.insert) out_ += "\x1b[4h";
  if (switches.newline) out_ += "\x1b[20h";
  if (!switches.autowrap) set_private(7, false);
  set_private(25, switches.cursor_visible);
  add("\x1b[{} q", cursor_style(switches.cursor_shape, switches.cursor_blinking));
}

void Replayer::set_modes() {
  const auto& modes = from_.modes_;
  set_private(1, modes.application_cursor);
  set_private(66, modes.application_keypad);
  set_private(1007, modes.alternate_scroll);
  if (modes.reverse_video) set_private(5, true);
  if (modes.bracketed_paste) set_private(2004, true);
  if (modes.focus_reports) set_private(1004, true);
  constexpr std::array kTracking{0, 9, 1000, 1002, 1003};
  if (modes.mouse != MouseTracking::off) set_private(kTracking[static_cast<std::size_t>(modes.mouse)], true);
  constexpr std::array kEncoding{0, 1005, 1006, 1015};
  if (modes.mouse_encoding != MouseEncoding::plain)
    set_private(kEncoding[static_cast<std::size_t>(modes.mouse_encoding)], true);
}

std::string Emulator::replay(int scrollback, bool anew) const {
  return Replayer{*this}.run(std::max(scrollback, 0), anew);
}

}  // namespace pm::term
