#include "target.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "percent.h"

namespace pm::api {

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

Read<std::string> decoded(std::string_view text) {
  if (auto plain = percent_decoded(text)) return *std::move(plain);
  return bad_request(fmt::format("'{}' is no percent-encoded text", shown(text)),
                     "write a percent sign as %25, and every other byte as % and two hexadecimal digits");
}

HttpFault unknown_parameter(std::string_view name, std::span<const std::string> known) {
  return bad_request(fmt::format("there is no parameter '{}' here", shown(name)),
                     known.empty() ? "this route takes none" : nearest_or_all(name, known));
}

HttpFault no_value(std::string_view name, std::string_view value, std::string_view expected) {
  return bad_request(fmt::format("'{}' is no value for '{}'", shown(value), name),
                     fmt::format("write {}", expected));
}

}  // namespace

bool has_controls(std::string_view text) { return std::any_of(text.begin(), text.end(), is_control); }

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

Read<Selectors> read_selectors(std::string_view text) {
  constexpr auto kHint =
      "name a type, an instance, a glob or 'all', several with commas: 'web,worker.2,job*'";
  Selectors selectors;
  for (const auto selector : split(text, ',')) {
    if (selector.empty()) return bad_request("a selector is empty", kHint);
    if (has_controls(selector)) return bad_request("a selector holds a control character", kHint);
    selectors.emplace_back(selector);
  }
  return selectors;
}

Read<Query> Query::parse(std::string_view text, std::span<const std::string> known) {
  Query query;
  for (const auto item : split(text, '&')) {
    if (item.empty()) continue;
    const auto equals = item.find('=');
    auto name = decoded(item.substr(0, equals));
    if (!name) return name.error();
    if (std::find(known.begin(), known.end(), *name) == known.end()) return unknown_parameter(*name, known);
    auto value = decoded(equals == item.npos ? std::string_view{} : item.substr(equals + 1));
    if (!value) return value.error();
    if (has_controls(*value))
      return bad_request(fmt::format("the value of '{}' holds a control character", *name), "leave it out");
    query.items_.emplace_back(*std::move(name), *std::move(value));
  }
  return query;
}

bool Query::has(std::string_view name) const {
  return std::any_of(items_.begin(), items_.end(), [&](const auto& item) { return item.first == name; });
}

void Query::fail(HttpFault fault) {
  if (!fault_) fault_ = std::move(fault);
}

std::optional<std::string_view> Query::only(std::string_view name) {
  std::optional<std::string_view> value;
  for (const auto& item : items_) {
    if (item.first != name) continue;
    if (value) fail(bad_request(fmt::format("'{}' is given twice", name), "give it once"));
    value = item.second;
  }
  return value;
}

void Query::read(std::string_view name, bool& into) {
  const auto value = only(name);
  if (!value) return;
  if (*value != "true" && *value != "false") return fail(no_value(name, *value, "true or false"));
  into = *value == "true";
}

void Query::read(std::string_view name, std::size_t& into) {
  std::optional<std::size_t> value;
  read(name, value);
  into = value.value_or(into);
}

void Query::read(std::string_view name, std::optional<std::size_t>& into) {
  const auto value = only(name);
  if (!value) return;
  std::size_t number = 0;
  const auto end = value->data() + value->size();
  const auto parsed = std::from_chars(value->data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end)
    return fail(no_value(name, *value, "a whole number, 0 or above"));
  into = number;
}

void Query::read(std::string_view name, std::optional<core::Duration>& into) {
  const auto value = only(name);
  if (!value) return;
  const auto duration = core::parse_duration(*value);
  if (!duration) return fail(no_value(name, *value, "a duration, such as 90s, 10m, 2h or 1d"));
  into = std::chrono::round<std::chrono::milliseconds>(*duration);
}

void Query::read(std::string_view name, std::string& into) {
  if (const auto value = only(name)) into = *value;
}

void Query::read(std::string_view name, Selectors& into) {
  if (!has(name)) return;
  into.clear();
  for (const auto& item : items_) {
    if (item.first != name) continue;
    const auto selectors = read_selectors(item.second);
    if (!selectors) return fail(selectors.error());
    into.insert(into.end(), selectors->begin(), selectors->end());
  }
}

Read<Target> read_target(std::string_view text) {
  Target target;
  const auto question = text.find('?');
  target.path = text.substr(0, question);
  if (question != text.npos) target.query = text.substr(question + 1);
  for (const auto segment : split(target.path, '/')) {
    auto plain = decoded(segment);
    if (!plain) return plain.error();
    target.segments.push_back(*std::move(plain));
  }
  return target;
}

}  // namespace pm::api
