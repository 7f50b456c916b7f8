#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pm/core/error.h"
#include "pm/term/terminal.h"

namespace pm::term {

enum class KeyName : std::uint8_t {
  character,
  up,
  down,
  left,
  right,
  home,
  end,
  insert,
  remove,
  page_up,
  page_down,
  enter,
  tab,
  backspace,
  escape,
  f1,
  f2,
  f3,
  f4,
  f5,
  f6,
  f7,
  f8,
  f9,
  f10,
  f11,
  f12,
};

/// A key as it was pressed. Ctrl-B is the character 'b' with control; Shift is part of a character.
struct Key {
  KeyName name = KeyName::character;
  char32_t character = 0;  ///< of KeyName::character
  bool shift = false, alt = false, control = false;
  friend bool operator==(const Key&, const Key&) = default;
};

struct Mouse {
  enum class Action : std::uint8_t { press, release, move, wheel_up, wheel_down };
  Action action = Action::press;
  int button = 0;  ///< 0 left, 1 middle, 2 right; of a move: what is held down, 3 is none
  Position at;
  bool shift = false, alt = false, control = false;
  friend bool operator==(const Mouse&, const Mouse&) = default;
};

struct Paste {  ///< bracketed (mode 2004), without its brackets
  std::string text;
  friend bool operator==(const Paste&, const Paste&) = default;
};

struct Focus {  ///< mode 1004
  bool in = true;
  friend bool operator==(const Focus&, const Focus&) = default;
};

struct Unknown {  ///< a sequence that means nothing here, answers of the terminal included
  std::string bytes;
  friend bool operator==(const Unknown&, const Unknown&) = default;
};

using Input = std::variant<Key, Mouse, Paste, Focus, Unknown>;

/// What a person does at a terminal, out of the bytes that it sends. Pure.
class KeyDecoder {
 public:
  /// A sequence is whole within this, or it was the Escape key and what follows; 25 ms as in vim's ttimeout
  /// for a local terminal.
  static constexpr int kEscapeTimeoutMs = 25;
  /// Of a paste that never ends, say; what is longer is handed on in parts.
  static constexpr std::size_t kMostPaste = 1 << 20;

  std::vector<Input> push(std::string_view bytes);
  /// Whether a sequence has begun: after the timeout, flush() takes what is there as keys.
  bool pending() const { return !held_.empty() && !pasting_; }
  std::vector<Input> flush();

 private:
  bool take_paste(std::vector<Input>& inputs);

  std::string held_;
  bool pasting_ = false;
};

/// What a program with those modes reads for it; empty: nothing (mouse events that it has not asked for).
/// `Mouse` is in the program's own cells.
std::string encode(const Input& input, const Modes& modes);

/// "C-b", "M-x", "S-Up", "Space", "F5", "+": the words of tmux(1). Errors: bad_input.
core::Result<Key> parse_key(std::string_view text);
std::string to_string(const Key& key);

}  // namespace pm::term
