#include "writer.h"

#include <cmath>
#include <iterator>

#include "text.h"

namespace pm::api {

void Writer::separate() {
  if (!first_) text_ += ',';
  first_ = false;
}

void Writer::literal(std::string_view text) {
  separate();
  text_ += text;
}

void Writer::quote(std::string_view text) {
  text_ += '"';
  append_json_escaped(text_, text);
  text_ += '"';
}

void Writer::open(char bracket) {
  separate();
  text_ += bracket;
  first_ = true;
}

void Writer::close(char bracket) {
  text_ += bracket;
  first_ = false;
}

void Writer::key(std::string_view name) {
  separate();
  quote(name);
  text_ += ':';
  first_ = true;
}

void Writer::value(std::string_view text) {
  separate();
  quote(text);
}

void Writer::value(bool truth) { literal(truth ? "true" : "false"); }

void Writer::value(std::nullptr_t) { literal("null"); }

void Writer::value(double number) {
  if (!std::isfinite(number)) return value(nullptr);
  separate();
  fmt::format_to(std::back_inserter(text_), "{}", number == 0 ? 0 : number);  // no -0
}

void Writer::value(core::Duration duration) {
  using namespace std::chrono;
  const auto us = round<microseconds>(duration).count();
  const auto size = us < 0 ? -us : us;
  separate();
  fmt::format_to(std::back_inserter(text_), "{}{}", us < 0 ? "-" : "", size / 1'000'000);
  if (size % 1'000'000 == 0) return;
  fmt::format_to(std::back_inserter(text_), ".{:06}", size % 1'000'000);
  text_.erase(text_.find_last_not_of('0') + 1);
}

void Writer::value(core::Pid pid) { pid == core::Pid::none ? value(nullptr) : value(static_cast<int>(pid)); }

void Writer::value(const std::map<std::string, int>& counts) {
  open('{');
  for (const auto& [type, count] : counts) member(type, count);
  close('}');
}

void Writer::time(std::string_view name, const std::optional<core::WallTime>& when) {
  key(name);
  if (!when) return value(nullptr);
  value(std::string_view{core::TimeText{*when}});
}

void Writer::text_or_null(std::string_view name, std::string_view text) {
  key(name);
  text.empty() ? value(nullptr) : value(text);
}

}  // namespace pm::api
