#include <algorithm>
#include <boost/json/parse.hpp>

#include "names.h"
#include "pm/api/reply.h"
#include "reader.h"

namespace pm::api {

namespace json = boost::json;

namespace {

core::ProcessSnapshot read_process(const Members& from) {
  core::ProcessSnapshot process;
  from.read("name", process.id);
  from.read("state", process.state);
  from.read_or_empty("reason", process.reason);
  from.read("pid", process.pid);
  from.read("generation", process.generation);
  from.read("port", process.port);
  from.read_time("started_at", process.started_at);
  from.read("uptime_s", process.uptime);
  from.read("restarts", process.restarts);
  from.read_exit(process.last_exit);
  from.read("next_restart_s", process.next_restart);
  from.read("cpu_percent", process.cpu_percent);
  from.read("rss_bytes", process.rss_bytes);
  from.read("command", process.command);
  from.read_time("since", process.since);
  from.read("last_lived_s", process.last_lived);
  from.read_time("last_ended_at", process.last_ended_at);
  from.read("kill_in_s", process.kill_in);
  return process;
}

std::vector<core::ProcessSnapshot> read_processes(const Members& from) {
  std::vector<core::ProcessSnapshot> processes;
  for (const auto& process : from.objects("processes")) processes.push_back(read_process(process));
  return processes;
}

core::RestartPolicy read_restart(const Members& from) {
  core::RestartPolicy policy;
  std::string word;
  from.read("policy", word);
  if (const auto restart = core::parse_restart(word))
    policy.restart = *restart;
  else
    from.doubt("policy", "is no restart policy");
  from.read("initial_s", policy.initial);
  from.read("factor", policy.factor);
  from.read("max_s", policy.max);
  from.read("jitter", policy.jitter);
  from.read("reset_after_s", policy.reset_after);
  from.read("max_restarts", policy.max_restarts);
  policy.success_codes.clear();
  from.read("success_codes", policy.success_codes);
  return policy;
}

core::KeptLimit read_limit(const Members& from) {
  core::KeptLimit limit;
  from.read("name", limit.name);
  from.read("value", limit.value);
  from.read_or_empty("by", limit.by);
  from.read_or_empty("note", limit.note);
  return limit;
}

core::Explanation read_explanation(const Members& from) {
  core::Explanation explanation{.process = read_process(from)};
  const auto why = from.object("why");
  why.read("failures", explanation.failures);
  explanation.restart = read_restart(why.object("restart"));
  const auto stop = why.object("stop");
  stop.read_signal("signal", explanation.stop.signal);
  stop.read("timeout_s", explanation.stop.timeout);
  why.read("last_lines", explanation.last_lines);
  if (why.has("limits"))
    for (const auto& limit : why.objects("limits")) explanation.limits.push_back(read_limit(limit));
  return explanation;
}

core::Settled read_result(const Members& from) {
  core::Settled result;
  std::string goal, how;
  from.read("name", result.id);
  from.read("goal", goal);
  from.read("how", how);
  const auto known_goal = goal_of(goal);
  const auto known_how = how_of(how);
  if (!known_goal) from.doubt("goal", "is none that is known");
  if (!known_how) from.doubt("how", "is none that is known");
  result.goal = known_goal.value_or(result.goal);
  result.how = known_how.value_or(result.how);
  from.read("pid_before", result.before);
  from.read("pid", result.pid);
  from.read_exit(result.exit);
  from.read("took_s", result.took);
  from.read_or_empty("reason", result.reason);
  return result;
}

core::ReloadEvent read_types(const Members& from) {
  core::ReloadEvent reload;
  from.read("added", reload.added);
  from.read("removed", reload.removed);
  from.read("changed", reload.changed);
  return reload;
}

core::StateEvent read_state_event(const Members& from) {
  core::StateEvent event;
  auto& process = event.process;
  from.read("process", process.id);
  from.read("state", process.state);
  from.read_or_empty("from", event.from);
  from.read("generation", process.generation);
  from.read("pid", process.pid);
  from.read_exit(process.last_exit);
  from.read("next_restart_s", process.next_restart);
  from.read_or_empty("reason", process.reason);
  return event;
}

core::Event read_event(const Members& from) {
  core::Event event;
  std::string kind;
  from.read_time("time", event.time);
  from.read("event", kind);
  if (kind == "state") {
    event.what = read_state_event(from);
  } else if (kind == "formation") {
    from.read("formation", event.what.emplace<core::FormationEvent>().formation);
  } else if (kind == "reload") {
    event.what = read_types(from);
  } else if (kind == "shutdown") {
    from.read_or_empty("reason", event.what.emplace<core::ShutdownEvent>().reason);
  } else {
    from.doubt("event", "is none that is known");
  }
  return event;
}

OperationReport read_operation(const Members& from) {
  OperationReport report;
  if (from.has("accepted")) from.read("accepted", report.accepted_only);
  if (from.has("formation")) from.read("formation", report.formation);
  if (from.has("previous")) from.read("previous", report.previous);
  if (from.has("reload")) report.reload = read_types(from.object("reload"));
  for (const auto& result : from.objects("results")) report.results.push_back(read_result(result));
  if (from.has("processes")) report.processes = read_processes(from);
  return report;
}

core::StatusSnapshot read_status(const Members& from) {
  core::StatusSnapshot status;
  from.read("version", status.version);
  from.read("pid", status.pid);
  from.read("root", status.root);
  from.read("procfile", status.procfile);
  from.read_time("started_at", status.started_at);
  from.read("shutting_down", status.shutting_down);
  from.read("formation", status.formation);
  status.processes = read_processes(from);
  return status;
}

core::Error read_detail(const Members& from, core::Error::Kind kind) {
  core::Error error{.kind = kind};
  from.read("message", error.what);
  if (from.has("file")) {
    auto& where = error.where.emplace();
    from.read("file", where.file);
    from.read("line", where.line);
    from.read("column", where.column);
  }
  if (from.has("source")) from.read("source", error.source);
  if (from.has("pointer")) from.read("pointer", error.pointer);
  if (from.has("caret")) from.read("caret", error.caret);
  if (from.has("hint")) from.read("hint", error.hint);
  return error;
}

// The faults one by one where they are told so, else the message that stands for them.
std::vector<core::Error> read_errors(const Members& from, core::Error::Kind kind) {
  std::vector<core::Error> errors;
  core::Error whole{.kind = kind};
  const auto error = from.object("error");
  error.read("message", whole.what);
  if (error.has("hint")) error.read("hint", whole.hint);
  if (error.has("details"))
    for (const auto& detail : error.objects("details")) errors.push_back(read_detail(detail, kind));
  if (errors.empty()) errors.push_back(whole);
  const auto has_hint = [](const core::Error& one) { return !one.hint.empty(); };
  if (std::none_of(errors.begin(), errors.end(), has_hint)) errors.back().hint = whole.hint;
  return errors;
}

core::Error::Kind kind_of(int status) {
  switch (status) {
    case 404: return core::Error::Kind::not_found;
    case 409: return core::Error::Kind::conflict;
    case 400:
    case 405:
    case 413:
    case 422:
    case 431: return core::Error::Kind::bad_input;
    default: return core::Error::Kind::failed;
  }
}

// What `read` makes of the document, unless something in it is not as it should be.
template <class Read>
auto parse(std::string_view text, Read read) -> core::Result<decltype(read(std::declval<Members>()))> {
  json::error_code error;
  const auto value = json::parse(text, error);
  Doubt doubt;
  if (error) {
    doubt.raise("it", fmt::format("is no JSON, {}", error.message()));
    return doubt.error();
  }
  auto result = read(Members{value, {}, doubt});
  if (doubt) return doubt.error();
  return result;
}

}  // namespace

core::Result<core::StatusSnapshot> parse_status(std::string_view text) { return parse(text, read_status); }

core::Result<std::vector<core::ProcessSnapshot>> parse_processes(std::string_view text) {
  return parse(text, read_processes);
}

core::Result<std::vector<core::Explanation>> parse_explanations(std::string_view text) {
  return parse(text, [](const Members& from) {
    std::vector<core::Explanation> all;
    for (const auto& process : from.objects("processes")) all.push_back(read_explanation(process));
    return all;
  });
}

core::Result<OperationReport> parse_operation(std::string_view text) { return parse(text, read_operation); }

core::Result<core::Event> parse_event(std::string_view line) { return parse(line, read_event); }

std::vector<core::Error> parse_error(int status, std::string_view text) {
  const auto kind = kind_of(status);
  auto errors = parse(text, [&](const Members& from) { return read_errors(from, kind); });
  if (errors) return *std::move(errors);
  return {core::Error{.kind = kind,
                      .what = fmt::format("the supervisor answered with status {} and no reason", status),
                      .hint = errors.error().hint}};
}

}  // namespace pm::api
