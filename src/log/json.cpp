#include "pm/log/json.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstring>

#include "lines.h"

namespace pm::log {

namespace {

constexpr std::string_view kTimeKey = R"({"time":")";
constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

constexpr bool is_ascii(unsigned char c) { return c < 0x80; }

// Bytes that stand for themselves in a JSON string and are a whole character.
constexpr bool is_plain(unsigned char c) { return c >= 0x20 && is_ascii(c) && c != '"' && c != '\\'; }

// The size of the run of plain bytes at the start; eight at a time by "determine if a word has a byte less
// than n" and "equal to n" of Bit Twiddling Hacks, here exact because bytes above 0x7f end the run as well.
std::size_t plain_run(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x80 * kOnes;
  const auto has_zero = [](std::uint64_t word) { return (word - kOnes) & ~word; };
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    const auto special =
        (word - 0x20 * kOnes) | word | has_zero(word ^ ('"' * kOnes)) | has_zero(word ^ ('\\' * kOnes));
    if (special & kHighs) break;
  }
  while (i < text.size() && is_plain(text[i])) ++i;
  return i;
}

struct Utf8 {
  std::size_t size;  // bytes of the character, or of the maximal subpart of one
  bool valid;
};

// The character at the start of `text`, whose first byte is 0x80 or above. The second byte has the narrower
// bounds of Table 3-7 of the Unicode Standard: no overlong forms, no surrogates, nothing above U+10FFFF.
Utf8 utf8_at(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto first = byte(0);
  if (first < 0xc2 || first > 0xf4) return {1, false};
  const unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < low || byte(1) > high) return {1, false};
  const std::size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (std::size_t i = 2; i < size; ++i)
    if (byte(i) < 0x80 || byte(i) > 0xbf) return {i, false};
  return {size, true};
}

// The size of the text at the start that goes into a JSON string as it is.
std::size_t literal_run(std::string_view text) {
  std::size_t size = 0;
  for (;;) {
    size += plain_run(text.substr(size));
    if (size == text.size() || is_ascii(text[size])) return size;
    const auto character = utf8_at(text.substr(size));
    if (!character.valid) return size;
    size += character.size;
  }
}

void append_escape(Buffer& out, char c) {
  constexpr std::string_view kShort =
      "\"\"\\\\\bb\ff\nn\rr\tt";  // each character and the letter of its escape
  for (std::size_t i = 0; i < kShort.size(); i += 2)
    if (kShort[i] == c) {
      const char escape[] = {'\\', kShort[i + 1]};
      return out.append({escape, sizeof escape});
    }
  constexpr std::string_view kDigits = "0123456789abcdef";
  const char escape[] = {'\\', 'u', '0', '0', kDigits[c >> 4 & 0xf], kDigits[c & 0xf]};
  out.append({escape, sizeof escape});
}

}  // namespace

void append_json_escaped(Buffer& out, std::string_view text) {
  for (;;) {
    const auto literal = literal_run(text);
    out.append(text.substr(0, literal));
    text.remove_prefix(literal);
    if (text.empty()) return;
    if (is_ascii(text.front())) {
      append_escape(out, text.front());
      text.remove_prefix(1);
    } else {
      out.append(kReplacement);
      text.remove_prefix(utf8_at(text).size);
    }
  }
}

JsonHead::JsonHead(std::string_view process, Stream stream) {
  Buffer name;
  append_json_escaped(name, process);
  text_ = fmt::format(R"({}{}","process":"{}","stream":"{}","line":")", kTimeKey,
                      std::string_view{TimeText{0}}, name.view(), to_string(stream));
}

void JsonHead::set_time(const TimeText& time) {
  text_.replace(kTimeKey.size(), TimeText::kSize, std::string_view{time});
}

std::size_t append_json(Buffer& out, const JsonHead& head, std::string_view lines) {
  return for_each_line(lines, [&](std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    out.append(head.text());
    append_json_escaped(out, line);
    out.append("\"}\n");
  });
}

}  // namespace pm::log
