#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "attributes.h"
#include "emulator.h"

namespace pm::term {

namespace {

constexpr std::size_t kMostTitles = 10;  // as xterm

// A sequence's leader, its intermediates and its last byte as one number, to be told apart by.
constexpr std::uint64_t key(int leader, std::uint32_t intermediates, char final) {
  return std::uint64_t{intermediates} << 16 | static_cast<std::uint64_t>(leader) << 8 |
         static_cast<unsigned char>(final);
}

}  // namespace

void Emulator::control(char control) {
  switch (control) {
    case '\a': bells_ = std::min(bells_ + 1, Terminal::kMostBells); break;
    case '\b': move_to(at_.row, at_.column - 1); break;
    case '\t': tab(1); break;
    case '\n':
    case '\v':
    case '\f':
      line_feed();
      if (switches_.newline) at_.column = 0;
      break;
    case '\r': move_to(at_.row, 0); break;
    case 0x0e: charsets_.shifted = 1; break;
    case 0x0f: charsets_.shifted = 0; break;
    default: break;
  }
}

void Emulator::escape(const Sequence& sequence) {
  const auto designated = static_cast<int>(sequence.intermediates) - '(';
  if (designated >= 0 && designated < 4) {
    charsets_.sets[static_cast<std::size_t>(designated)] = charset_of(sequence.final);
    return;
  }
  switch (key(0, sequence.intermediates, sequence.final)) {
    case key(0, 0, '7'): save_cursor(); break;
    case key(0, 0, '8'): restore_cursor(); break;
    case key(0, 0, '='): modes_.application_keypad = true; break;
    case key(0, 0, '>'): modes_.application_keypad = false; break;
    case key(0, 0, 'D'): line_feed(); break;
    case key(0, 0, 'E'):
      line_feed();
      at_.column = 0;
      break;
    case key(0, 0, 'H'): tabs_[static_cast<std::size_t>(at_.column)] = true; break;
    case key(0, 0, 'M'): reverse_line_feed(); break;
    case key(0, 0, 'N'): charsets_.once = 2; break;
    case key(0, 0, 'O'): charsets_.once = 3; break;
    case key(0, 0, 'Z'): report_device({.final = 'c'}); break;
    case key(0, 0, 'c'): full_reset(); break;
    case key(0, 0, 'n'): charsets_.shifted = 2; break;
    case key(0, 0, 'o'): charsets_.shifted = 3; break;
    case key(0, '#', '8'): align(); break;
    default: break;
  }
}

void Emulator::csi(const Sequence& sequence) {
  if (sequence.final == 'm' && sequence.leader == 0 && sequence.intermediates == 0) {
    if (sequence.count <= 1 && sequence.value(0) == 0) return reset_style();
    apply_sgr(pen_, sequence);
    pen_known_ = false;
    return;
  }
  if (sequence.nested()) return;
  if (sequence.leader == 0 && sequence.intermediates == 0) return plain_csi(sequence);
  switch (key(sequence.leader, sequence.intermediates, sequence.final)) {
    case key('?', 0, 'J'): erase_display(sequence.value(0), true); break;
    case key('?', 0, 'K'): erase_line(sequence.value(0), true); break;
    case key('?', 0, 'h'): set_modes(sequence, true); break;
    case key('?', 0, 'l'): set_modes(sequence, false); break;
    case key('?', 0, 'n'): report_status(sequence); break;
    case key('>', 0, 'c'):
    case key('>', 0, 'q'): report_device(sequence); break;
    case key(0, '$', 'p'):
    case key('?', '$', 'p'): report_mode(sequence); break;
    case key(0, '!', 'p'): soft_reset(); break;
    case key(0, ' ', 'q'): set_cursor_style(sequence.value(0)); break;
    case key(0, '"', 'q'):
      guarding_ = sequence.value(0) == 1;
      pen_known_ = false;
      break;
    default: break;
  }
}

void Emulator::plain_csi(const Sequence& sequence) {
  const int count = sequence.value(0, 1);
  switch (sequence.final) {
    case '@':
      wrapping_ = false;
      screen().insert_cells(at_.row, at_.column, count, blank());
      break;
    case 'A': move_up(count); break;
    case 'B':
    case 'e': move_down(count); break;
    case 'C':
    case 'a': move_to(at_.row, at_.column + count); break;
    case 'D': move_to(at_.row, at_.column - count); break;
    case 'E':
      move_down(count);
      at_.column = 0;
      break;
    case 'F':
      move_up(count);
      at_.column = 0;
      break;
    case 'G':
    case '`': move_to(at_.row, count - 1); break;
    case 'H':
    case 'f': move_in_origin(count - 1, sequence.value(1, 1) - 1); break;
    case 'I': tab(count); break;
    case 'J': erase_display(sequence.value(0), false); break;
    case 'K': erase_line(sequence.value(0), false); break;
    case 'L': insert_rows(count); break;
    case 'M': remove_rows(count); break;
    case 'P':
      wrapping_ = false;
      screen().remove_cells(at_.row, at_.column, count, blank());
      break;
    case 'S':
      wrapping_ = false;
      scroll_up(count);
      break;
    case 'T':
      if (sequence.count > 1) break;  // asks for mouse highlighting
      [[fallthrough]];
    case '^':
      wrapping_ = false;
      scroll_down(count);
      break;
    case 'X': erase_in_row(at_.row, at_.column, std::min(at_.column + count, size_.columns), false); break;
    case 'Z': tab_back(count); break;
    case 'b': repeat(count); break;
    case 'c': report_device(sequence); break;
    case 'd': move_in_origin(count - 1, at_.column); break;
    case 'g': clear_tabs(sequence.value(0)); break;
    case 'h': set_modes(sequence, true); break;
    case 'l': set_modes(sequence, false); break;
    case 'n': report_status(sequence); break;
    case 'r': set_margins(count - 1, std::min(sequence.value(1, size_.rows), size_.rows)); break;
    case 's': save_cursor(); break;
    case 't': title_stack(sequence); break;
    case 'u': restore_cursor(); break;
    case 'x': report_device(sequence); break;
    default: break;
  }
}

void Emulator::clear_tabs(int which) {
  if (which == 0) tabs_[static_cast<std::size_t>(at_.column)] = false;
  if (which == 3) tabs_.assign(tabs_.size(), false);
}

void Emulator::title_stack(const Sequence& sequence) {
  const int what = sequence.value(1);
  if (sequence.value(0) == 18) reply(fmt::format("\x1b[8;{};{}t", size_.rows, size_.columns));
  if (what != 0 && what != 2) return;
  if (sequence.value(0) == 22) {
    if (titles_.size() == kMostTitles) titles_.erase(titles_.begin());
    titles_.push_back(title_);
  } else if (sequence.value(0) == 23 && !titles_.empty()) {
    title_ = std::move(titles_.back());
    titles_.pop_back();
  }
}

void Emulator::set_cursor_style(int style) {
  if (style > 6) return;
  constexpr std::array kShapes{CursorShape::block, CursorShape::block, CursorShape::underline,
                               CursorShape::bar};
  switches_.cursor_shape = kShapes[static_cast<std::size_t>((style + 1) / 2)];
  switches_.cursor_blinking = style % 2 == 1;
}

}  // namespace pm::term
