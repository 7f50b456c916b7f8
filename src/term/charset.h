#pragma once

#include <array>
#include <cstdint>

namespace pm::term {

/// What the printable ASCII characters show as (ECMA-35).
enum class Charset : std::uint8_t {
  ascii,
  british,   ///< the number sign is a pound sign
  graphics,  ///< DEC Special Graphics: lines in place of the lower-case letters
};

char32_t translate(Charset charset, char ascii);
/// By the last byte of the sequence that designates it; what is not known here is ASCII.
Charset charset_of(char designator);
char designator_of(Charset charset);

/// Which of G0 to G3 is which, and which is used.
struct Charsets {
  std::array<Charset, 4> sets{};
  std::uint8_t shifted = 0;  ///< the one in use: SI, SO, LS2, LS3
  std::uint8_t once = 0;     ///< the one for the next character alone: SS2, SS3; 0: none

  Charset current() const { return sets[once != 0 ? once : shifted]; }
  friend bool operator==(const Charsets&, const Charsets&) = default;
};

}  // namespace pm::term
