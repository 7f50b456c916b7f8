#include <algorithm>
#include <array>
#include <charconv>

#include "emulator.h"
#include "utf8.h"

namespace pm::term {

namespace {

constexpr std::size_t kMostTitle = 1024, kMostUri = 2083, kMostId = 250;  // bytes

// The text before the first `separator`, which is taken away with it.
std::string_view take_until(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const auto part = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return part;
}

// As UTF-8 without controls, cut at a character.
std::string cleaned(std::string_view text, std::size_t most) {
  std::string clean;
  while (!text.empty()) {
    auto [character, size] = decode_utf8(text);
    if (size == 0) size = text.size();
    const auto before = clean.size();
    if (character >= 0xa0 || (character >= 0x20 && character < 0x7f)) append_utf8(clean, character);
    if (clean.size() > most) {
      clean.resize(before);
      break;
    }
    text.remove_prefix(size);
  }
  return clean;
}

int base64_value(char digit) {
  if (digit >= 'A' && digit <= 'Z') return digit - 'A';
  if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26;
  if (digit >= '0' && digit <= '9') return digit - '0' + 52;
  return digit == '+' ? 62 : digit == '/' ? 63 : -1;
}

// nullopt: it is no base64 (RFC 4648 4, the padding may be missing).
std::optional<std::string> from_base64(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string bytes;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char digit : text) {
    const int value = base64_value(digit);
    if (value < 0) return std::nullopt;
    held = held << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(held >> bits & 0xff);
  }
  return bytes;
}

}  // namespace

void Emulator::string(char kind, std::string_view text) {
  if (kind == ']') command(text);
  if (kind == 'P' && text.starts_with("$q")) report_setting(text.substr(2));
}

void Emulator::command(std::string_view text) {
  const auto number = take_until(text, ';');
  if (number == "0" || number == "2") title_ = cleaned(text, kMostTitle);
  if (number == "8") set_link(text);
  if (number == "52") set_clipboard(text);
}

// "id=name:other=…;uri"; without a uri the link ends.
void Emulator::set_link(std::string_view text) {
  auto parameters = take_until(text, ';');
  LinkTarget target{.uri = text.size() <= kMostUri ? cleaned(text, kMostUri) : ""};
  while (!parameters.empty() && !target.uri.empty()) {
    const auto parameter = take_until(parameters, ':');
    if (parameter.starts_with("id=") && parameter.size() <= kMostId)
      target.id = cleaned(parameter.substr(3), kMostId);
  }
  auto pen = pen_;
  pen.link = target.uri.empty() ? 0 : link_of(target);
  set_style(pen);
}

// "which;base64"; "?" asks for what is there, which nobody is told.
void Emulator::set_clipboard(std::string_view text) {
  take_until(text, ';');
  if (text == "?") return;
  if (auto bytes = from_base64(text)) clipboard_ = std::move(*bytes);
}

}  // namespace pm::term
