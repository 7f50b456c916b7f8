#include "pm/core/error.h"

#include <algorithm>
#include <stdexcept>

#include "pm/core/text.h"

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

std::size_t character_start(std::string_view text, std::size_t offset) {
  while (offset < text.size() && offset > 0 && continues(text[offset])) --offset;
  return std::min(offset, text.size());
}

std::string excerpt(const Error& error) {
  const auto column = error.caret > 0 ? error.caret : std::max(error.where->column, 1);
  const auto caret = character_start(error.source, static_cast<std::size_t>(column) - 1);
  const auto from = caret < kShownSource ? 0 : character_start(error.source, caret - kShownSource / 2);
  const auto to = character_start(error.source, from + kShownSource);
  const auto shown = [&](std::size_t end) {
    return printable(std::string_view{error.source}.substr(from, end - from));
  };
  auto out = fmt::format("{:>7} | {}\n", error.where->line, shown(to));
  if (!error.pointer.empty())
    out += fmt::format("{:>7} | {:>{}}^ {}\n", "", "", columns(shown(caret)), printable(error.pointer));
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
  auto out = fmt::format("pm: {}: {}\n", severity, printable(prefixed_place(error) + error.what));
  if (error.where && !error.source.empty()) out += excerpt(error);
  for (std::string_view hint = error.hint; !hint.empty();) {
    const auto end = hint.find('\n');
    out += fmt::format("  hint: {}\n", printable(hint.substr(0, end)));
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
