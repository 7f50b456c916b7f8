#include "pm/core/error.h"

#include <algorithm>
#include <stdexcept>

namespace pm::core {

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(render(error));
}

void throw_exception_from_error(const std::vector<Error>& errors, const boost::source_location&) {
  throw std::runtime_error(render(errors));
}

int exit_status(Error::Kind kind) {
  switch (kind) {
    case Error::Kind::bad_input: return 2;
    case Error::Kind::no_supervisor: return 3;
    case Error::Kind::not_found:
    case Error::Kind::conflict:
    case Error::Kind::failed: return 1;
  }
  return 1;
}

namespace {

// Longer lines are cut around the fault: the message must fit a terminal whatever the file holds.
constexpr std::size_t kShownSource = 100;

// What the terminal would interpret (tabs, escapes, bytes of another encoding) becomes a single column each.
std::string printable(std::string_view text) {
  std::string out{text};
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return out;
}

// Columns count bytes; the caret stands under a character, so UTF-8 continuation bytes take no room.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string excerpt(const Error& error) {
  const auto& where = *error.where;
  auto column = static_cast<std::size_t>(std::max(where.column, 1)) - 1;
  std::string_view source = error.source;
  const auto cut = column > kShownSource ? column - kShownSource / 2 : 0;
  source = source.substr(std::min(cut, source.size())).substr(0, kShownSource);
  column = std::min(column - cut, source.size());
  auto out = fmt::format("{:>7} | {}\n", where.line, printable(source));
  if (!error.pointer.empty())
    out += fmt::format("{:>7} | {:>{}}^ {}\n", "", "", width(source.substr(0, column)), error.pointer);
  return out;
}

std::string prefixed_place(const Error& error) {
  if (!error.where) return {};
  const auto& [file, line, column] = *error.where;
  if (line == 0) return fmt::format("{}: ", file);
  if (column == 0) return fmt::format("{}:{}: ", file, line);
  return fmt::format("{}:{}:{}: ", file, line, column);
}

}  // namespace

std::string render(const Error& error, std::string_view severity) {
  auto out = fmt::format("pm: {}: {}{}\n", severity, prefixed_place(error), error.what);
  if (error.where && !error.source.empty()) out += excerpt(error);
  for (std::string_view hint = error.hint; !hint.empty();) {
    const auto end = hint.find('\n');
    out += fmt::format("  hint: {}\n", hint.substr(0, end));
    hint = end == hint.npos ? std::string_view{} : hint.substr(end + 1);
  }
  return out;
}

std::string render(const std::vector<Error>& errors) {
  std::string out;
  for (const auto& error : errors) out += render(error);
  return out;
}

}  // namespace pm::core
