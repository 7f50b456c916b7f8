#include <algorithm>
#include <charconv>
#include <utility>

#include "key_tables.h"
#include "pm/term/keys.h"
#include "utf8.h"

namespace pm::term {

namespace {

// Answers of a terminal are short; what never ends is none.
constexpr std::size_t kLongestAnswer = 4 << 10;

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

}  // namespace pm::term
