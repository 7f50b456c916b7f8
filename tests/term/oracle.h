#pragma once

#include <vterm.h>

#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "pm/term/terminal.h"
#include "shown.h"
#include "utf8.h"

namespace pm::term::testing {

/// As much of a cell as libvterm 0.1.4 knows, too.
struct Seen {
  std::string text;
  Color foreground, background;
  bool bold = false, italic = false, underlined = false, inverse = false, struck = false;
  friend bool operator==(const Seen&, const Seen&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  const auto color = [&](const char* name, const Color& of) {
    out << ' ' << name << ' ' << int{static_cast<std::uint8_t>(of.kind)} << ':' << int{of.red} << ','
        << int{of.green} << ',' << int{of.blue};
  };
  out << '"' << seen.text << '"';
  color("on", seen.background);
  color("in", seen.foreground);
  return out << (seen.bold ? " bold" : "") << (seen.italic ? " italic" : "")
             << (seen.underlined ? " underlined" : "") << (seen.inverse ? " inverse" : "")
             << (seen.struck ? " struck" : "");
}

/// Of a blank only the background shows. That leaves out how libvterm erases: with all attributes of the pen,
/// where xterm takes its background alone.
inline Seen simplified(Seen seen) {
  if (!seen.text.empty()) return seen;
  return {.background = seen.background};
}

inline Seen seen_in(const Cell& cell) {
  return simplified({.text = std::string{cell.glyph.text()},
                     .foreground = cell.style.foreground,
                     .background = cell.style.background,
                     .bold = cell.style.bold,
                     .italic = cell.style.italic,
                     .underlined = cell.style.underline != Underline::none,
                     .inverse = cell.style.inverse,
                     .struck = cell.style.struck});
}

/// libvterm, which shows what other terminals make of the same bytes.
class Oracle {
 public:
  explicit Oracle(Size size) : size_{size}, terminal_{vterm_new(size.rows, size.columns), vterm_free} {
    vterm_set_utf8(terminal_.get(), 1);
    screen_ = vterm_obtain_screen(terminal_.get());
    vterm_screen_enable_altscreen(screen_, 1);
    vterm_screen_reset(screen_, 1);
  }

  void write(std::string_view bytes) { vterm_input_write(terminal_.get(), bytes.data(), bytes.size()); }

  Position cursor() const {
    VTermPos at;
    vterm_state_get_cursorpos(vterm_obtain_state(terminal_.get()), &at);
    return {at.col, at.row};
  }

  Seen seen_at(int row, int column) const {
    VTermScreenCell cell;
    vterm_screen_get_cell(screen_, {row, column}, &cell);
    if (cell.chars[0] == kRightHalf) {  // its own colours are those of what was there before
      vterm_screen_get_cell(screen_, {row, column - 1}, &cell);
      cell.chars[0] = 0;
    }
    Seen seen{.foreground = color_of(cell.fg),
              .background = color_of(cell.bg),
              .bold = cell.attrs.bold != 0,
              .italic = cell.attrs.italic != 0,
              .underlined = cell.attrs.underline != 0,
              .inverse = cell.attrs.reverse != 0,
              .struck = cell.attrs.strike != 0};
    for (const auto character : cell.chars) {
      if (character == 0) break;
      append_utf8(seen.text, character);
    }
    if (seen.text == " ") seen.text.clear();
    return simplified(seen);
  }

 private:
  static constexpr auto kRightHalf = static_cast<std::uint32_t>(-1);

  static Color color_of(const VTermColor& color) {
    if (VTERM_COLOR_IS_DEFAULT_FG(&color) || VTERM_COLOR_IS_DEFAULT_BG(&color)) return {};
    if (VTERM_COLOR_IS_INDEXED(&color)) return Color::indexed(color.indexed.idx);
    return Color::rgb(color.rgb.red, color.rgb.green, color.rgb.blue);
  }

  Size size_;
  std::unique_ptr<VTerm, void (*)(VTerm*)> terminal_;
  VTermScreen* screen_ = nullptr;
};

}  // namespace pm::term::testing
