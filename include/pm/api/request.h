#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "pm/api/http.h"
#include "pm/core/operation.h"
#include "pm/core/snapshot.h"
#include "pm/core/terminal_size.h"
#include "pm/core/time.h"

namespace pm::api {

// What a request means. In a path, {sel} is one selector or several with commas between, percent-encoded.

using Selectors = std::vector<std::string>;

enum class StreamForm {
  ndjson,  ///< a JSON object a line
  sse,     ///< Server-Sent Events (text/event-stream), with ids
  text,    ///< logs only: the lines as the supervisor prints them, byte for byte
};

struct GetStatus {  ///< GET /v1/status
  friend bool operator==(const GetStatus&, const GetStatus&) = default;
};
struct GetProcesses {   ///< GET /v1/processes, /v1/processes/{sel}
  Selectors selectors;  ///< "all" for the former
  friend bool operator==(const GetProcesses&, const GetProcesses&) = default;
};
struct Explain {  ///< GET /v1/processes/{sel}/why
  Selectors selectors;
  friend bool operator==(const Explain&, const Explain&) = default;
};
struct Operate {  ///< POST /v1/processes/{sel}/start, stop, restart, kill
  core::Verb verb = core::Verb::start;
  Selectors selectors;
  bool wait = true;  ///< ?wait=false
  friend bool operator==(const Operate&, const Operate&) = default;
};
struct SendSignal {  ///< POST /v1/processes/{sel}/signal {"signal":"SIGHUP"}
  Selectors selectors;
  int signal = 0;
  friend bool operator==(const SendSignal&, const SendSignal&) = default;
};
struct Scale {                                              ///< PATCH /v1/formation {"worker":4,"web":"+1"}
  std::vector<std::pair<std::string, std::string>> counts;  ///< type and "4", "+1", "-1"
  bool wait = true;
  friend bool operator==(const Scale&, const Scale&) = default;
};
struct GetFormation {  ///< GET /v1/formation
  friend bool operator==(const GetFormation&, const GetFormation&) = default;
};
struct FollowLogs {  ///< GET /v1/logs?process=SEL&tail=N&since=10m&follow=true
  Selectors selectors = {"all"};
  std::optional<std::size_t> tail;      ///< lines, over all processes
  std::optional<core::Duration> since;  ///< that long ago, to the millisecond
  bool follow = false;
  StreamForm form = StreamForm::ndjson;
  std::string after = {};  ///< Last-Event-ID, or ?after=ID
  bool color = false;      ///< text: ?color=true
  bool prefix = true;      ///< text: ?prefix=false
  bool terminal = false;   ///< text: ?terminal=true: a lone CR repeats the prefix
  friend bool operator==(const FollowLogs&, const FollowLogs&) = default;
};
struct FollowEvents {    ///< GET /v1/events?tail=N&follow=false
  std::size_t tail = 0;  ///< of the events that were
  bool follow = true;
  StreamForm form = StreamForm::ndjson;
  std::string after = {};
  friend bool operator==(const FollowEvents&, const FollowEvents&) = default;
};
struct Attach {      ///< GET /v1/attach/{name}?cols=80&rows=24&watch=true&scrollback=100: a WebSocket
  std::string name;  ///< an instance, or a type that has exactly one
  std::optional<core::TerminalSize> size;
  bool watch = false;
  std::size_t scrollback = 0;  ///< rows above the screen that are wanted at the beginning
  friend bool operator==(const Attach&, const Attach&) = default;
};
struct Reload {  ///< POST /v1/reload
  bool wait = true;
  friend bool operator==(const Reload&, const Reload&) = default;
};
struct Shutdown {  ///< POST /v1/shutdown
  friend bool operator==(const Shutdown&, const Shutdown&) = default;
};
struct Health {  ///< GET /healthz
  friend bool operator==(const Health&, const Health&) = default;
};
struct Metrics {  ///< GET /metrics
  friend bool operator==(const Metrics&, const Metrics&) = default;
};

using Request = std::variant<GetStatus, GetProcesses, Explain, Operate, SendSignal, Scale, GetFormation,
                             FollowLogs, FollowEvents, Attach, Reload, Shutdown, Health, Metrics>;

/// What `http` asks for. HEAD is a GET. Faults: not_found for a path that nobody knows, method_not_allowed,
/// bad_request for a query or body that makes no sense (unknown query parameters and JSON keys too);
/// upgrade_required for an Attach that asks for no WebSocket.
boost::system::result<Request, HttpFault> decode(const HttpRequest& http);

/// Every route, for the documents and the tests that hold them together: "GET", "/v1/processes/{sel}".
struct Route {
  std::string method, path;
  std::vector<std::string> parameters = {};  ///< of the query
  bool body = false;                         ///< takes JSON
};
std::vector<Route> routes();

// The client's side: how a request is asked.

/// `request` as its method, target and body; accept as its form.
ClientRequest encode(const Request& request);

}  // namespace pm::api
