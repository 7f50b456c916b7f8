#include <chrono>

#include "percent.h"
#include "pm/api/request.h"
#include "pm/core/exit.h"
#include "writer.h"

namespace pm::api {

namespace {

// The text of a target, parameter by parameter.
class TargetText {
 public:
  explicit TargetText(std::string path) : text_{std::move(path)} {}
  TargetText& add(std::string_view name, std::string_view value) {
    text_ += fmt::format("{}{}={}", has_query_ ? '&' : '?', name, percent_encoded(value));
    has_query_ = true;
    return *this;
  }
  /// Adds it only if it is not as it would be without.
  TargetText& add_unless(std::string_view name, bool value, bool usual) {
    return value == usual ? *this : add(name, value ? "true" : "false");
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool has_query_ = false;
};

std::string join(const Selectors& selectors) {
  std::string text;
  for (const auto& selector : selectors) {
    if (!text.empty()) text += ',';
    text += percent_encoded(selector);
  }
  return text;
}

std::string process_path(const Selectors& selectors, std::string_view what = {}) {
  return fmt::format("/v1/processes/{}{}", join(selectors), what);
}

std::string accept_of(StreamForm form) {
  switch (form) {
    case StreamForm::ndjson: return "application/x-ndjson";
    case StreamForm::sse: return "text/event-stream";
    case StreamForm::text: return "text/plain";
  }
  return {};
}

// Whole seconds as such: a century of milliseconds is more than parse_duration takes, by a rounding error.
std::string duration_text(core::Duration duration) {
  const auto ms = std::chrono::round<std::chrono::milliseconds>(duration).count();
  return ms % 1000 == 0 ? fmt::format("{}s", ms / 1000) : fmt::format("{}ms", ms);
}

ClientRequest post(const TargetText& target) { return {.method = "POST", .target = target.text()}; }

ClientRequest ask(const GetStatus&) { return {.target = "/v1/status"}; }
ClientRequest ask(const GetFormation&) { return {.target = "/v1/formation"}; }
ClientRequest ask(const Health&) { return {.target = "/healthz"}; }
ClientRequest ask(const Metrics&) { return {.target = "/metrics"}; }
ClientRequest ask(const Shutdown&) { return post(TargetText{"/v1/shutdown"}); }
ClientRequest ask(const Reload& request) {
  return post(TargetText{"/v1/reload"}.add_unless("wait", request.wait, true));
}
ClientRequest ask(const GetProcesses& request) { return {.target = process_path(request.selectors)}; }
ClientRequest ask(const Explain& request) { return {.target = process_path(request.selectors, "/why")}; }

ClientRequest ask(const Operate& request) {
  return post(TargetText{process_path(request.selectors, fmt::format("/{}", core::to_string(request.verb)))}
                  .add_unless("wait", request.wait, true));
}

ClientRequest ask(const SendSignal& request) {
  const auto name = core::signal_name(request.signal);
  const bool named = core::parse_signal(name) == request.signal;
  return {.method = "POST",
          .target = process_path(request.selectors, "/signal"),
          .body = named ? fmt::format(R"({{"signal":"{}"}})", name)
                        : fmt::format(R"({{"signal":{}}})", request.signal)};
}

ClientRequest ask(const Attach& request) {
  TargetText target{"/v1/attach/" + percent_encoded(request.name)};
  if (request.size)
    target.add("cols", std::to_string(request.size->columns)).add("rows", std::to_string(request.size->rows));
  target.add_unless("watch", request.watch, false);
  if (request.scrollback != 0) target.add("scrollback", std::to_string(request.scrollback));
  return {.target = target.text()};
}

ClientRequest ask(const Scale& request) {
  Writer body;
  body.open('{');
  for (const auto& [type, count] : request.counts) body.member(type, count);
  body.close('}');
  return {.method = "PATCH",
          .target = TargetText{"/v1/formation"}.add_unless("wait", request.wait, true).text(),
          .body = std::move(body).text()};
}

ClientRequest ask(const FollowLogs& request) {
  TargetText target{"/v1/logs"};
  if (request.selectors != FollowLogs{}.selectors)
    for (const auto& selector : request.selectors) target.add("process", selector);
  if (request.tail) target.add("tail", std::to_string(*request.tail));
  if (request.since) target.add("since", duration_text(*request.since));
  target.add_unless("follow", request.follow, false);
  if (!request.after.empty()) target.add("after", request.after);
  if (request.form == StreamForm::text)
    target.add_unless("color", request.color, false)
        .add_unless("prefix", request.prefix, true)
        .add_unless("terminal", request.terminal, false);
  return {.target = target.text(), .accept = accept_of(request.form)};
}

ClientRequest ask(const FollowEvents& request) {
  TargetText target{"/v1/events"};
  if (request.tail != 0) target.add("tail", std::to_string(request.tail));
  target.add_unless("follow", request.follow, true);
  if (!request.after.empty()) target.add("after", request.after);
  return {.target = target.text(), .accept = accept_of(request.form)};
}

}  // namespace

ClientRequest encode(const Request& request) {
  return std::visit([](const auto& meant) { return ask(meant); }, request);
}

}  // namespace pm::api
