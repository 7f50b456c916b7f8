#include "pm/api/attach.h"

#include <boost/json/parse.hpp>

#include "pm/core/overloaded.h"
#include "reader.h"
#include "writer.h"

namespace pm::api {

namespace json = boost::json;
using core::TerminalSize;

namespace {

constexpr auto kExample = R"(send {"resize":[80,24]})";

std::vector<int> pair_of(TerminalSize size) { return {size.columns, size.rows}; }

std::string object_of(std::string_view name, const auto& value) {
  Writer out;
  out.open('{');
  out.member(name, value);
  out.close('}');
  return std::move(out).text();
}

std::string begin_message(const AttachBegin& begin) {
  Writer out;
  out.open('{');
  out.member("process", begin.process);
  out.member("terminal", begin.terminal);
  out.member("size", pair_of(begin.size));
  out.member("state", begin.state);
  out.close('}');
  return std::move(out).text();
}

TerminalSize read_size(const Members& from) {
  std::vector<int> pair;
  from.read("size", pair);
  if (pair.size() == 2 && pair[0] > 0 && pair[1] > 0) return {pair[0], pair[1]};
  from.doubt("size", "is no size of a terminal");
  return {};
}

std::optional<AttachNews> read_news(const Members& from) {
  if (from.has("process")) {
    AttachBegin begin{.size = read_size(from)};
    from.read("process", begin.process);
    from.read("terminal", begin.terminal);
    from.read("state", begin.state);
    return begin;
  }
  if (from.has("size")) return AttachResized{read_size(from)};
  if (!from.has("end")) return std::nullopt;
  AttachEnd end;
  from.read("end", end.reason);
  return end;
}

std::optional<int> cells(const json::value& value, int most) {
  const auto* number = value.if_int64();
  return number && *number >= 1 && *number <= most ? std::optional{static_cast<int>(*number)} : std::nullopt;
}

}  // namespace

std::string to_json(const AttachNews& news) {
  return std::visit(core::overloaded{
                        [](const AttachBegin& begin) { return begin_message(begin); },
                        [](const AttachResized& resized) { return object_of("size", pair_of(resized.size)); },
                        [](const AttachEnd& end) { return object_of("end", end.reason); },
                    },
                    news);
}

core::Result<std::optional<AttachNews>> parse_attach_news(std::string_view text) {
  Doubt doubt;
  json::error_code error;
  const auto value = json::parse(text, error);
  if (error)
    return core::Error{.what = fmt::format("the supervisor's message is no JSON: {}", error.message())};
  auto news = read_news(Members{value, "", doubt});
  if (doubt) return doubt.error();
  return news;
}

std::string resize_message(TerminalSize size) { return object_of("resize", pair_of(size)); }

core::Result<TerminalSize> parse_resize(std::string_view text) {
  json::error_code error;
  const auto value = json::parse(text, error);
  if (error) return core::bad_input("the message is no JSON", kExample);
  const auto* object = value.if_object();
  const auto* pair = object && object->size() == 1 ? object->if_contains("resize") : nullptr;
  if (!pair) return core::bad_input("the message means nothing here", kExample);
  const auto* numbers = pair->if_array();
  if (!numbers || numbers->size() != 2) return core::bad_input("'resize' is no pair of numbers", kExample);
  constexpr auto most = core::kLargestTerminal;
  const auto columns = cells((*numbers)[0], most.columns), rows = cells((*numbers)[1], most.rows);
  if (!columns || !rows)
    return core::bad_input(fmt::format("columns go from 1 to {}, rows to {}", most.columns, most.rows),
                           kExample);
  return TerminalSize{*columns, *rows};
}

}  // namespace pm::api
