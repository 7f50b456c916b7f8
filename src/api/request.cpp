#include "pm/api/request.h"

#include <algorithm>
#include <cctype>
#include <span>

#include "body.h"
#include "pm/core/suggest.h"
#include "target.h"

namespace pm::api {

namespace {

// A request on its way from bytes to meaning. The query keeps its own first fault.
struct Asked {
  const HttpRequest& http;
  Selectors selectors;
  Query query;
};

struct Entry {
  Route route;
  Read<Request> (*read)(Asked& asked);
};

// The form that the client likes best among those that we have; what it can live with is its affair.
StreamForm form_of(std::string_view accept, bool has_text) {
  for (auto type : split(accept, ',')) {
    type = type.substr(0, type.find(';'));
    const auto first = type.find_first_not_of(" \t");
    if (first == type.npos) continue;
    std::string name{type.substr(first, type.find_last_not_of(" \t") - first + 1)};
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    if (name == "text/event-stream") return StreamForm::sse;
    if (name == "text/plain" && has_text) return StreamForm::text;
    if (name == "application/x-ndjson" || name == "application/*" || name == "*/*") return StreamForm::ndjson;
  }
  return StreamForm::ndjson;
}

// Where a stream is to go on: browsers say it in the header, after the URL that they began with.
void read_after(Asked& asked, std::string& after) {
  asked.query.read("after", after);
  const auto& header = asked.http.last_event_id;
  if (has_controls(header))
    asked.query.fail(bad_request("Last-Event-ID holds a control character", "leave it out"));
  if (!header.empty()) after = header;
}

template <class Simple>
Read<Request> simple(Asked&) {
  return Request{Simple{}};
}

template <class Selecting>
Read<Request> selecting(Asked& asked) {
  return Request{Selecting{asked.selectors}};
}

Read<Request> all_processes(Asked&) { return Request{GetProcesses{{"all"}}}; }

template <core::Verb verb>
Read<Request> operate(Asked& asked) {
  Operate request{verb, asked.selectors};
  asked.query.read("wait", request.wait);
  return Request{request};
}

Read<Request> send_signal(Asked& asked) {
  const auto signal = read_signal(asked.http.body);
  if (!signal) return signal.error();
  return Request{SendSignal{asked.selectors, *signal}};
}

Read<Request> scale(Asked& asked) {
  const auto counts = read_counts(asked.http.body);
  if (!counts) return counts.error();
  Scale request{*counts};
  asked.query.read("wait", request.wait);
  return Request{request};
}

Read<Request> follow_logs(Asked& asked) {
  FollowLogs request;
  auto& query = asked.query;
  query.read("process", request.selectors);
  query.read("tail", request.tail);
  query.read("since", request.since);
  query.read("follow", request.follow);
  query.read("color", request.color);
  query.read("prefix", request.prefix);
  query.read("terminal", request.terminal);
  read_after(asked, request.after);
  request.form = form_of(asked.http.accept, true);
  for (const auto name : {"color", "prefix", "terminal"})
    if (request.form != StreamForm::text && query.has(name))
      query.fail(bad_request(fmt::format("'{}' is for logs as text", name), "send 'Accept: text/plain'"));
  return Request{request};
}

Read<Request> follow_events(Asked& asked) {
  FollowEvents request;
  asked.query.read("tail", request.tail);
  asked.query.read("follow", request.follow);
  read_after(asked, request.after);
  request.form = form_of(asked.http.accept, false);
  return Request{request};
}

void read_size(Query& query, std::optional<core::TerminalSize>& into) {
  std::optional<std::size_t> columns, rows;
  query.read("cols", columns);
  query.read("rows", rows);
  if (!columns && !rows) return;
  if (!columns || !rows)
    return query.fail(bad_request("'cols' and 'rows' go together", "give both, or none of them"));
  constexpr auto most = core::kLargestTerminal;
  if (*columns < 1 || *rows < 1 || *columns > std::size_t{most.columns} || *rows > std::size_t{most.rows})
    return query.fail(
        bad_request("there is no terminal of that size",
                    fmt::format("'cols' goes from 1 to {}, 'rows' to {}", most.columns, most.rows)));
  into = core::TerminalSize{static_cast<int>(*columns), static_cast<int>(*rows)};
}

Read<Request> attach(Asked& asked) {
  Attach request;
  if (asked.selectors.size() != 1)
    return bad_request("only one process can be attached to at a time", "name one, as web.1");
  request.name = asked.selectors.front();
  read_size(asked.query, request.size);
  asked.query.read("watch", request.watch);
  asked.query.read("scrollback", request.scrollback);
  if (asked.query.fault() || !asked.http.websocket_key.empty()) return Request{request};
  return HttpFault{.status = 426,
                   .code = "upgrade_required",
                   .message = "a terminal is spoken to over a WebSocket (version 13)",
                   .hint = "'pm attach' does; so does any WebSocket client that can use a Unix socket",
                   .upgrade = "websocket"};
}

Read<Request> reload(Asked& asked) {
  Reload request;
  asked.query.read("wait", request.wait);
  return Request{request};
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = {
      {{"GET", "/v1/status"}, simple<GetStatus>},
      {{"GET", "/v1/processes"}, all_processes},
      {{"GET", "/v1/processes/{sel}"}, selecting<GetProcesses>},
      {{"GET", "/v1/processes/{sel}/why"}, selecting<Explain>},
      {{"POST", "/v1/processes/{sel}/start", {"wait"}}, operate<core::Verb::start>},
      {{"POST", "/v1/processes/{sel}/stop", {"wait"}}, operate<core::Verb::stop>},
      {{"POST", "/v1/processes/{sel}/restart", {"wait"}}, operate<core::Verb::restart>},
      {{"POST", "/v1/processes/{sel}/kill", {"wait"}}, operate<core::Verb::kill>},
      {{"POST", "/v1/processes/{sel}/signal", {}, true}, send_signal},
      {{"GET", "/v1/formation"}, simple<GetFormation>},
      {{"PATCH", "/v1/formation", {"wait"}, true}, scale},
      {{"GET", "/v1/logs", {"process", "tail", "since", "follow", "after", "color", "prefix", "terminal"}},
       follow_logs},
      {{"GET", "/v1/events", {"tail", "follow", "after"}}, follow_events},
      {{"GET", "/v1/attach/{name}", {"cols", "rows", "watch", "scrollback"}}, attach},
      {{"POST", "/v1/reload", {"wait"}}, reload},
      {{"POST", "/v1/shutdown"}, simple<Shutdown>},
      {{"GET", "/healthz"}, simple<Health>},
      {{"GET", "/metrics"}, simple<Metrics>},
  };
  return all;
}

bool is_placeholder(std::string_view segment) { return segment.starts_with('{'); }

// Whether `path` is one of a route's; `selector` is then what stands for {sel} or {name}, if it has one.
bool matches(const Route& route, const std::vector<std::string>& path, std::string& selector) {
  const auto wanted = split(route.path, '/');
  if (path.size() != wanted.size()) return false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_placeholder(wanted[i]) && !path[i].empty())
      selector = path[i];
    else if (wanted[i] != path[i])
      return false;
  }
  return true;
}

// The paths of all routes, with what stands in the place of {sel} or {name} in `like` put there.
std::vector<std::string> paths_like(std::string_view like) {
  const auto given = split(like, '/');
  std::vector<std::string> paths;
  for (const auto& entry : entries()) {
    auto path = entry.route.path;
    const auto wanted = split(entry.route.path, '/');
    const auto place = std::find_if(wanted.begin(), wanted.end(), is_placeholder) - wanted.begin();
    if (wanted.size() == given.size() && static_cast<std::size_t>(place) < wanted.size())
      path.replace(path.find('{'), wanted[static_cast<std::size_t>(place)].size(),
                   given[static_cast<std::size_t>(place)]);
    if (paths.empty() || paths.back() != path) paths.push_back(path);
  }
  return paths;
}

HttpFault no_route(std::string_view path) {
  const auto paths = paths_like(path);
  const auto guess = core::nearest(path, paths);
  return {.status = 404,
          .code = "not_found",
          .message = fmt::format("there is nothing at '{}'", shown(path)),
          .hint = guess ? fmt::format("did you mean '{}'?", shown(*guess)) : "begin with GET /v1/status"};
}

HttpFault wrong_method(std::string_view method, std::string_view path,
                       const std::vector<std::string>& right) {
  return {.status = 405,
          .code = "method_not_allowed",
          .message = fmt::format("'{}' does not go with {}", shown(path), shown(method)),
          .hint = fmt::format("use {}", fmt::join(right, " or ")),
          .allow = fmt::format("{}", fmt::join(right, ", "))};
}

struct Found {
  const Entry* entry;
  std::string selector;
};

Read<Found> find(std::string_view method, const Target& target) {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  std::vector<std::string> right;
  std::string selector;
  for (const auto& entry : entries()) {
    if (!matches(entry.route, target.segments, selector)) continue;
    if (entry.route.method == wanted) return Found{&entry, selector};
    right.push_back(entry.route.method);
    if (entry.route.method == "GET") right.emplace_back("HEAD");
  }
  return right.empty() ? no_route(target.path) : wrong_method(method, target.path, right);
}

}  // namespace

Read<Request> decode(const HttpRequest& http) {
  const auto target = read_target(http.target);
  if (!target) return target.error();
  const auto found = find(http.method, *target);
  if (!found) return found.error();
  const auto& [route, read] = *found->entry;
  auto query = Query::parse(target->query, route.parameters);
  if (!query) return query.error();
  Asked asked{http, {}, *std::move(query)};
  if (!found->selector.empty()) {
    auto selectors = read_selectors(found->selector);
    if (!selectors) return selectors.error();
    asked.selectors = *std::move(selectors);
  }
  if (!route.body)
    if (const auto nothing = read_nothing(http.body); !nothing) return nothing.error();
  auto request = read(asked);
  if (asked.query.fault()) return *asked.query.fault();
  return request;
}

std::vector<Route> routes() {
  std::vector<Route> all;
  for (const auto& entry : entries()) all.push_back(entry.route);
  return all;
}

}  // namespace pm::api
