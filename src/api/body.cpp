#include "body.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/value.hpp>

#include "pm/core/exit.h"
#include "pm/core/name.h"

namespace pm::api {

namespace json = boost::json;

namespace {

constexpr std::string_view kSignalExample = R"({"signal":"SIGHUP"})";
constexpr std::string_view kScaleExample = R"({"worker":4} or {"worker":"+1"})";

std::string send(std::string_view example) { return fmt::format("send JSON such as {}", example); }

HttpFault no_json(std::string_view body, std::size_t offset, const json::error_code& error,
                  std::string_view example) {
  const auto before = body.substr(0, offset);
  const auto newline = before.rfind('\n');
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto column = offset - (newline == before.npos ? 0 : newline + 1) + 1;
  return bad_request(
      fmt::format("the body is no JSON: {} at line {}, column {}", error.message(), line, column),
      send(example));
}

Read<json::object> read_object(std::string_view body, std::string_view example) {
  if (body.find_first_not_of(" \t\r\n") == body.npos)
    return bad_request("the body is missing", send(example));
  json::parser parser;
  json::error_code error;
  const auto size = parser.write_some(body.data(), body.size(), error);
  if (!error && size < body.size()) error = json::error::extra_data;
  if (error) return no_json(body, size, error, example);
  auto value = parser.release();
  if (!value.is_object()) return bad_request("the body is no JSON object", send(example));
  return std::move(value.as_object());
}

std::vector<std::string> signal_names() {
  std::vector<std::string> names;
  for (int signal = 1; signal < 32; ++signal) names.push_back(core::signal_name(signal));
  return names;
}

Read<int> to_signal(const json::value& value) {
  if (!value.is_string() && !value.is_int64())
    return bad_request("'signal' is neither a name nor a number", send(kSignalExample));
  const auto text = value.is_string() ? std::string{value.get_string()} : std::to_string(value.get_int64());
  if (const auto signal = core::parse_signal(text)) return {boost::system::in_place_value, *signal};
  return bad_request(fmt::format("there is no signal '{}'", shown(text)),
                     value.is_string() ? nearest_or_all(text, signal_names()) : "numbers go from 1 to 64");
}

bool is_change(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

Read<std::string> to_change(std::string_view type, const json::value& value) {
  const auto no_count = [&](std::string_view why) {
    return bad_request(fmt::format("the count of '{}' {}", shown(type), why), send(kScaleExample));
  };
  if (value.is_uint64()) return std::to_string(value.get_uint64());
  if (value.is_int64()) {
    if (value.get_int64() >= 0) return std::to_string(value.get_int64());
    return no_count(fmt::format("is negative; one fewer is \"-1\", as text"));
  }
  if (!value.is_string()) return no_count("is neither a whole number nor a change such as \"+1\"");
  const std::string text{value.get_string()};
  if (!is_change(text)) return no_count(fmt::format("is '{}', which is no number", shown(text)));
  return text;
}

}  // namespace

Read<int> read_signal(std::string_view body) {
  const auto object = read_object(body, kSignalExample);
  if (!object) return object.error();
  for (const auto& member : *object)
    if (member.key() != "signal")
      return bad_request(fmt::format("there is no key '{}' here", shown(member.key())), send(kSignalExample));
  if (object->empty()) return bad_request("'signal' is missing", send(kSignalExample));
  return to_signal(object->begin()->value());
}

Read<std::vector<std::pair<std::string, std::string>>> read_counts(std::string_view body) {
  const auto object = read_object(body, kScaleExample);
  if (!object) return object.error();
  if (object->empty()) return bad_request("there is no type to scale", send(kScaleExample));
  std::vector<std::pair<std::string, std::string>> counts;
  for (const auto& member : *object) {
    if (!core::is_type_name(member.key()))
      return bad_request(fmt::format("'{}' is no name of a type", shown(member.key())), send(kScaleExample));
    auto change = to_change(member.key(), member.value());
    if (!change) return change.error();
    counts.emplace_back(member.key(), *std::move(change));
  }
  return counts;
}

Read<void> read_nothing(std::string_view body) {
  if (body.find_first_not_of(" \t\r\n") == body.npos) return {};
  const auto object = read_object(body, "{}");
  if (object && object->empty()) return {};
  return bad_request("this route takes no body",
                     "send none; what can be said is said in the path and the query");
}

}  // namespace pm::api
