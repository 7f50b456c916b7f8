#include "desk.h"

#include "attach_session.h"
#include "clock.h"
#include "log_stream.h"
#include "pm/config/scale.h"

namespace pm::server {

using core::Settled;
using supervisor::Control;

namespace {

api::HttpReply json(std::string body) { return {.body = std::move(body)}; }

api::HttpReply refusal(std::vector<core::Error> errors) { return api::to_reply(api::to_fault(errors)); }
api::HttpReply refusal(core::Error error) { return refusal(std::vector{std::move(error)}); }

Desk::Answer stream_or_fault(boost::system::result<std::unique_ptr<Stream>, api::HttpFault> stream) {
  if (!stream) return api::to_reply(stream.error());
  return std::move(*stream);
}

}  // namespace

Desk::Answer Desk::answer(const api::Request& request, const Later& later) {
  return std::visit([&](const auto& asked) { return to(asked, later); }, request);
}

Desk::Answer Desk::to(const api::GetStatus&, const Later&) { return json(api::to_json(control_.status())); }

Desk::Answer Desk::to(const api::GetProcesses& request, const Later&) {
  const auto found = control_.processes(request.selectors);
  return found ? json(api::to_json(*found)) : refusal(found.error());
}

Desk::Answer Desk::to(const api::Explain& request, const Later&) {
  const auto found = control_.explain(request.selectors);
  return found ? json(api::to_json(*found)) : refusal(found.error());
}

// A shrink may have taken some of what was asked for by the time the answer is made.
std::vector<core::ProcessSnapshot> Desk::processes(const api::Selectors& selectors) {
  if (auto all = control_.processes(selectors)) return std::move(*all);
  api::Selectors left;
  for (const auto& selector : selectors)
    if (control_.processes({selector})) left.push_back(selector);
  auto found = control_.processes(left);
  return found ? std::move(*found) : std::vector<core::ProcessSnapshot>{};
}

Control::Done Desk::done(bool wait, const Later& later, MakeReport make) {
  if (!wait) return [](std::vector<Settled>) {};
  return [later, make = std::move(make)](std::vector<Settled> settled) {
    later([make, settled = std::move(settled)] { return api::to_reply(make(settled)); });
  };
}

Desk::Answer Desk::pending(bool wait, supervisor::Ticket ticket, const MakeReport& make) {
  if (wait) return Pending{std::move(ticket)};
  auto report = make({});
  report.accepted_only = true;
  return api::to_reply(report);
}

Desk::Answer Desk::to(const api::Operate& request, const Later& later) {
  const MakeReport make = [this, selectors = request.selectors](std::vector<Settled> settled) {
    return api::OperationReport{.results = std::move(settled), .processes = processes(selectors)};
  };
  auto ticket = control_.operate(request.verb, request.selectors, done(request.wait, later, make));
  if (!ticket) return refusal(ticket.error());
  return pending(request.wait, std::move(*ticket), make);
}

Desk::Answer Desk::to(const api::SendSignal& request, const Later&) {
  auto settled = control_.signal(request.selectors, request.signal);
  if (!settled) return refusal(settled.error());
  return api::to_reply(
      api::OperationReport{.results = std::move(*settled), .processes = processes(request.selectors)});
}

Desk::Answer Desk::to(const api::Scale& request, const Later& later) {
  std::vector<config::Change> changes;
  std::vector<core::Error> errors;
  for (const auto& [type, count] : request.counts) {
    auto change = config::parse_change(type, count);
    if (change)
      changes.push_back(std::move(*change));
    else
      errors.push_back(change.error());
  }
  if (!errors.empty()) return refusal(std::move(errors));
  const MakeReport make = [this, previous = control_.formation()](std::vector<Settled> settled) {
    return api::OperationReport{
        .results = std::move(settled), .formation = control_.formation(), .previous = previous};
  };
  auto ticket = control_.scale(changes, done(request.wait, later, make));
  if (!ticket) return refusal(ticket.error());
  return pending(request.wait, std::move(*ticket), make);
}

Desk::Answer Desk::to(const api::GetFormation&, const Later&) {
  return json(api::to_json(control_.formation()));
}

Desk::Answer Desk::to(const api::FollowLogs& request, const Later&) {
  return stream_or_fault(LogStream::open(control_, catalogue_, request, epoch(), wall_clock()));
}

Desk::Answer Desk::to(const api::FollowEvents& request, const Later&) {
  return stream_or_fault(EventStream::open(events_, request, epoch()));
}

Desk::Answer Desk::to(const api::Attach& request, const Later&) {
  auto session = AttachSession::open(control_, catalogue_, request, epoch());
  if (!session) return api::to_reply(session.error());
  return std::move(*session);
}

Desk::Answer Desk::to(const api::Reload& request, const Later& later) {
  // What it found is known only once it has been asked, but `done` is never called before.
  const auto types = std::make_shared<core::ReloadEvent>();
  const MakeReport make = [types](std::vector<Settled> settled) {
    return api::OperationReport{.results = std::move(settled), .reload = *types};
  };
  auto reloaded = control_.reload(done(request.wait, later, make));
  if (!reloaded) return refusal(reloaded.error());
  *types = std::move(reloaded->types);
  return pending(request.wait, std::move(reloaded->ticket), make);
}

Desk::Answer Desk::to(const api::Shutdown&, const Later&) {
  control_.shut_down();
  return api::to_reply(api::OperationReport{.accepted_only = true});
}

Desk::Answer Desk::to(const api::Health&, const Later&) { return json(R"({"status":"ok"})"); }

Desk::Answer Desk::to(const api::Metrics&, const Later&) {
  return api::HttpReply{.type = "text/plain; version=0.0.4; charset=utf-8",
                        .body = api::to_metrics({.status = control_.status(),
                                                 .log_bytes = control_.log_bytes(),
                                                 .events = events_.count(),
                                                 .requests = counters_.requests,
                                                 .clients = counters_.clients})};
}

Epoch Desk::epoch() {
  if (!epoch_) epoch_ = control_.status().started_at;
  return *epoch_;
}

}  // namespace pm::server
