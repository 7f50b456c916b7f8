#include "sgr.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace pm::term {

namespace {

// The six steps of each colour in the cube of the 256 (xterm's 256colres.h), which begins at 16.
constexpr std::array<int, 6> kCube{0, 95, 135, 175, 215, 255};

int nearest_step(int value) { return value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40; }

int square(int value) { return value * value; }

// The nearest of the cube and the 24 greys behind it (232: 8, 18, … 238).
Color nearest_indexed(const Color& color) {
  const int red = nearest_step(color.red), green = nearest_step(color.green), blue = nearest_step(color.blue);
  const int grey = std::clamp((color.red + color.green + color.blue - 9) / 30, 0, 23);
  const int level = 8 + 10 * grey;
  const auto cube = [](int step) { return kCube[static_cast<std::size_t>(step)]; };
  const int off_cube =
      square(cube(red) - color.red) + square(cube(green) - color.green) + square(cube(blue) - color.blue);
  const int off_grey = square(level - color.red) + square(level - color.green) + square(level - color.blue);
  return Color::indexed(off_grey < off_cube ? 232 + grey : 16 + 36 * red + 6 * green + blue);
}

Color shown(const Color& color, const Capabilities& capabilities) {
  return color.kind == Color::Kind::rgb && !capabilities.rgb ? nearest_indexed(color) : color;
}

// `base`: 30 for the foreground, 40 for the background.
void append_color(std::string& out, const Color& color, int base) {
  auto to = std::back_inserter(out);
  switch (color.kind) {
    case Color::Kind::standard: fmt::format_to(to, "{};", base + 9); break;
    case Color::Kind::indexed:
      if (color.red < 8)
        fmt::format_to(to, "{};", base + color.red);
      else if (color.red < 16)
        fmt::format_to(to, "{};", base + 60 + color.red - 8);
      else
        fmt::format_to(to, "{};5;{};", base + 8, color.red);
      break;
    case Color::Kind::rgb:
      fmt::format_to(to, "{};2;{};{};{};", base + 8, color.red, color.green, color.blue);
      break;
  }
}

void append_underline_color(std::string& out, const Color& color) {
  auto to = std::back_inserter(out);
  switch (color.kind) {
    case Color::Kind::standard: out += "59;"; break;
    case Color::Kind::indexed: fmt::format_to(to, "58:5:{};", color.red); break;
    case Color::Kind::rgb: fmt::format_to(to, "58:2::{}:{}:{};", color.red, color.green, color.blue); break;
  }
}

void append_underline(std::string& out, Underline underline) {
  switch (underline) {
    case Underline::none: out += "24;"; break;
    case Underline::single: out += "4;"; break;
    case Underline::twofold:
    case Underline::curly:
    case Underline::dotted:
    case Underline::dashed:
      fmt::format_to(std::back_inserter(out), "4:{};", static_cast<int>(underline));
      break;
  }
}

// Attributes that one has and the other lacks can only be turned off together (22 ends both bold and dim).
bool loses_any(const Style& from, const Style& to) {
  return (from.bold && !to.bold) || (from.dim && !to.dim) || (from.italic && !to.italic) ||
         (from.blink && !to.blink) || (from.inverse && !to.inverse) || (from.hidden && !to.hidden) ||
         (from.struck && !to.struck) || (from.overlined && !to.overlined);
}

void append_gained(std::string& out, const Style& from, const Style& to) {
  if (to.bold && !from.bold) out += "1;";
  if (to.dim && !from.dim) out += "2;";
  if (to.italic && !from.italic) out += "3;";
  if (to.underline != from.underline) append_underline(out, to.underline);
  if (to.blink && !from.blink) out += "5;";
  if (to.inverse && !from.inverse) out += "7;";
  if (to.hidden && !from.hidden) out += "8;";
  if (to.struck && !from.struck) out += "9;";
  if (to.overlined && !from.overlined) out += "53;";
  if (to.foreground != from.foreground) append_color(out, to.foreground, 30);
  if (to.background != from.background) append_color(out, to.background, 40);
  if (to.underline_color != from.underline_color) append_underline_color(out, to.underline_color);
}

}  // namespace

Style shown(Style style, const Capabilities& capabilities) {
  style.foreground = shown(style.foreground, capabilities);
  style.background = shown(style.background, capabilities);
  style.underline_color = shown(style.underline_color, capabilities);
  if (!capabilities.underlines) {
    style.underline_color = {};
    style.underline = std::min(style.underline, Underline::single);
  }
  if (!capabilities.links) style.link = 0;
  return style;
}

void append_sgr(std::string& out, const Style& from, const Style& to) {
  const auto begin = out.size();
  out += "\x1b[";
  if (loses_any(from, to)) {
    out += "0;";
    append_gained(out, {}, to);
  } else {
    append_gained(out, from, to);
  }
  if (out.back() == ';')
    out.back() = 'm';
  else
    out.resize(begin);
}

std::string sgr(const Style& style, const Capabilities& capabilities) {
  std::string out = "\x1b[0;";
  append_gained(out, {}, shown(style, capabilities));
  out.back() = 'm';
  return out;
}

}  // namespace pm::term
