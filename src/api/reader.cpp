#include "reader.h"

#include <cmath>

namespace pm::api {

namespace json = boost::json;

namespace {

// As signal_name writes it, those without a name included.
std::optional<int> signal_of(std::string_view text) {
  constexpr std::string_view kNameless = "signal ";
  if (text.starts_with(kNameless)) text.remove_prefix(kNameless.size());
  return core::parse_signal(text);
}

constexpr double kMostSeconds = 200.0 * 365 * 86400;  // more would overflow a Duration

}  // namespace

void Doubt::raise(std::string_view where, std::string_view what) {
  if (error_) return;
  error_ = core::Error{.kind = core::Error::Kind::failed,
                       .what = fmt::format("the supervisor's answer makes no sense: '{}' {}", where, what),
                       .hint = "is the supervisor of another version? 'pm --version' tells this one's"};
}

Members::Members(const json::value& value, std::string path, Doubt& doubt)
    : object_{value.if_object()}, path_{std::move(path)}, doubt_{&doubt} {
  if (!object_) doubt_->raise(path_.empty() ? "it" : path_, "is no object");
}

void Members::doubt(std::string_view name, std::string_view what) const {
  doubt_->raise(path_.empty() ? std::string{name} : fmt::format("{}.{}", path_, name), what);
}

const json::value* Members::find(std::string_view name) const {
  if (!object_) return nullptr;
  const auto* value = object_->if_contains(name);
  if (!value) doubt(name, "is missing");
  return value;
}

bool Members::has(std::string_view name) const {
  const auto* value = object_ ? object_->if_contains(name) : nullptr;
  return value && !value->is_null();
}

void Members::read(std::string_view name, std::string& into) const {
  const auto* value = find(name);
  if (!value) return;
  if (!value->is_string()) return doubt(name, "is no text");
  into = std::string_view{value->get_string()};
}

void Members::read_or_empty(std::string_view name, std::string& into) const {
  const auto* value = find(name);
  if (value && !value->is_null()) read(name, into);
}

void Members::read(std::string_view name, bool& into) const {
  const auto* value = find(name);
  if (!value) return;
  if (!value->is_bool()) return doubt(name, "is neither true nor false");
  into = value->get_bool();
}

template <class Number>
void Members::read_number(std::string_view name, Number& into) const {
  const auto* value = find(name);
  if (!value) return;
  json::error_code error;
  const auto number = value->to_number<Number>(error);
  if (error) return doubt(name, "is no number that fits");
  into = number;
}

void Members::read(std::string_view name, int& into) const { read_number(name, into); }
void Members::read(std::string_view name, std::uint64_t& into) const { read_number(name, into); }
void Members::read(std::string_view name, double& into) const { read_number(name, into); }

void Members::read(std::string_view name, core::Duration& into) const {
  double seconds = 0;
  read(name, seconds);
  // Not a number either: 0e504 is none to Boost.JSON.
  if (!(std::abs(seconds) <= kMostSeconds)) return doubt(name, "is too long");
  into = std::chrono::microseconds{std::llround(seconds * 1e6)};
}

void Members::read(std::string_view name, core::Pid& into) const {
  std::optional<int> pid;
  read(name, pid);
  into = core::Pid{pid.value_or(0)};
}

void Members::read(std::string_view name, core::InstanceId& into) const {
  std::string text;
  read(name, text);
  if (const auto id = core::parse_instance(text))
    into = *id;
  else
    doubt(name, "is no name of an instance");
}

void Members::read(std::string_view name, std::map<std::string, int>& into) const {
  const auto* value = find(name);
  if (!value) return;
  const Members counts{*value, std::string{name}, *doubt_};
  if (!counts.object_) return;
  for (const auto& member : *counts.object_) counts.read(member.key(), into[std::string{member.key()}]);
}

template <class T, class Take>
void Members::read_all(std::string_view name, std::vector<T>& into, Take take) const {
  const auto* value = find(name);
  if (!value) return;
  if (!value->is_array()) return doubt(name, "is no array");
  for (const auto& element : value->get_array())
    if (!take(element, into.emplace_back())) return doubt(name, "holds what does not belong there");
}

void Members::read(std::string_view name, std::vector<std::string>& into) const {
  read_all(name, into, [](const json::value& element, std::string& text) {
    const auto* string = element.if_string();
    if (string) text = std::string_view{*string};
    return string != nullptr;
  });
}

void Members::read(std::string_view name, std::vector<int>& into) const {
  read_all(name, into, [](const json::value& element, int& number) {
    json::error_code error;
    number = element.to_number<int>(error);
    return !error;
  });
}

void Members::read_time(std::string_view name, core::WallTime& into) const {
  std::string text;
  read(name, text);
  if (const auto time = core::parse_time_text(text))
    into = *time;
  else
    doubt(name, "is no time");
}

void Members::read_time(std::string_view name, std::optional<core::WallTime>& into) const {
  const auto* value = find(name);
  if (value && !value->is_null()) read_time(name, into.emplace());
}

void Members::read_signal(std::string_view name, int& into) const {
  std::string text;
  read(name, text);
  if (const auto signal = signal_of(text))
    into = *signal;
  else
    doubt(name, "is no signal");
}

void Members::read_out_of_memory(std::optional<core::Exit>& into) const {
  bool truth = false;
  std::optional<std::uint64_t> limit;
  read("out_of_memory", truth);
  read("memory_limit_bytes", limit);
  if (truth) into = core::Exit::out_of_memory(limit.value_or(0));
}

void Members::read_exit(std::optional<core::Exit>& into) const {
  int number = 0;
  if (has("exit_code")) {
    read("exit_code", number);
    into = core::Exit::code(number);
  } else if (has("signal")) {
    read_signal("signal", number);
    into = core::Exit::signal(number);
    if (has("out_of_memory")) read_out_of_memory(into);
  } else {
    find("exit_code");
    find("signal");
  }
}

Members Members::object(std::string_view name) const {
  static const json::value nothing;
  const auto* value = find(name);
  return {value ? *value : nothing, std::string{name}, *doubt_};
}

std::vector<Members> Members::objects(std::string_view name) const {
  std::vector<Members> all;
  const auto* value = find(name);
  if (!value) return all;
  if (!value->is_array()) {
    doubt(name, "is no array");
    return all;
  }
  for (std::size_t i = 0; i < value->get_array().size(); ++i)
    all.emplace_back(value->get_array()[i], fmt::format("{}[{}]", name, i), *doubt_);
  return all;
}

}  // namespace pm::api
