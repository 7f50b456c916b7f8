// What cells tell by a number, and how its tables stay bounded.

#include <array>
#include <bit>
#include <functional>
#include <utility>

#include "emulator.h"
#include "sgr.h"

namespace pm::term {

namespace {

// A style has no padding, so that its bytes can stand for it.
std::array<std::uint64_t, 2> words_of(const Style& style) {
  static_assert(sizeof style == 2 * sizeof(std::uint64_t));
  return std::bit_cast<std::array<std::uint64_t, 2>>(style);
}

}  // namespace

std::size_t hash_of(const Style& style) {
  const auto words = words_of(style);
  const auto hash = (words[0] ^ std::rotl(words[1], 29)) * 0x9e3779b97f4a7c15u;
  return static_cast<std::size_t>(hash ^ hash >> 32);
}

bool is_same(const Style& one, const Style& other) { return words_of(one) == words_of(other); }

std::size_t hash_of(const Glyph& glyph) { return std::hash<std::string_view>{}(glyph.text()); }

std::size_t hash_of(const LinkTarget& target) {
  return std::hash<std::string>{}(target.uri) ^ std::hash<std::string>{}(target.id) * 31;
}

// When there are too many, colours are told apart less well from then on, but not those on the screen.
std::uint16_t Emulator::number_of(const Style& style) {
  if (const auto number = styles_.add(style, kForSimilarStyles)) return *number;
  if (crowded_ > 0) {
    --crowded_;
  } else {
    collect_styles();
    if (const auto number = styles_.add(style, kForSimilarStyles)) return *number;
  }
  const auto flat = shown(style, {.rgb = false, .underlines = false, .links = false});
  return styles_.add(flat).value_or(0);
}

template <class OnUnit>
void Emulator::for_each_unit(OnUnit on_unit) const {
  const auto visit = [&](const Screen& screen) {
    for (int row = 0; row < size_.rows; ++row)
      for (const auto unit : screen.row(row).units()) on_unit(unit);
  };
  visit(main_);
  if (alternate_) visit(*alternate_);
}

void Emulator::collect_styles() {
  pen_known_ = false;
  const auto keep = [&] {
    styles_.keep([&](auto mark) {
      for_each_unit([&](Unit unit) { mark(unit.style()); });
      mark(blank_.style());
      scrollback_.visit(
          [&](std::uint16_t style) {
            mark(style);
            return style;
          },
          [](std::uint16_t) {});
    });
  };
  keep();
  if (styles_.size() <= kCrowded) return;
  scrollback_.visit(
      [&](std::uint16_t style) {
        return styles_.add(shown(styles_[style], {.rgb = false, .underlines = false, .links = false}))
            .value_or(0);
      },
      [](std::uint16_t) {});
  keep();
  if (styles_.size() > kCrowded) crowded_ = kMostStyles;
}

// To find out which clusters are in use takes a look at all cells. Without room for a new one it is done once
// for half as many marks as there can be clusters, so that a flood of them costs little for each.
std::optional<std::uint16_t> Emulator::cluster_of(const Glyph& glyph) {
  if (marks_to_wait_ > 0) --marks_to_wait_;
  const auto number = clusters_.add(glyph);
  if (number || marks_to_wait_ > 0) return number;
  marks_to_wait_ = kMostClusters / 2;
  clusters_.keep([&](auto mark) {
    for_each_unit([&](Unit unit) {
      if (unit.clustered()) mark(unit.cluster());
    });
    scrollback_.visit([](std::uint16_t style) { return style; }, mark);
  });
  return clusters_.add(glyph);
}

// Without room for a new one, those in the rows above the screen go; it is done as seldom as for clusters.
std::uint16_t Emulator::link_of(const LinkTarget& target) {
  if (links_to_wait_ > 0) --links_to_wait_;
  const auto number = links_.add(target);
  if (number || links_to_wait_ > 0) return number.value_or(0);
  links_to_wait_ = kMostLinks / 2;
  unlink_rows_above();
  collect_styles();
  links_.keep([&](auto mark) {
    styles_.for_each([&](const Style& style) { mark(style.link); });
    mark(pen_.link);
  });
  return links_.add(target).value_or(0);
}

void Emulator::unlink_rows_above() {
  scrollback_.visit(
      [&](std::uint16_t number) {
        auto style = styles_[number];
        if (std::exchange(style.link, std::uint16_t{0}) == 0) return number;
        return styles_.add(style).value_or(0);
      },
      [](std::uint16_t) {});
}

}  // namespace pm::term
