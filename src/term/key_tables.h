#pragma once

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "pm/term/keys.h"

namespace pm::term {

inline constexpr std::string_view kPasteBegin = "\x1b[200~", kPasteEnd = "\x1b[201~";

// The final byte of CSI and SS3 sequences, and the number of those that end in '~' (xterm's ctlseqs,
// "PC-Style Function Keys").
inline constexpr std::pair<char, KeyName> kFinals[] = {
    {'A', KeyName::up},   {'B', KeyName::down}, {'C', KeyName::right}, {'D', KeyName::left},
    {'H', KeyName::home}, {'F', KeyName::end},  {'P', KeyName::f1},    {'Q', KeyName::f2},
    {'R', KeyName::f3},   {'S', KeyName::f4},
};
inline constexpr std::pair<int, KeyName> kNumbers[] = {
    {2, KeyName::insert}, {3, KeyName::remove}, {5, KeyName::page_up}, {6, KeyName::page_down},
    {15, KeyName::f5},    {17, KeyName::f6},    {18, KeyName::f7},     {19, KeyName::f8},
    {20, KeyName::f9},    {21, KeyName::f10},   {23, KeyName::f11},    {24, KeyName::f12},
    {1, KeyName::home},   {4, KeyName::end},    {7, KeyName::home},    {8, KeyName::end},
    {11, KeyName::f1},    {12, KeyName::f2},    {13, KeyName::f3},     {14, KeyName::f4},
};

/// What a table has for it, and the first for which it has that.
template <class Table, class Wanted>
auto lookup(const Table& table, const Wanted& wanted) -> std::optional<decltype(std::begin(table)->second)> {
  for (const auto& [from, to] : table)
    if (from == wanted) return to;
  return std::nullopt;
}

template <class Table>
auto code_of(const Table& table, KeyName name) {
  return std::find_if(std::begin(table), std::end(table),
                      [&](const auto& entry) { return entry.second == name; })
      ->first;
}

/// The control character of Ctrl with it; nullopt: there is none.
inline std::optional<char> control_code(char32_t character) {
  if (character >= 'a' && character <= 'z') return static_cast<char>(character - 0x60);
  if (character >= '@' && character <= '_') return static_cast<char>(character - 0x40);
  if (character == ' ') return '\0';
  if (character == '?') return '\x7f';
  if (character == '/') return '\x1f';
  return std::nullopt;
}

}  // namespace pm::term
