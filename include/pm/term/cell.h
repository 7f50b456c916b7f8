#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace pm::term {

/// In cells; at least 1 × 1.
struct Size {
  int columns = 80, rows = 24;
  friend auto operator<=>(const Size&, const Size&) = default;
};

/// From 0, at the top left.
struct Position {
  int column = 0, row = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

/// A colour as SGR picks it (ECMA-48 8.3.117; 38 and 48 as ITU-T T.416 and xterm have them).
struct Color {
  enum class Kind : std::uint8_t { standard, indexed, rgb };
  Kind kind = Kind::standard;
  std::uint8_t red = 0, green = 0, blue = 0;  ///< indexed: red is the index, from 0 to 255

  static constexpr Color indexed(int index) {
    return {Kind::indexed, static_cast<std::uint8_t>(index), 0, 0};
  }
  static constexpr Color rgb(int red, int green, int blue) {
    return {Kind::rgb, static_cast<std::uint8_t>(red), static_cast<std::uint8_t>(green),
            static_cast<std::uint8_t>(blue)};
  }
  friend bool operator==(const Color&, const Color&) = default;
};

enum class Underline : std::uint8_t { none, single, twofold, curly, dotted, dashed };

/// How a cell looks.
struct Style {
  Color foreground, background, underline_color;
  Underline underline = Underline::none;
  bool bold : 1 = false;
  bool dim : 1 = false;
  bool italic : 1 = false;
  bool blink : 1 = false;
  bool inverse : 1 = false;
  bool hidden : 1 = false;
  bool struck : 1 = false;
  bool overlined : 1 = false;
  std::uint16_t link = 0;  ///< OSC 8: a number of whoever holds the cell; 0 is none
  friend bool operator==(const Style&, const Style&) = default;
};

/// A character with what combines with it, as UTF-8; empty: blank.
class Glyph {
 public:
  static constexpr std::size_t kMost = 15;  ///< bytes; marks that have no room are left out

  constexpr Glyph() = default;
  /// At most kMost bytes.
  constexpr Glyph(std::string_view text) : size_{static_cast<std::uint8_t>(text.size())} {
    for (std::size_t i = 0; i < text.size(); ++i) bytes_[i] = text[i];
  }
  constexpr std::string_view text() const { return {bytes_.data(), size_}; }
  constexpr bool empty() const { return size_ == 0; }
  friend bool operator==(const Glyph&, const Glyph&) = default;

 private:
  std::array<char, kMost> bytes_{};  // zero behind the text, so that equal glyphs are equal bytes
  std::uint8_t size_ = 0;
};

/// What stands in one cell of a screen.
struct Cell {
  Glyph glyph;
  Style style;
  std::uint8_t width = 1;  ///< 2: its right half is the next cell, which is blank and has the width 0
  friend bool operator==(const Cell&, const Cell&) = default;
};

}  // namespace pm::term
