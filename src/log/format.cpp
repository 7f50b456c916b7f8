#include "pm/log/format.h"

#include <fmt/format.h>

#include <cstring>

#include "lines.h"

namespace pm::log {

Prefix::Prefix(std::string_view name, std::size_t width, std::string_view sgr) {
  if (!sgr.empty()) text_ = fmt::format("\x1b[0;{}m", sgr);
  time_at_ = text_.size();
  if (!name.empty()) text_ += fmt::format("{:<{}} | ", name, width);
  if (!sgr.empty()) text_ += "\x1b[0m";
}

void Prefix::set_time(std::string_view time) {
  text_.replace(time_at_, time_size_, time);
  time_size_ = time.size();
  if (time.empty()) return;
  text_.insert(time_at_ + time_size_++, 1, ' ');
}

namespace {

void append_pair(Buffer& out, std::string_view first, std::string_view second) {
  const auto size = first.size() + second.size();
  char* const to = out.room(size);
  std::memcpy(to, first.data(), first.size());
  std::memcpy(to + first.size(), second.data(), second.size());
  out.commit(size);
}

// One line with the prefix at its start and after each CR but one directly before the newline.
void append_with_carriage_returns(Buffer& out, std::string_view prefix, std::string_view line) {
  while (line.size() > 2) {
    const auto cr = line.substr(0, line.size() - 2).find('\r');
    if (cr == line.npos) break;
    append_pair(out, prefix, line.substr(0, cr + 1));
    line.remove_prefix(cr + 1);
  }
  append_pair(out, prefix, line);
}

}  // namespace

std::size_t append_text(Buffer& out, std::string_view prefix, std::string_view lines, LoneCr lone_cr) {
  if (prefix.empty()) {
    out.append(lines);
    return count_lines(lines);
  }
  if (lone_cr == LoneCr::repeat_prefix && lines.find('\r') != lines.npos)
    return for_each_line(lines, [&](auto line) { append_with_carriage_returns(out, prefix, line); });
  return for_each_line(lines, [&](auto line) { append_pair(out, prefix, line); });
}

void append_own(Buffer& out, std::string_view prefix, std::string_view text, bool dim) {
  out.append(prefix);
  if (dim) out.append("\x1b[2m");
  out.append(text);
  out.append(dim ? "\x1b[0m\n" : "\n");
}

}  // namespace pm::log
