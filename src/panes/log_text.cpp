#include "log_text.h"

namespace pm::panes {

namespace {

constexpr char kEscape = '\x1b', kBell = '\a', kDelete = '\x7f';

}  // namespace

std::string LogText::push(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 32);
  for (const char c : bytes) take(c, out);
  return out;
}

void LogText::take(char c, std::string& out) {
  if (c == '\n' && within_ != Within::text) within_ = Within::text;  // whatever has begun ends with its line
  switch (within_) {
    case Within::text: return take_text(c, out);
    case Within::escape: return take_escape(c);
    case Within::control: return take_control(c, out);
    case Within::string:
      if (c == kBell) within_ = Within::text;
      if (c == kEscape) within_ = Within::string_escape;
      return;
    case Within::string_escape:
      within_ = c == '\\' ? Within::text : Within::escape;
      if (within_ == Within::escape) take_escape(c);
      return;
  }
}

void LogText::take_text(char c, std::string& out) {
  if (c == kEscape)
    within_ = Within::escape;
  else if (c == '\n')
    out += "\r\n";
  else if (c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != kDelete))
    out += c;
}

void LogText::take_escape(char c) {
  if (c == kEscape) return;
  parameters_.clear();
  const bool is_string = c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_';  // OSC, DCS, SOS, PM, APC
  const bool goes_on = c >= ' ' && c <= '/';                                        // "ESC ( B"
  within_ = c == '[' ? Within::control : is_string ? Within::string : goes_on ? Within::escape : Within::text;
}

void LogText::take_control(char c, std::string& out) {
  if (c == kEscape) {
    within_ = Within::escape;
  } else if (c < '@' || c > '~') {
    if (parameters_.size() <= kMostParameters) parameters_ += c;
  } else {
    within_ = Within::text;
    const bool is_color = c == 'm' && parameters_.size() <= kMostParameters &&
                          parameters_.find_first_not_of("0123456789;:") == parameters_.npos;
    if (is_color) out.append("\x1b[").append(parameters_) += 'm';
  }
}

}  // namespace pm::panes
