#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "utf8.h"

namespace pm::term {

inline constexpr char kEscape = '\x1b', kBell = '\x07', kCancel = '\x18', kSubstitute = '\x1a';

/// Of an escape or control sequence; parameters are from 0 to kMostParameter, 0 where there is none.
struct Sequence {
  static constexpr int kMostParameters = 32;
  static constexpr int kMostParameter = 65535;

  // Apart from each other: read as one word right after they were written they would hold the processor up.
  char final = 0;
  std::uint32_t intermediates = 0;  ///< the last in the lowest byte; more than two are all spaces
  std::uint32_t joined = 0;         ///< a bit for each parameter that a colon parts from the one before
  int count = 0;                    ///< of parameters
  std::array<std::uint16_t, kMostParameters> values;  ///< as many as there are
  char leader = 0;                                    ///< one of < = > ?, or 0

  /// Whether one is below another, as "4:3" has it.
  bool nested() const { return joined != 0; }
  bool is_joined(int index) const { return (joined >> index & 1) != 0; }
  int value(int index) const { return index < count ? values[static_cast<std::size_t>(index)] : 0; }
  /// Where 0 and none mean `standard`.
  int value(int index, int standard) const { return value(index) == 0 ? standard : value(index); }
};

/// How many bytes at the beginning of `text` are printable ASCII.
inline std::size_t printable_run(std::string_view text) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* at = begin;
  if constexpr (std::endian::native == std::endian::little) {
    constexpr std::uint64_t kOnes = 0x0101010101010101u;
    for (; end - at >= 8; at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, at, 8);
      // The highest bit of a byte is set if it is below 0x20, 0x7f, or above; exact for the first such byte.
      const std::uint64_t other = ((word - 0x20 * kOnes) | (word + kOnes) | word) & (0x80 * kOnes);
      if (other != 0) return static_cast<std::size_t>(at - begin + std::countr_zero(other) / 8);
    }
  }
  while (at != end && *at >= 0x20 && *at < 0x7f) ++at;
  return static_cast<std::size_t>(at - begin);
}

/// Tells characters, controls and sequences apart, as the diagram for DEC's terminals does
/// (https://vt100.net/emu/dec_ansi_parser), with UTF-8 for what is above ASCII. C1 controls are those of
/// Unicode, U+0080 to U+009F, never single bytes. Strings (OSC, DCS, …) are bounded: what is longer counts as
/// one that nobody knows. Bytes may come in any parts.
///
/// A sink has text(std::string_view ascii), character(char32_t), control(char), escape(const Sequence&),
/// csi(const Sequence&), string(char kind, std::string_view), where kind is as in ESC kind: ']' OSC, 'P' DCS,
/// 'X' SOS, '^' PM, '_' APC.
class Parser {
 public:
  static constexpr std::size_t kMostString = 128 << 10;

  template <class Sink>
  void parse(std::string_view bytes, Sink& sink) {
    while (!bytes.empty()) {
      if (state_ != State::ground)
        bytes.remove_prefix(state_ >= State::string ? string(bytes, sink) : step(bytes.front(), sink));
      else if (held_size_ > 0)
        bytes.remove_prefix(complete(bytes, sink));
      else
        bytes.remove_prefix(ground(bytes, sink));
    }
  }

  /// Whether no character or sequence has begun.
  bool idle() const { return state_ == State::ground && held_size_ == 0; }
  /// Bytes that bring a parser to where this one is.
  std::string unfinished() const;

 private:
  enum class State : std::uint8_t {
    ground,
    escape,
    escape_intermediate,
    csi_entry,
    csi_parameter,
    csi_intermediate,
    csi_ignore,
    string,
    string_c2,      // after a byte that may begin U+009C
    string_escape,  // after ESC
  };
  enum class Action : std::uint8_t {
    none,
    control,
    begin_sequence,
    leader,
    intermediate,
    parameter,
    end_escape,
    end_csi,
    begin_string,
  };
  struct Transition {
    Action action = Action::none;
    State next = State::ground;
  };
  using Table = std::array<std::array<Transition, 128>, 7>;
  static constexpr Table make_table();
  static const Table kTable;

  template <class Sink>
  std::size_t ground(std::string_view bytes, Sink& sink) {
    const auto byte = bytes.front();
    if (byte >= 0x20 && byte < 0x7f) {
      const auto size = printable_run(bytes);
      sink.text(bytes.substr(0, size));
      return size;
    }
    if (byte == kEscape) {
      begin();
      return 1 + quick_csi(bytes.substr(1), sink);
    }
    if (static_cast<unsigned char>(byte) < 0x80) {
      if (byte != 0x7f) sink.control(byte);
      return 1;
    }
    const auto decoded = decode_utf8(bytes);
    if (decoded.size == 0) {
      bytes.copy(held_.data(), bytes.size());
      held_size_ = bytes.size();
      return bytes.size();
    }
    character(decoded.character, sink);
    return decoded.size;
  }

  // A control sequence that is whole, without anything unusual, takes no table; otherwise nothing is taken.
  template <class Sink>
  std::size_t quick_csi(std::string_view bytes, Sink& sink) {
    if (bytes.size() < 2 || bytes[0] != '[') return 0;
    const char* at = bytes.data() + 1;
    const char* const end = bytes.data() + bytes.size();
    char leader = 0;
    if (*at >= '<' && *at <= '?') leader = *at++;
    std::uint32_t joined = 0;
    int count = 0;
    for (bool more = true; more; ++count) {
      int value = 0;
      for (; at != end && *at >= '0' && *at <= '9'; ++at)
        value = std::min(value * 10 + (*at - '0'), Sequence::kMostParameter);
      if (at == end || count == Sequence::kMostParameters) return 0;
      sequence_.values[static_cast<std::size_t>(count)] = static_cast<std::uint16_t>(value);
      more = *at == ';' || *at == ':';
      if (more && *at++ == ':' && count + 1 < Sequence::kMostParameters) joined |= 2u << count;
    }
    if (*at < 0x40 || *at == 0x7f) return 0;
    state_ = State::ground;
    sequence_.leader = leader;
    sequence_.joined = joined;
    sequence_.count = count;
    sequence_.final = *at;
    sink.csi(sequence_);
    return static_cast<std::size_t>(at + 1 - bytes.data());
  }

  // Goes on with a character whose beginning came before.
  template <class Sink>
  std::size_t complete(std::string_view bytes, Sink& sink) {
    held_[held_size_] = bytes.front();
    const auto decoded = decode_utf8({held_.data(), held_size_ + 1});
    if (decoded.size == 0) {
      ++held_size_;
      return 1;
    }
    const bool taken = decoded.size > held_size_;
    held_size_ = 0;
    character(decoded.character, sink);
    return taken ? 1 : 0;
  }

  template <class Sink>
  void character(char32_t character, Sink& sink) {
    if (character >= 0xa0) return sink.character(character);
    begin();
    step(static_cast<char>(character - 0x40), sink);
  }

  template <class Sink>
  std::size_t step(char byte, Sink& sink) {
    if (static_cast<unsigned char>(byte) >= 0x80) return state_ = State::ground, 0;
    const auto transition = kTable[static_cast<std::size_t>(state_)][static_cast<std::size_t>(byte)];
    state_ = transition.next;
    switch (transition.action) {
      case Action::none: break;
      case Action::control: sink.control(byte); break;
      case Action::begin_sequence: begin(); break;
      case Action::leader: sequence_.leader = byte; break;
      case Action::intermediate: intermediate(byte); break;
      case Action::parameter: parameter(byte); break;
      case Action::end_escape:
        sequence_.final = byte;
        sink.escape(sequence_);
        break;
      case Action::end_csi:
        sequence_.final = byte;
        sink.csi(sequence_);
        break;
      case Action::begin_string: begin_string(byte); break;
    }
    return 1;
  }

  template <class Sink>
  void end_string(Sink& sink) {
    state_ = State::ground;
    if (!overlong_) sink.string(kind_, string_);
    drop_string();
  }

  // How much it took of what is in a string, or at an end of one.
  template <class Sink>
  std::size_t string(std::string_view bytes, Sink& sink) {
    const auto byte = bytes.front();
    if (state_ == State::string_escape) {
      if (byte == '\\') return end_string(sink), 1;
      drop_string();
      return begin(), 0;
    }
    if (state_ == State::string_c2) {
      if (byte == '\x9c') return end_string(sink), 1;
      put("\xc2");
      return state_ = State::string, 0;
    }
    const auto size = string_run(bytes);
    put(bytes.substr(0, size));
    if (size == bytes.size()) return size;
    switch (bytes[size]) {
      case kEscape: state_ = State::string_escape; break;
      case '\xc2': state_ = State::string_c2; break;
      case kCancel:
      case kSubstitute:
        drop_string();
        state_ = State::ground;
        break;
      case kBell:
        if (kind_ == ']') end_string(sink);
        break;
      default: break;
    }
    return size + 1;
  }

  void begin() {
    state_ = State::escape;
    sequence_.leader = sequence_.final = 0;
    sequence_.intermediates = sequence_.joined = 0;
    sequence_.count = 0;
    full_ = false;
  }
  void parameter(char byte) {
    auto& [final, intermediates, joined, count, values, leader] = sequence_;
    if (count == 0) values[static_cast<std::size_t>(count++)] = 0;
    if (byte < ':') {
      auto& value = values[static_cast<std::size_t>(count - 1)];
      if (!full_)
        value = static_cast<std::uint16_t>(std::min(value * 10 + (byte - '0'), Sequence::kMostParameter));
    } else if (count == Sequence::kMostParameters) {
      full_ = true;
    } else {
      if (byte == ':') joined |= 1u << count;
      values[static_cast<std::size_t>(count++)] = 0;
    }
  }
  void intermediate(char byte);
  void begin_string(char kind);
  void drop_string();
  void put(std::string_view bytes);
  static std::size_t string_run(std::string_view bytes);

  State state_ = State::ground;
  std::array<char, 4> held_{};  // the beginning of a character
  std::size_t held_size_ = 0;
  Sequence sequence_;
  bool full_ = false;  // there were more parameters than a sequence holds
  std::string string_;
  char kind_ = 0;
  bool overlong_ = false;
};

}  // namespace pm::term
