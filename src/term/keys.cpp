#include "pm/term/keys.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "pm/core/overloaded.h"
#include "pm/core/suggest.h"
#include "utf8.h"

namespace pm::term {

namespace {

constexpr std::string_view kPasteBegin = "\x1b[200~", kPasteEnd = "\x1b[201~";

// Answers of a terminal are short; what never ends is none.
constexpr std::size_t kLongestAnswer = 4 << 10;

// The final byte of CSI and SS3 sequences, and the number of those that end in '~' (xterm's ctlseqs,
// "PC-Style Function Keys").
constexpr std::pair<char, KeyName> kFinals[] = {
    {'A', KeyName::up},   {'B', KeyName::down}, {'C', KeyName::right}, {'D', KeyName::left},
    {'H', KeyName::home}, {'F', KeyName::end},  {'P', KeyName::f1},    {'Q', KeyName::f2},
    {'R', KeyName::f3},   {'S', KeyName::f4},
};
constexpr std::pair<int, KeyName> kNumbers[] = {
    {2, KeyName::insert}, {3, KeyName::remove}, {5, KeyName::page_up}, {6, KeyName::page_down},
    {15, KeyName::f5},    {17, KeyName::f6},    {18, KeyName::f7},     {19, KeyName::f8},
    {20, KeyName::f9},    {21, KeyName::f10},   {23, KeyName::f11},    {24, KeyName::f12},
    {1, KeyName::home},   {4, KeyName::end},    {7, KeyName::home},    {8, KeyName::end},
    {11, KeyName::f1},    {12, KeyName::f2},    {13, KeyName::f3},     {14, KeyName::f4},
};

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

template <class Table, class Wanted>
auto lookup(const Table& table, const Wanted& wanted) -> std::optional<decltype(std::begin(table)->second)> {
  for (const auto& [from, to] : table)
    if (from == wanted) return to;
  return std::nullopt;
}

// What the front of the bytes is: an input and its size; size 0: more bytes are needed to know.
struct Parsed {
  Input input;
  std::size_t size = 0;
};

Key character_key(char32_t character) { return {.name = KeyName::character, .character = character}; }

Key control_key(char byte) {
  switch (byte) {
    case '\r': return {.name = KeyName::enter};
    case '\t': return {.name = KeyName::tab};
    case '\x7f': return {.name = KeyName::backspace};
    case '\b': return {.name = KeyName::backspace, .control = true};
    case '\x1b': return {.name = KeyName::escape};
    case '\0': return {.name = KeyName::character, .character = ' ', .control = true};
    default: break;
  }
  const auto letter = static_cast<char32_t>(byte + 0x40);
  return {.name = KeyName::character,
          .character = letter >= 'A' && letter <= 'Z' ? letter + 0x20 : letter,
          .control = true};
}

Parsed parse_character(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes.front());
  if (first < 0x20 || first == 0x7f) return {control_key(bytes.front()), 1};
  const auto [character, size] = decode_utf8(bytes);
  if (size == 0) return {};
  if (character == kReplacement && !bytes.starts_with("\xef\xbf\xbd"))
    return {Unknown{std::string{bytes.substr(0, size)}}, size};
  return {character_key(character), size};
}

// "1;5" → 1, 5; what is no number is -1.
std::vector<int> numbers_of(std::string_view parameters) {
  std::vector<int> numbers;
  while (true) {
    const auto end = std::min(parameters.find(';'), parameters.size());
    int number = -1;
    std::from_chars(parameters.data(), parameters.data() + end, number);
    numbers.push_back(number);
    if (end == parameters.size()) return numbers;
    parameters.remove_prefix(end + 1);
  }
}

// xterm's modifier parameter: 1 plus a bit for each.
Key with_modifiers(Key key, int parameter) {
  const int bits = parameter > 0 ? parameter - 1 : 0;
  key.shift |= (bits & 1) != 0;
  key.alt |= (bits & (2 | 8)) != 0;
  key.control |= (bits & 4) != 0;
  return key;
}

// A key by its code point, as "CSI u" and xterm's modifyOtherKeys report it.
Key key_of_code(int code, int modifiers) {
  if (code <= 0x20 || code == 0x7f) {
    if (code == ' ') return with_modifiers(character_key(' '), modifiers);
    return with_modifiers(control_key(static_cast<char>(code)), modifiers);
  }
  auto key = with_modifiers(character_key(static_cast<char32_t>(code)), modifiers);
  key.shift = false;  // the code is that of the shifted character
  return key;
}

std::optional<Mouse> mouse_of(const std::vector<int>& numbers, char final) {
  if (numbers.size() != 3 || numbers[0] < 0 || numbers[1] < 1 || numbers[2] < 1) return std::nullopt;
  const int bits = numbers[0], button = bits & 3;
  Mouse mouse{.button = button,
              .at = {numbers[1] - 1, numbers[2] - 1},
              .shift = (bits & 4) != 0,
              .alt = (bits & 8) != 0,
              .control = (bits & 16) != 0};
  if ((bits & 64) != 0) {
    if (button > 1) return std::nullopt;  // sideways
    mouse.action = button == 0 ? Mouse::Action::wheel_up : Mouse::Action::wheel_down;
    mouse.button = 0;
  } else if ((bits & 32) != 0) {
    mouse.action = Mouse::Action::move;
  } else {
    mouse.action = final == 'M' ? Mouse::Action::press : Mouse::Action::release;
  }
  return mouse;
}

std::optional<Input> csi_input(std::string_view parameters, char final) {
  if (parameters.starts_with('<') && (final == 'M' || final == 'm')) {
    if (const auto mouse = mouse_of(numbers_of(parameters.substr(1)), final)) return *mouse;
    return std::nullopt;
  }
  if (parameters.empty() && final == 'I') return Focus{true};
  if (parameters.empty() && final == 'O') return Focus{false};
  if (parameters.empty() && final == 'Z') return Key{.name = KeyName::tab, .shift = true};
  const auto numbers = numbers_of(parameters);
  const int modifiers = numbers.size() > 1 ? numbers[1] : 0;
  if (final == 'u' && numbers[0] > 0) return key_of_code(numbers[0], modifiers);
  if (final == '~' && numbers[0] == 27 && numbers.size() == 3 && numbers[2] > 0)
    return key_of_code(numbers[2], modifiers);
  const auto name = final == '~' ? lookup(kNumbers, numbers[0]) : lookup(kFinals, final);
  if (!name) return std::nullopt;
  return with_modifiers({.name = *name}, modifiers);
}

Parsed unknown(std::string_view bytes) { return {Unknown{std::string{bytes}}, bytes.size()}; }

// Any other byte ends the sequence before it and is not part of it, as ESC is the beginning of the next one.
bool is_final(char c) { return c >= 0x40 && c <= 0x7e; }

// A sequence of which no more came than this: with its two bytes alone, a key that was pressed with Alt.
Parsed broken_off(std::string_view bytes) {
  if (bytes.size() > 2) return unknown(bytes);
  auto key = character_key(static_cast<char32_t>(bytes[1]));
  key.alt = true;
  return {key, 2};
}

Parsed parse_linux_function_key(std::string_view bytes) {
  if (bytes.size() < 4) return {};
  if (!is_final(bytes[3])) return broken_off(bytes.substr(0, 3));
  const int nth = bytes[3] - 'A';
  if (nth < 0 || nth > 4) return unknown(bytes.substr(0, 4));
  return {Key{.name = static_cast<KeyName>(static_cast<int>(KeyName::f1) + nth)}, 4};
}

Parsed parse_csi(std::string_view bytes) {
  if (bytes.starts_with("\x1b[[")) return parse_linux_function_key(bytes);  // F1 to F5
  const auto end = std::find_if(bytes.begin() + 2, bytes.end(), [](char c) { return c < 0x20 || c > 0x3f; });
  if (end == bytes.end()) return bytes.size() > kLongestAnswer ? unknown(bytes) : Parsed{};
  const auto size = static_cast<std::size_t>(end - bytes.begin()) + 1;
  if (!is_final(*end)) return broken_off(bytes.substr(0, size - 1));
  const auto input = csi_input(bytes.substr(2, size - 3), *end);
  return input ? Parsed{*input, size} : unknown(bytes.substr(0, size));
}

Parsed parse_ss3(std::string_view bytes) {
  if (bytes.size() < 3) return {};
  const char final = bytes[2];
  if (final < ' ' || final > '~') return broken_off(bytes.substr(0, 2));
  if (const auto name = lookup(kFinals, final)) return {Key{.name = *name}, 3};
  if (final == 'M') return {Key{.name = KeyName::enter}, 3};
  if (final >= 'j' && final <= 'y')  // the keypad (DECKPAM)
    return {character_key(static_cast<char32_t>(final - 0x40)), 3};
  return unknown(bytes.substr(0, 3));
}

// OSC, DCS and the like: answers of the terminal, ended by BEL or ST.
Parsed parse_string(std::string_view bytes) {
  const auto end = bytes.find_first_of("\a\x1b", 2);
  if (end == bytes.npos || (bytes[end] == '\x1b' && end + 1 == bytes.size()))
    return bytes.size() > kLongestAnswer ? unknown(bytes) : Parsed{};
  if (bytes[end] == '\a') return unknown(bytes.substr(0, end + 1));
  return bytes[end + 1] == '\\' ? unknown(bytes.substr(0, end + 2)) : broken_off(bytes.substr(0, end));
}

Parsed parse_input(std::string_view bytes);

Parsed parse_alt(std::string_view bytes) {
  auto parsed = parse_input(bytes.substr(1));
  if (parsed.size == 0) return {};
  if (auto* key = std::get_if<Key>(&parsed.input)) key->alt = true;
  return {std::move(parsed.input), parsed.size + 1};
}

Parsed parse_input(std::string_view bytes) {
  if (bytes.front() != '\x1b') return parse_character(bytes);
  if (bytes.size() == 1) return {};
  switch (bytes[1]) {
    case '[': return parse_csi(bytes);
    case 'O': return parse_ss3(bytes);
    case ']':
    case 'P':
    case '_':
    case '^':
    case 'X': return parse_string(bytes);
    case '\x1b':
      return bytes.size() > 2 && (bytes[2] == '[' || bytes[2] == 'O')
                 ? parse_alt(bytes)
                 : Parsed{Key{.name = KeyName::escape}, bytes.size() > 2 ? 1u : 0u};
    default: return parse_alt(bytes);
  }
}

}  // namespace

// ---- Decoding

std::vector<Input> KeyDecoder::push(std::string_view bytes) {
  held_ += bytes;
  std::vector<Input> inputs;
  while (!held_.empty()) {
    if (pasting_) {
      if (!take_paste(inputs)) break;
      continue;
    }
    if (held_.starts_with(kPasteBegin)) {
      held_.erase(0, kPasteBegin.size());
      pasting_ = true;
      continue;
    }
    auto [input, size] = parse_input(held_);
    if (size == 0) break;
    held_.erase(0, size);
    inputs.push_back(std::move(input));
  }
  return inputs;
}

// What has come of a paste; false: more is needed.
bool KeyDecoder::take_paste(std::vector<Input>& inputs) {
  const auto end = held_.find(kPasteEnd);
  const bool whole = end != held_.npos;
  if (!whole && held_.size() < kMostPaste) return false;
  inputs.push_back(Paste{held_.substr(0, whole ? end : kMostPaste)});
  held_.erase(0, whole ? end + kPasteEnd.size() : kMostPaste);
  pasting_ = !whole;
  return true;
}

std::vector<Input> KeyDecoder::flush() {
  if (!pending()) return {};
  std::vector<Input> inputs;
  if (held_.front() == '\x1b' && held_.size() > 1) {  // Alt with a character that could have begun a sequence
    auto key = control_key('\x1b');
    const auto rest = parse_character(std::string_view{held_}.substr(1));
    if (const auto* pressed = std::get_if<Key>(&rest.input); pressed && rest.size > 0) {
      key = *pressed;
      key.alt = true;
    }
    inputs.emplace_back(key);
    held_.erase(0, 1 + rest.size);
  } else if (held_.front() == '\x1b') {
    inputs.emplace_back(Key{.name = KeyName::escape});
    held_.clear();
  } else {
    inputs.emplace_back(Unknown{std::exchange(held_, {})});
  }
  auto rest = push({});
  std::move(rest.begin(), rest.end(), std::back_inserter(inputs));
  return inputs;
}

// ---- Encoding

namespace {

int modifier_parameter(const Key& key) {
  return 1 + (key.shift ? 1 : 0) + (key.alt ? 2 : 0) + (key.control ? 4 : 0);
}

// The control character of Ctrl with it; nullopt: there is none.
std::optional<char> control_code(char32_t character) {
  if (character >= 'a' && character <= 'z') return static_cast<char>(character - 0x60);
  if (character >= '@' && character <= '_') return static_cast<char>(character - 0x40);
  if (character == ' ') return '\0';
  if (character == '?') return '\x7f';
  if (character == '/') return '\x1f';
  return std::nullopt;
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

template <class Table>
auto code_of(const Table& table, KeyName name) {
  return std::find_if(std::begin(table), std::end(table),
                      [&](const auto& entry) { return entry.second == name; })
      ->first;
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

// ---- Names

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
