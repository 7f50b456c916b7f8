#include "pm/client/detach_keys.h"

#include <fmt/format.h>

#include <optional>

namespace pm::client {

namespace {

constexpr char kControl = 0x1F;

core::Error no_key(std::string_view word) {
  return core::bad_input(
      word.empty() ? "a detach key is missing" : fmt::format("'{}' is no detach key", word),
      "write them as 'ctrl-b,d' or 'C-b d'");
}

// "ctrl-b", "C-b", "^b", "b"
std::optional<char> key_of(std::string_view word) {
  if (word.size() == 1) return word[0];
  for (const std::string_view control : {"ctrl-", "Ctrl-", "C-", "^"})
    if (word.size() == control.size() + 1 && word.starts_with(control)) {
      const char key = word.back();
      const bool letter = (key >= 'a' && key <= 'z') || (key >= 'A' && key <= 'Z');
      if (!letter && std::string_view{"@[\\]^_"}.find(key) == std::string_view::npos) return std::nullopt;
      return static_cast<char>(key & kControl);
    }
  return std::nullopt;
}

}  // namespace

core::Result<DetachKeys> DetachKeys::parse(std::string_view text) {
  const char separator = text.find(',') != text.npos && text != "," ? ',' : ' ';
  std::string keys;
  for (;;) {
    const auto end = text.find(separator);
    const auto word = text.substr(0, end);
    const auto key = key_of(word);
    if (!key) return no_key(word);
    keys += *key;
    if (end == text.npos) return DetachKeys{keys};
    text.remove_prefix(end + 1);
  }
}

DetachKeys::Typed DetachKeys::push(std::string_view input) {
  Typed typed;
  for (const char key : input) {
    if (key == keys_[matched_]) {
      if (++matched_ < keys_.size()) continue;
      matched_ = 0;
      typed.detach = true;
      return typed;
    }
    const bool escaped = matched_ == 1 && key == keys_[0];
    typed.bytes += keys_.substr(0, matched_);
    matched_ = 0;
    if (escaped) continue;
    if (key == keys_[0])
      matched_ = 1;
    else
      typed.bytes += key;
  }
  return typed;
}

std::string DetachKeys::text() const {
  std::string text;
  for (const char key : keys_) {
    if (!text.empty()) text += ' ';
    const auto plain = static_cast<unsigned char>(key);
    if (plain >= 0x20)
      text += key;
    else
      text += fmt::format("C-{}", static_cast<char>(plain >= 1 && plain <= 26 ? plain + 0x60 : plain + 0x40));
  }
  return text;
}

}  // namespace pm::client
