#include "text.h"

#include <algorithm>

namespace pm::config {

namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t";

std::string normalised(std::string_view text) {
  if (text.starts_with(kBom)) text.remove_prefix(kBom.size());
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool ends_line = text[i] == '\r' && (i + 1 == text.size() || text[i + 1] == '\n');
    if (!ends_line) out += text[i];
  }
  return out;
}

}  // namespace

Text::Text(const File& file) : name_{file.name}, body_{normalised(file.text)}, starts_{0} {
  for (auto end = body_.find('\n'); end != body_.npos; end = body_.find('\n', end + 1))
    if (end + 1 < body_.size()) starts_.push_back(end + 1);
}

std::string_view Text::line(int number) const {
  const auto start = start_of(number);
  return std::string_view{body_}.substr(start, body_.find('\n', start) - start);
}

core::Location Text::at(std::size_t offset) const {
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return {name_, static_cast<int>(next - starts_.begin()), static_cast<int>(offset - *std::prev(next)) + 1};
}

// A line of a megabyte with a fault in every other byte must not be copied for each of them.
std::string Text::excerpt(int number, int column) const {
  constexpr std::size_t kWhole = 4096, kAfter = 200;
  const auto text = line(number);
  const auto needed = static_cast<std::size_t>(std::max(column, 0)) + kAfter;
  if (text.size() <= kWhole) return std::string{text};
  return needed <= kWhole ? std::string{text.substr(0, needed)} : std::string{};
}

core::Error Text::fault(std::size_t offset, std::string what) const {
  const auto place = at(offset);
  return fault(place.line, place.column, std::move(what));
}

core::Error Text::fault(int number, int column, std::string what) const {
  auto error = core::bad_input(std::move(what));
  error.where = {name_, number, column};
  if (number >= 1 && number <= lines()) error.source = excerpt(number, column);
  return error;
}

std::optional<core::Error> Text::foreign_encoding() const {
  if (!body_.starts_with("\xFF\xFE") && !body_.starts_with("\xFE\xFF")) return std::nullopt;
  auto error = core::bad_input("this file is UTF-16", "save it as UTF-8");
  error.where = {name_, 1, 1};
  return error;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string_view> items(std::string_view list) {
  constexpr std::string_view kSeparators = ", \t\r\n";
  std::vector<std::string_view> found;
  for (auto first = list.find_first_not_of(kSeparators); first != list.npos;) {
    const auto end = list.find_first_of(kSeparators, first);
    found.push_back(list.substr(first, end - first));
    first = end == list.npos ? end : list.find_first_not_of(kSeparators, end);
  }
  return found;
}

std::string shown(std::string_view word) {
  constexpr std::size_t kMost = 60;
  if (word.size() <= kMost) return std::string{word};
  auto end = kMost;
  while (end > 0 && (word[end] & 0xC0) == 0x80) --end;
  return std::string{word.substr(0, end)} + "…";
}

}  // namespace pm::config
