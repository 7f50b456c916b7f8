#include "attributes.h"

#include <algorithm>
#include <optional>

namespace pm::term {

namespace {

// A parameter, with those below it, and where the next one begins.
class Parameters {
 public:
  explicit Parameters(const Sequence& sequence) : sequence_{sequence} {}
  bool done() const { return at_ >= std::max(sequence_.count, 1); }
  int take() {
    const int value = sequence_.value(at_++);
    nested_ = at_;
    while (at_ < sequence_.count && sequence_.is_joined(at_)) ++at_;
    return value;
  }
  /// How many are below the one that was taken, and what they are.
  int nested() const { return at_ - nested_; }
  int nested(int index) const { return index < nested() ? sequence_.value(nested_ + index) : 0; }
  /// Those after it, when they are not below any.
  int ahead(int index) const { return sequence_.value(at_ + index); }
  int left() const { return sequence_.count - at_; }
  void skip(int count) { at_ = std::min(at_ + count, sequence_.count); }

 private:
  const Sequence& sequence_;
  int at_ = 0, nested_ = 0;
};

bool is_byte(int value) { return value >= 0 && value <= 255; }

std::optional<Color> rgb_color(int red, int green, int blue) {
  if (!is_byte(red) || !is_byte(green) || !is_byte(blue)) return std::nullopt;
  return Color::rgb(red, green, blue);
}

std::optional<Color> indexed_color(int index) {
  return is_byte(index) ? std::optional{Color::indexed(index)} : std::nullopt;
}

// 38:2::R:G:B with a colour space, and 38:2:R:G:B without one, which many programs send.
std::optional<Color> nested_color(const Parameters& parameters) {
  if (parameters.nested(0) == 5) return indexed_color(parameters.nested(1));
  if (parameters.nested(0) != 2 || parameters.nested() < 4) return std::nullopt;
  const int at = parameters.nested() > 4 ? 2 : 1;
  return rgb_color(parameters.nested(at), parameters.nested(at + 1), parameters.nested(at + 2));
}

std::optional<Color> color_ahead(Parameters& parameters) {
  if (parameters.nested() > 0) return nested_color(parameters);
  std::optional<Color> color;
  if (parameters.ahead(0) == 5 && parameters.left() >= 2) {
    color = indexed_color(parameters.ahead(1));
    parameters.skip(2);
  } else if (parameters.ahead(0) == 2 && parameters.left() >= 4) {
    color = rgb_color(parameters.ahead(1), parameters.ahead(2), parameters.ahead(3));
    parameters.skip(4);
  } else {
    parameters.skip(parameters.left());  // as xterm: what follows cannot be told apart
  }
  return color;
}

Underline underline_of(const Parameters& parameters, Underline now) {
  if (parameters.nested() == 0) return Underline::single;
  const int kind = parameters.nested(0);
  return kind <= static_cast<int>(Underline::dashed) ? static_cast<Underline>(kind) : now;
}

}  // namespace

void apply_sgr(Style& style, const Sequence& sequence) {
  for (Parameters parameters{sequence}; !parameters.done();) {
    const int code = parameters.take();
    switch (code) {
      case 0: style = {.link = style.link}; break;
      case 1: style.bold = true; break;
      case 2: style.dim = true; break;
      case 3: style.italic = true; break;
      case 4: style.underline = underline_of(parameters, style.underline); break;
      case 5:
      case 6: style.blink = true; break;
      case 7: style.inverse = true; break;
      case 8: style.hidden = true; break;
      case 9: style.struck = true; break;
      case 21: style.underline = Underline::twofold; break;
      case 22: style.bold = style.dim = false; break;
      case 23: style.italic = false; break;
      case 24: style.underline = Underline::none; break;
      case 25: style.blink = false; break;
      case 27: style.inverse = false; break;
      case 28: style.hidden = false; break;
      case 29: style.struck = false; break;
      case 38: style.foreground = color_ahead(parameters).value_or(style.foreground); break;
      case 39: style.foreground = {}; break;
      case 48: style.background = color_ahead(parameters).value_or(style.background); break;
      case 49: style.background = {}; break;
      case 53: style.overlined = true; break;
      case 55: style.overlined = false; break;
      case 58: style.underline_color = color_ahead(parameters).value_or(style.underline_color); break;
      case 59: style.underline_color = {}; break;
      default:
        if (code >= 30 && code <= 37) style.foreground = Color::indexed(code - 30);
        if (code >= 40 && code <= 47) style.background = Color::indexed(code - 40);
        if (code >= 90 && code <= 97) style.foreground = Color::indexed(code - 90 + 8);
        if (code >= 100 && code <= 107) style.background = Color::indexed(code - 100 + 8);
    }
  }
}

}  // namespace pm::term
