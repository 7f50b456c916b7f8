#include "pm/log/line_splitter.h"

#include <algorithm>

#include "lines.h"

namespace pm::log {

namespace {

// What stays allocated for the next unfinished line: more than nearly all lines need, and little per source.
constexpr std::size_t kKeptForRest = 64 << 10;

}  // namespace

Lines LineSplitter::push(std::string_view chunk) {
  release();
  Lines lines;
  if (!rest_.empty()) {
    const auto room = longest_ - std::min(longest_, rest_.size());
    const auto newline = chunk.substr(0, room + 1).find('\n');
    lines.broken = newline == chunk.npos && chunk.size() > room;
    const auto taken = lines.broken ? room : newline == chunk.npos ? chunk.size() : newline;
    rest_.append(chunk, 0, taken);
    if (newline == chunk.npos && !lines.broken) return lines;
    lines.head = take_head();
    chunk.remove_prefix(lines.broken ? taken : taken + 1);
  }
  const auto size = whole_lines(chunk);
  lines.body = chunk.substr(0, size);
  rest_.append(chunk, size);
  return lines;
}

std::string_view LineSplitter::finish() {
  release();
  return rest_.empty() ? std::string_view{} : take_head();
}

void LineSplitter::release() {
  head_.clear();
  if (head_.capacity() > kKeptForRest) std::string{}.swap(head_);
}

std::string_view LineSplitter::take_head() {
  rest_ += '\n';
  head_.swap(rest_);
  return head_;
}

}  // namespace pm::log
