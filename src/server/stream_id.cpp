#include "stream_id.h"

#include <fmt/format.h>

#include <charconv>

namespace pm::server {

std::string stream_id(Epoch epoch, std::uint64_t n) { return fmt::format("{}-{}", epoch, n); }

std::string stream_id(Epoch epoch, std::uint64_t n, std::uint64_t m) {
  return fmt::format("{}-{}-{}", epoch, n, m);
}

namespace {

// Takes a number, and the hyphen after it, from the front of `text`.
template <class Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.empty()) return true;
  if (text.size() == 1 || text[0] != '-') return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<StreamId> parse_stream_id(std::string_view text, std::size_t numbers) {
  StreamId id;
  id.place.resize(numbers);
  if (!take_number(text, id.epoch)) return std::nullopt;
  for (auto& number : id.place)
    if (!take_number(text, number)) return std::nullopt;
  if (!text.empty()) return std::nullopt;
  return id;
}

}  // namespace pm::server
