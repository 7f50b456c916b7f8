#include <fmt/format.h>

#include <algorithm>

#include "key_tables.h"
#include "pm/core/overloaded.h"
#include "pm/term/keys.h"
#include "utf8.h"

namespace pm::term {

namespace {

int modifier_parameter(const Key& key) {
  return 1 + (key.shift ? 1 : 0) + (key.alt ? 2 : 0) + (key.control ? 4 : 0);
}

std::string encode_character(const Key& key) {
  std::string bytes = key.alt ? "\x1b" : "";
  const auto code = key.control ? control_code(key.character) : std::nullopt;
  if (code)
    bytes += *code;
  else
    append_utf8(bytes, key.character);
  return bytes;
}

std::string encode_final(const Key& key, char final, bool application) {
  const int modifiers = modifier_parameter(key);
  if (modifiers > 1) return fmt::format("\x1b[1;{}{}", modifiers, final);
  return fmt::format("\x1b{}{}", application ? 'O' : '[', final);
}

std::string encode_number(const Key& key, int number) {
  const int modifiers = modifier_parameter(key);
  return modifiers > 1 ? fmt::format("\x1b[{};{}~", number, modifiers) : fmt::format("\x1b[{}~", number);
}

std::string encode_key(const Key& key, const Modes& modes) {
  const std::string alt = key.alt ? "\x1b" : "";
  switch (key.name) {
    case KeyName::character: return encode_character(key);
    case KeyName::enter: return alt + (modes.newline ? "\r\n" : "\r");
    case KeyName::tab: return alt + (key.shift ? "\x1b[Z" : "\t");
    case KeyName::backspace: return alt + (key.control ? "\b" : "\x7f");
    case KeyName::escape: return alt + "\x1b";
    case KeyName::up:
    case KeyName::down:
    case KeyName::left:
    case KeyName::right:
    case KeyName::home:
    case KeyName::end: return encode_final(key, code_of(kFinals, key.name), modes.application_cursor);
    case KeyName::f1:
    case KeyName::f2:
    case KeyName::f3:
    case KeyName::f4: return encode_final(key, code_of(kFinals, key.name), true);
    case KeyName::insert:
    case KeyName::remove:
    case KeyName::page_up:
    case KeyName::page_down:
    case KeyName::f5:
    case KeyName::f6:
    case KeyName::f7:
    case KeyName::f8:
    case KeyName::f9:
    case KeyName::f10:
    case KeyName::f11:
    case KeyName::f12: return encode_number(key, code_of(kNumbers, key.name));
  }
  return {};
}

// Whether a program that tracks the mouse in that way wants to know.
bool wanted(const Mouse& mouse, MouseTracking tracking) {
  const bool move = mouse.action == Mouse::Action::move;
  switch (tracking) {
    case MouseTracking::off: return false;
    case MouseTracking::press: return mouse.action == Mouse::Action::press;
    case MouseTracking::click: return !move;
    case MouseTracking::drag: return !move || mouse.button < 3;
    case MouseTracking::motion: return true;
  }
  return false;
}

int mouse_bits(const Mouse& mouse, bool sgr) {
  int bits = mouse.button;
  switch (mouse.action) {
    case Mouse::Action::press: break;
    case Mouse::Action::release: bits = sgr ? mouse.button : 3; break;  // the others cannot say which
    case Mouse::Action::move: bits += 32; break;
    case Mouse::Action::wheel_up: bits = 64; break;
    case Mouse::Action::wheel_down: bits = 65; break;
  }
  return bits + (mouse.shift ? 4 : 0) + (mouse.alt ? 8 : 0) + (mouse.control ? 16 : 0);
}

std::string encode_mouse(const Mouse& mouse, const Modes& modes) {
  if (!wanted(mouse, modes.mouse)) return {};
  const bool is_sgr = modes.mouse_encoding == MouseEncoding::sgr;
  const int bits = mouse_bits(mouse, is_sgr), x = mouse.at.column + 1, y = mouse.at.row + 1;
  std::string bytes = "\x1b[M";
  switch (modes.mouse_encoding) {
    case MouseEncoding::sgr:
      return fmt::format("\x1b[<{};{};{}{}", bits, x, y, mouse.action == Mouse::Action::release ? 'm' : 'M');
    case MouseEncoding::urxvt: return fmt::format("\x1b[{};{};{}M", bits + 32, x, y);
    case MouseEncoding::plain:
      if (x > 223 || y > 223) return {};
      for (const int value : {bits, x, y}) bytes += static_cast<char>(value + 32);
      return bytes;
    case MouseEncoding::utf8:
      if (x > 2015 || y > 2015) return {};
      for (const int value : {bits, x, y}) append_utf8(bytes, static_cast<char32_t>(value + 32));
      return bytes;
  }
  return {};
}

// Unbracketed, lines end as if they had been typed.
std::string encode_paste(std::string text, const Modes& modes) {
  if (modes.bracketed_paste) return fmt::format("{}{}{}", kPasteBegin, text, kPasteEnd);
  std::replace(text.begin(), text.end(), '\n', '\r');
  return text;
}

}  // namespace

std::string encode(const Input& input, const Modes& modes) {
  return std::visit(core::overloaded{
                        [&](const Key& key) { return encode_key(key, modes); },
                        [&](const Mouse& mouse) { return encode_mouse(mouse, modes); },
                        [&](const Paste& paste) { return encode_paste(paste.text, modes); },
                        [&](const Focus& focus) -> std::string {
                          return !modes.focus_reports ? "" : focus.in ? "\x1b[I" : "\x1b[O";
                        },
                        [&](const Unknown&) { return std::string{}; },
                    },
                    input);
}

}  // namespace pm::term
