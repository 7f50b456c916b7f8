#include "pm/log/crlf.h"

#include <cstring>
#include <utility>

namespace pm::log {

namespace {

// Takes the CR before each LF out of [begin, end), in place; returns the end of the result. A CR as the very
// last byte stays.
char* remove_cr_before_lf(char* begin, const char* end) {
  char* to = begin;
  const char* from = begin;
  const auto keep_up_to = [&](const char* stop) {
    const std::size_t size = stop - from;
    if (to != from) std::memmove(to, from, size);
    to += size;
    from = stop;
  };
  const auto* search = from;
  while (const auto* cr = static_cast<const char*>(std::memchr(search, '\r', end - search))) {
    search = cr + 1;
    if (search == end) break;
    if (*search != '\n') continue;
    keep_up_to(cr);
    ++from;
  }
  keep_up_to(end);
  return to;
}

}  // namespace

std::string_view CrlfFilter::push(std::span<char> chunk) {
  if (chunk.size() <= kRoom) return {};
  chunk[0] = '\r';
  char* const begin = chunk.data() + (held_ ? 0 : kRoom);
  const char* end = chunk.data() + chunk.size();
  held_ = end[-1] == '\r';
  if (held_) --end;
  return {begin, static_cast<std::size_t>(remove_cr_before_lf(begin, end) - begin)};
}

std::string_view CrlfFilter::flush() { return std::exchange(held_, false) ? "\r" : ""; }

}  // namespace pm::log
