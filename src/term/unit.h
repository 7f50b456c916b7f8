#pragma once

#include <cstdint>

namespace pm::term {

/// A cell as rows hold it, in 8 bytes: what stands there, and the number of its style.
class Unit {
 public:
  enum class Kind : std::uint8_t {
    narrow,
    wide,  ///< its right half is the next one, a tail
    tail,
    filler,  ///< at the end of a row: the wide character that did not fit here is in the next row
  };
  static constexpr std::uint32_t kCluster =
      0x80000000;  ///< with the number of a cluster instead of a character

  constexpr Unit() = default;
  constexpr Unit(std::uint32_t content, std::uint16_t style, Kind kind = Kind::narrow, bool guarded = false)
      : bits_{content | std::uint64_t{style} << 32 | std::uint64_t{static_cast<std::uint8_t>(kind)} << 48 |
              std::uint64_t{guarded} << 50} {}

  /// A character, or kCluster and a number; 0: blank.
  constexpr std::uint32_t content() const { return static_cast<std::uint32_t>(bits_); }
  constexpr std::uint16_t style() const { return static_cast<std::uint16_t>(bits_ >> 32); }
  constexpr Kind kind() const { return static_cast<Kind>(bits_ >> 48 & 3); }
  constexpr bool guarded() const { return (bits_ >> 50 & 1) != 0; }  ///< DECSCA: from selective erasure
  constexpr bool clustered() const { return (content() & kCluster) != 0; }

  constexpr std::uint16_t cluster() const { return static_cast<std::uint16_t>(content()); }

  /// All but style and guard in 4 bytes: the kind lies between characters and the mark of a cluster.
  constexpr std::uint32_t packed() const {
    return content() | std::uint32_t{static_cast<std::uint8_t>(kind())} << 29;
  }
  static constexpr Unit unpacked(std::uint32_t packed, std::uint16_t style) {
    return {packed & ~(3u << 29), style, static_cast<Kind>(packed >> 29 & 3)};
  }

  /// The same with another character or cluster; `content` of this is 0.
  constexpr Unit with(std::uint32_t content) const {
    Unit unit;
    unit.bits_ = bits_ | content;
    return unit;
  }
  /// Whether this is a character of ASCII, or blank, in that style.
  constexpr bool plain(std::uint16_t style) const {
    return (bits_ & ~std::uint64_t{0x4'0000'0000'007f}) == std::uint64_t{style} << 32;
  }
  /// Blank, with the style of this.
  constexpr Unit emptied() const { return {0, style()}; }

  friend constexpr bool operator==(const Unit&, const Unit&) = default;

 private:
  std::uint64_t bits_ = 0;
};

}  // namespace pm::term
