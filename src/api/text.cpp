#include "text.h"

namespace pm::api {

namespace {

unsigned char byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

bool within(unsigned char byte, int low, int high) { return byte >= low && byte <= high; }

/// The length of the well-formed sequence that `text` begins with, 0 if there is none (Unicode, table 3-7).
std::size_t sequence_length(std::string_view text) {
  const auto lead = byte_at(text, 0), second = byte_at(text, 1);
  const auto tail = [&](std::size_t i) { return within(byte_at(text, i), 0x80, 0xBF); };
  if (lead < 0x80) return 1;
  if (within(lead, 0xC2, 0xDF)) return tail(1) ? 2 : 0;
  if (within(lead, 0xE0, 0xEF)) {
    const int low = lead == 0xE0 ? 0xA0 : 0x80,
              high = lead == 0xED ? 0x9F : 0xBF;  // no overlongs, no surrogates
    return within(second, low, high) && tail(2) ? 3 : 0;
  }
  if (within(lead, 0xF0, 0xF4)) {
    const int low = lead == 0xF0 ? 0x90 : 0x80, high = lead == 0xF4 ? 0x8F : 0xBF;  // up to U+10FFFF
    return within(second, low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool is_plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '"' &&
         c != '\\';
}

void append_escape(std::string& out, char c) {
  constexpr std::string_view kShort =
      "\"\"\\\\\bb\ff\nn\rr\tt";  // each character and the letter of its escape
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < kShort.size(); i += 2)
    if (kShort[i] == c) {
      out += {'\\', kShort[i + 1]};
      return;
    }
  out += {'\\', 'u', '0', '0', kDigits[c >> 4 & 0xF], kDigits[c & 0xF]};
}

}  // namespace

void append_json_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    std::size_t run = 0;
    while (run < text.size() && is_plain(text[run])) ++run;
    out += text.substr(0, run);
    text.remove_prefix(run);
    if (text.empty()) return;
    const auto length = sequence_length(text);
    if (length == 1)
      append_escape(out, text.front());
    else
      out += length ? text.substr(0, length) : kReplacement;
    text.remove_prefix(length ? length : 1);
  }
}

std::string as_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto length = sequence_length(text);
    out += length ? text.substr(0, length) : kReplacement;
    text.remove_prefix(length ? length : 1);
  }
  return out;
}

}  // namespace pm::api
