#include <fmt/format.h>

#include "emulator.h"

namespace pm::term {

void Emulator::set_modes(const Sequence& sequence, bool on) {
  for (int i = 0; i < sequence.count; ++i)
    sequence.leader == '?' ? set_private_mode(sequence.value(i), on) : set_mode(sequence.value(i), on);
}

void Emulator::set_mode(int mode, bool on) {
  switch (mode) {
    case 4: switches_.insert = on; break;
    case 20: switches_.newline = on; break;
    default: break;
  }
}

void Emulator::set_private_mode(int mode, bool on) {
  // As xterm: whichever of them is reset, the mouse is left alone from then on.
  const auto track = [&](MouseTracking tracking) { modes_.mouse = on ? tracking : MouseTracking::off; };
  const auto encode = [&](MouseEncoding encoding) {
    modes_.mouse_encoding = on ? encoding : MouseEncoding::plain;
  };
  switch (mode) {
    case 1: modes_.application_cursor = on; break;
    case 5: modes_.reverse_video = on; break;
    case 6:
      switches_.origin = on;
      move_in_origin(0, 0);
      break;
    case 7: switches_.autowrap = on; break;
    case 9: track(MouseTracking::press); break;
    case 12: switches_.cursor_blinking = on; break;
    case 25: switches_.cursor_visible = on; break;
    case 66: modes_.application_keypad = on; break;
    case 1000: track(MouseTracking::click); break;
    case 1002: track(MouseTracking::drag); break;
    case 1003: track(MouseTracking::motion); break;
    case 1004: modes_.focus_reports = on; break;
    case 1005: encode(MouseEncoding::utf8); break;
    case 1006: encode(MouseEncoding::sgr); break;
    case 1007: modes_.alternate_scroll = on; break;
    case 1015: encode(MouseEncoding::urxvt); break;
    case 47:
    case 1047: show_alternate(on); break;
    case 1048: on ? save_cursor() : restore_cursor(); break;
    case 1049:
      if (on) {
        save_cursor();
        show_alternate(true);
        erase_display(2, false);
      } else {
        show_alternate(false);
        restore_cursor();
      }
      break;
    case 2004: modes_.bracketed_paste = on; break;
    case 2026: switches_.synchronized = on; break;
    default: break;
  }
}

std::optional<bool> Emulator::mode(int mode) const {
  switch (mode) {
    case 4: return switches_.insert;
    case 20: return switches_.newline;
    default: return std::nullopt;
  }
}

std::optional<bool> Emulator::private_mode(int mode) const {
  switch (mode) {
    case 1: return modes_.application_cursor;
    case 5: return modes_.reverse_video;
    case 6: return switches_.origin;
    case 7: return switches_.autowrap;
    case 9: return modes_.mouse == MouseTracking::press;
    case 12: return switches_.cursor_blinking;
    case 25: return switches_.cursor_visible;
    case 66: return modes_.application_keypad;
    case 1000: return modes_.mouse == MouseTracking::click;
    case 1002: return modes_.mouse == MouseTracking::drag;
    case 1003: return modes_.mouse == MouseTracking::motion;
    case 1004: return modes_.focus_reports;
    case 1005: return modes_.mouse_encoding == MouseEncoding::utf8;
    case 1006: return modes_.mouse_encoding == MouseEncoding::sgr;
    case 1007: return modes_.alternate_scroll;
    case 1015: return modes_.mouse_encoding == MouseEncoding::urxvt;
    case 47:
    case 1047:
    case 1049: return alternate_.has_value();
    case 2004: return modes_.bracketed_paste;
    case 2026: return switches_.synchronized;
    default: return std::nullopt;
  }
}

// DECRQM: 0 is a mode that is not known, 1 is set, 2 reset.
void Emulator::report_mode(const Sequence& sequence) {
  const bool is_private = sequence.leader == '?';
  const int number = sequence.value(0);
  const auto on = is_private ? private_mode(number) : mode(number);
  reply(fmt::format("\x1b[{}{};{}$y", is_private ? "?" : "", number, !on ? 0 : *on ? 1 : 2));
}

}  // namespace pm::term
