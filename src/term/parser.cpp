#include "parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace pm::term {

constexpr Parser::Table Parser::make_table() {
  Table table{};
  const auto on = [&](State state, int first, int last, Action action, State next) {
    for (int byte = first; byte <= last; ++byte)
      table[static_cast<std::size_t>(state)][static_cast<std::size_t>(byte)] = {action, next};
  };
  const auto stay = [&](State state, int first, int last, Action action) {
    on(state, first, last, action, state);
  };

  for (const auto state : {State::escape, State::escape_intermediate, State::csi_entry, State::csi_parameter,
                           State::csi_intermediate, State::csi_ignore}) {
    stay(state, 0x00, 0x1f, Action::control);
    stay(state, 0x7f, 0x7f, Action::none);
  }

  on(State::escape, 0x20, 0x2f, Action::intermediate, State::escape_intermediate);
  on(State::escape, 0x30, 0x7e, Action::end_escape, State::ground);
  on(State::escape, '[', '[', Action::none, State::csi_entry);
  for (const char kind : {'P', 'X', ']', '^', '_'})
    on(State::escape, kind, kind, Action::begin_string, State::string);

  stay(State::escape_intermediate, 0x20, 0x2f, Action::intermediate);
  on(State::escape_intermediate, 0x30, 0x7e, Action::end_escape, State::ground);

  on(State::csi_entry, 0x3c, 0x3f, Action::leader, State::csi_parameter);
  for (const auto state : {State::csi_entry, State::csi_parameter}) {
    on(state, 0x20, 0x2f, Action::intermediate, State::csi_intermediate);
    on(state, '0', ';', Action::parameter, State::csi_parameter);
    on(state, 0x40, 0x7e, Action::end_csi, State::ground);
  }
  on(State::csi_parameter, 0x3c, 0x3f, Action::none, State::csi_ignore);

  stay(State::csi_intermediate, 0x20, 0x2f, Action::intermediate);
  on(State::csi_intermediate, 0x30, 0x3f, Action::none, State::csi_ignore);
  on(State::csi_intermediate, 0x40, 0x7e, Action::end_csi, State::ground);

  stay(State::csi_ignore, 0x20, 0x3f, Action::none);
  on(State::csi_ignore, 0x40, 0x7e, Action::none, State::ground);

  for (const auto state : {State::escape, State::escape_intermediate, State::csi_entry, State::csi_parameter,
                           State::csi_intermediate, State::csi_ignore}) {
    for (const int abort : {0x18, 0x1a}) on(state, abort, abort, Action::none, State::ground);
    on(state, kEscape, kEscape, Action::begin_sequence, State::escape);
  }
  return table;
}

constexpr Parser::Table Parser::kTable = Parser::make_table();

void Parser::intermediate(char byte) {
  // A third one makes a sequence that nobody knows, whatever the first were.
  sequence_.intermediates = sequence_.intermediates > 0xff ? 0x202020 : sequence_.intermediates << 8;
  sequence_.intermediates |= static_cast<unsigned char>(byte);
}

void Parser::begin_string(char kind) {
  kind_ = kind;
  overlong_ = false;
}

void Parser::drop_string() {
  constexpr std::size_t kKept = 4096;
  if (string_.capacity() > kKept) string_ = {};
  string_.clear();
}

void Parser::put(std::string_view bytes) {
  if (overlong_) return;
  overlong_ = string_.size() + bytes.size() > kMostString;
  if (overlong_)
    drop_string();
  else
    string_ += bytes;
}

std::size_t Parser::string_run(std::string_view bytes) {
  const auto special = [](char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == '\xc2'; };
  return static_cast<std::size_t>(std::find_if(bytes.begin(), bytes.end(), special) - bytes.begin());
}

std::string Parser::unfinished() const {
  std::string bytes;
  if (state_ == State::ground) return bytes.append(held_.data(), held_size_);
  bytes += kEscape;
  const auto& [final, intermediates, joined, count, values, leader] = sequence_;
  if (state_ >= State::string) {
    bytes += kind_;
    bytes += overlong_ ? "overlong" : string_;  // no string that means anything begins so
    if (state_ == State::string_c2) bytes += '\xc2';
    if (state_ == State::string_escape) bytes += kEscape;
    return bytes;
  }
  if (state_ >= State::csi_entry) bytes += '[';
  if (leader != 0) bytes += leader;
  for (int i = 0; i < count; ++i) {
    if (i > 0) bytes += sequence_.is_joined(i) ? ':' : ';';
    fmt::format_to(std::back_inserter(bytes), "{}", values[static_cast<std::size_t>(i)]);
  }
  if (full_) bytes += ';';
  for (int shift = 16; shift >= 0; shift -= 8)
    if (const auto byte = static_cast<char>(intermediates >> shift & 0xff)) bytes += byte;
  if (state_ == State::csi_ignore) bytes += " 0";
  return bytes;
}

}  // namespace pm::term
