#include <fmt/format.h>

#include "key_tables.h"
#include "pm/core/suggest.h"
#include "pm/term/keys.h"
#include "utf8.h"

namespace pm::term {

namespace {

// As tmux(1) names them; the first name of each is the one that is shown.
constexpr std::pair<std::string_view, KeyName> kNames[] = {
    {"Up", KeyName::up},
    {"Down", KeyName::down},
    {"Left", KeyName::left},
    {"Right", KeyName::right},
    {"Home", KeyName::home},
    {"End", KeyName::end},
    {"IC", KeyName::insert},
    {"Insert", KeyName::insert},
    {"DC", KeyName::remove},
    {"Delete", KeyName::remove},
    {"PPage", KeyName::page_up},
    {"PageUp", KeyName::page_up},
    {"PgUp", KeyName::page_up},
    {"NPage", KeyName::page_down},
    {"PageDown", KeyName::page_down},
    {"PgDn", KeyName::page_down},
    {"Enter", KeyName::enter},
    {"Tab", KeyName::tab},
    {"BSpace", KeyName::backspace},
    {"Escape", KeyName::escape},
    {"F1", KeyName::f1},
    {"F2", KeyName::f2},
    {"F3", KeyName::f3},
    {"F4", KeyName::f4},
    {"F5", KeyName::f5},
    {"F6", KeyName::f6},
    {"F7", KeyName::f7},
    {"F8", KeyName::f8},
    {"F9", KeyName::f9},
    {"F10", KeyName::f10},
    {"F11", KeyName::f11},
    {"F12", KeyName::f12},
};

}  // namespace

core::Result<Key> parse_key(std::string_view text) {
  Key key;
  auto rest = text;
  for (; rest.size() > 2 && rest[1] == '-'; rest.remove_prefix(2)) {
    if (rest[0] == 'C')
      key.control = true;
    else if (rest[0] == 'M')
      key.alt = true;
    else if (rest[0] == 'S')
      key.shift = true;
    else
      break;
  }
  if (rest == "Space") rest = " ";
  if (const auto name = lookup(kNames, rest)) {
    key.name = *name;
    return key;
  }
  if (!rest.empty()) {
    const auto [character, size] = decode_utf8(rest);
    const bool printable =
        size == rest.size() && character >= 0x20 && character != 0x7f && character != kReplacement;
    if (printable && !key.shift && (!key.control || control_code(character))) {
      key.character = key.control && character >= 'A' && character <= 'Z' ? character + 0x20 : character;
      return key;
    }
  }
  std::vector<std::string> names{"Space"};
  for (const auto& [name, unused] : kNames) names.emplace_back(name);
  const auto near = core::nearest(rest, names);
  return core::bad_input(fmt::format("'{}' is no key", text),
                         near && *near != rest
                             ? fmt::format("did you mean '{}'?", *near)
                             : "write a character, C-b, M-x, or a name like Up, PageUp, F5, Space");
}

std::string to_string(const Key& key) {
  std::string text =
      fmt::format("{}{}{}", key.control ? "C-" : "", key.alt ? "M-" : "", key.shift ? "S-" : "");
  if (key.name != KeyName::character)
    text += code_of(kNames, key.name);
  else if (key.character == ' ')
    text += "Space";
  else
    append_utf8(text, key.character);
  return text;
}

}  // namespace pm::term
