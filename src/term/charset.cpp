#include "charset.h"

namespace pm::term {

namespace {

// From 0x5f on (VT220 Programmer Reference Manual, table 2-4; the scan lines as Unicode has them).
constexpr std::array<char32_t, 32> kGraphics{U' ', U'◆', U'▒', U'␉', U'␌', U'␍', U'␊', U'°', U'±', U'␤', U'␋',
                                             U'┘', U'┐', U'┌', U'└', U'┼', U'⎺', U'⎻', U'─', U'⎼', U'⎽', U'├',
                                             U'┤', U'┴', U'┬', U'│', U'≤', U'≥', U'π', U'≠', U'£', U'·'};

}  // namespace

char32_t translate(Charset charset, char ascii) {
  if (charset == Charset::british && ascii == '#') return U'£';
  if (charset == Charset::graphics && ascii >= 0x5f) return kGraphics[static_cast<std::size_t>(ascii - 0x5f)];
  return static_cast<char32_t>(ascii);
}

Charset charset_of(char designator) {
  switch (designator) {
    case '0':
    case '2': return Charset::graphics;
    case 'A': return Charset::british;
    default: return Charset::ascii;
  }
}

char designator_of(Charset charset) {
  switch (charset) {
    case Charset::graphics: return '0';
    case Charset::british: return 'A';
    case Charset::ascii: break;
  }
  return 'B';
}

}  // namespace pm::term
