#include "pm/api/reply.h"

#include <fmt/format.h>

#include <cmath>

#include "names.h"
#include "writer.h"

namespace pm::api {

namespace {

void write_exit(Writer& out, const std::optional<core::Exit>& exit) {
  out.member("exit_code", exit ? exit->code() : std::nullopt);
  const auto signal = exit ? exit->signal() : std::nullopt;
  out.text_or_null("signal", signal ? core::signal_name(*signal) : "");
  if (!exit || !exit->ran_out_of_memory()) return;
  out.member("out_of_memory", true);
  out.member("memory_limit_bytes",
             exit->memory_limit() == 0 ? std::nullopt : std::optional{exit->memory_limit()});
}

// More digits than this are noise: it is measured in ticks.
std::optional<double> to_hundredths(const std::optional<double>& percent) {
  return percent ? std::optional{std::round(*percent * 100) / 100} : std::nullopt;
}

void write_members(Writer& out, const core::ProcessSnapshot& process) {
  out.member("name", core::to_string(process.id));
  out.member("type", process.id.type);
  out.member("index", process.id.number);
  out.member("state", process.state);
  out.text_or_null("reason", process.reason);
  out.member("pid", process.pid);
  out.member("generation", process.generation);
  out.member("port", process.port);
  out.time("started_at", process.started_at);
  out.member("uptime_s", process.uptime);
  out.member("restarts", process.restarts);
  write_exit(out, process.last_exit);
  out.member("next_restart_s", process.next_restart);
  out.member("cpu_percent", to_hundredths(process.cpu_percent));
  out.member("rss_bytes", process.rss_bytes);
  out.member("command", process.command);
  out.time("since", process.since);
  out.member("last_lived_s", process.last_lived);
  out.time("last_ended_at", process.last_ended_at);
  out.member("kill_in_s", process.kill_in);
}

void write(Writer& out, std::span<const core::ProcessSnapshot> processes) {
  constexpr std::size_t kUsualSize = 640;
  out.reserve(processes.size() * kUsualSize);
  out.key("processes");
  out.open('[');
  for (const auto& process : processes) {
    out.open('{');
    write_members(out, process);
    out.close('}');
  }
  out.close(']');
}

void write_last(Writer& out, const core::ProcessSnapshot& process) {
  out.key("last");
  if (!process.last_exit) return out.value(nullptr);
  out.open('{');
  write_exit(out, process.last_exit);
  out.member("lived_s", process.last_lived);
  out.time("ended_at", process.last_ended_at);
  out.close('}');
}

void write(Writer& out, const core::RestartPolicy& policy) {
  out.key("restart");
  out.open('{');
  out.member("policy", core::to_string(policy.restart));
  out.member("initial_s", policy.initial);
  out.member("factor", policy.factor);
  out.member("max_s", policy.max);
  out.member("jitter", policy.jitter);
  out.member("reset_after_s", policy.reset_after);
  out.member("max_restarts", policy.max_restarts);
  out.member("success_codes", policy.success_codes);
  out.close('}');
}

void write(Writer& out, const core::StopPolicy& policy) {
  out.key("stop");
  out.open('{');
  out.member("signal", core::signal_name(policy.signal));
  out.member("timeout_s", policy.timeout);
  out.close('}');
}

void write(Writer& out, std::span<const core::KeptLimit> limits) {
  out.key("limits");
  out.open('[');
  for (const auto& limit : limits) {
    out.open('{');
    out.member("name", limit.name);
    out.member("value", limit.value);
    out.text_or_null("by", limit.by);
    out.text_or_null("note", limit.note);
    out.close('}');
  }
  out.close(']');
}

void write_why(Writer& out, const core::Explanation& explanation) {
  out.key("why");
  out.open('{');
  out.member("failures", explanation.failures);
  write_last(out, explanation.process);
  write(out, explanation.restart);
  write(out, explanation.stop);
  out.member("last_lines", explanation.last_lines);
  if (!explanation.limits.empty()) write(out, explanation.limits);
  out.close('}');
}

void write(Writer& out, const core::Settled& result) {
  out.open('{');
  out.member("name", core::to_string(result.id));
  out.member("goal", word_of(result.goal));
  out.member("how", word_of(result.how));
  out.member("pid_before", result.before);
  out.member("pid", result.pid);
  write_exit(out, result.exit);
  out.member("took_s", result.took);
  out.text_or_null("reason", result.reason);
  out.close('}');
}

void write_types(Writer& out, const core::ReloadEvent& reload) {
  out.member("added", reload.added);
  out.member("removed", reload.removed);
  out.member("changed", reload.changed);
}

void write(Writer& out, const core::Error& error) {
  out.open('{');
  out.member("message", error.what);
  if (error.where) {
    out.member("file", error.where->file);
    out.member("line", error.where->line);
    out.member("column", error.where->column);
  }
  if (!error.source.empty()) out.member("source", error.source);
  if (!error.pointer.empty()) out.member("pointer", error.pointer);
  if (error.caret != 0) out.member("caret", error.caret);
  if (!error.hint.empty()) out.member("hint", error.hint);
  out.close('}');
}

void write(Writer& out, const HttpFault& fault) {
  out.key("error");
  out.open('{');
  out.member("code", fault.code);
  out.member("message", fault.message);
  out.member("hint", fault.hint);
  out.key("details");
  out.open('[');
  for (const auto& detail : fault.details) write(out, detail);
  out.close(']');
  out.close('}');
}

template <class Members>
std::string object(Members&& members) {
  Writer out;
  out.open('{');
  members(out);
  out.close('}');
  return std::move(out).text();
}

struct Fault {
  int status;
  std::string_view code;
};

Fault fault_of(core::Error::Kind kind) {
  switch (kind) {
    case core::Error::Kind::bad_input: return {422, "invalid_configuration"};
    case core::Error::Kind::not_found: return {404, "not_found"};
    case core::Error::Kind::conflict: return {409, "conflict"};
    case core::Error::Kind::failed:
    case core::Error::Kind::no_supervisor: break;
  }
  return {500, "operation_failed"};
}

// "Procfile:3:1: this line is no process"
std::string headline(const core::Error& error) {
  if (!error.where) return error.what;
  const auto& [file, line, column] = *error.where;
  const auto place = line == 0     ? file
                     : column == 0 ? fmt::format("{}:{}", file, line)
                                   : fmt::format("{}:{}:{}", file, line, column);
  return fmt::format("{}: {}", place, error.what);
}

std::string_view unreached(core::Goal goal) {
  switch (goal) {
    case core::Goal::up: return "it did not start";
    case core::Goal::renewed: return "it did not restart";
    case core::Goal::down: return "it did not stop";
  }
  return {};
}

std::vector<core::Error> errors_of(const std::vector<core::Settled>& results, core::Settled::How how) {
  std::vector<core::Error> errors;
  for (const auto& result : results)
    if (result.how == how)
      errors.push_back({.what = fmt::format("{}: {}", core::to_string(result.id),
                                            result.reason.empty() ? unreached(result.goal) : result.reason)});
  return errors;
}

// What went wrong in an operation: what failed outweighs what somebody else overtook.
std::optional<HttpFault> fault_of(const OperationReport& report) {
  const auto summary = [&](const std::vector<core::Error>& errors, std::string_view what) {
    return errors.size() == 1
               ? errors.front().what
               : fmt::format("{} of {} processes {}", errors.size(), report.results.size(), what);
  };
  if (auto failed = errors_of(report.results, core::Settled::How::failed); !failed.empty())
    return HttpFault{.status = 500,
                     .code = "operation_failed",
                     .message = summary(failed, "failed"),
                     .hint = "'pm why' and 'pm logs' tell more",
                     .details = std::move(failed)};
  if (auto overtaken = errors_of(report.results, core::Settled::How::superseded); !overtaken.empty())
    return HttpFault{.status = 409,
                     .code = "conflict",
                     .message = summary(overtaken, "were asked for something else meanwhile"),
                     .hint = "somebody else's request came later and counts; 'pm ps' shows how things are",
                     .details = std::move(overtaken)};
  return std::nullopt;
}

void write_event(Writer& out, const core::StateEvent& event) {
  const auto& process = event.process;
  out.member("event", "state");
  out.member("process", core::to_string(process.id));
  out.member("state", process.state);
  out.text_or_null("from", event.from);
  out.member("generation", process.generation);
  out.member("pid", process.pid);
  write_exit(out, process.last_exit);
  out.member("next_restart_s", process.next_restart);
  out.text_or_null("reason", process.reason);
}

void write_event(Writer& out, const core::FormationEvent& event) {
  out.member("event", "formation");
  out.member("formation", event.formation);
}

void write_event(Writer& out, const core::ReloadEvent& event) {
  out.member("event", "reload");
  write_types(out, event);
}

void write_event(Writer& out, const core::ShutdownEvent& event) {
  out.member("event", "shutdown");
  out.text_or_null("reason", event.reason);
}

}  // namespace

HttpReply to_reply(const HttpFault& fault) {
  return {.status = fault.status,
          .body = object([&](Writer& out) { write(out, fault); }),
          .allow = fault.allow,
          .upgrade = fault.upgrade};
}

HttpFault to_fault(const std::vector<core::Error>& errors) {
  if (errors.empty()) return {.status = 500, .code = "operation_failed", .message = "it failed"};
  const auto& first = errors.front();
  const auto [status, code] = fault_of(first.kind);
  HttpFault fault{
      .status = status, .code = std::string{code}, .message = headline(first), .hint = first.hint};
  if (errors.size() > 1) fault.message += fmt::format(" (and {} more)", errors.size() - 1);
  if (errors.size() > 1 || first.where) fault.details = errors;
  return fault;
}

std::string to_json(const core::StatusSnapshot& status) {
  return object([&](Writer& out) {
    out.member("version", status.version);
    out.member("pid", status.pid);
    out.member("root", status.root);
    out.member("procfile", status.procfile);
    out.time("started_at", status.started_at);
    out.member("shutting_down", status.shutting_down);
    out.member("formation", status.formation);
    write(out, status.processes);
  });
}

std::string to_json(std::span<const core::ProcessSnapshot> processes) {
  return object([&](Writer& out) { write(out, processes); });
}

std::string to_json(std::span<const core::Explanation> explanations) {
  return object([&](Writer& out) {
    out.key("processes");
    out.open('[');
    for (const auto& explanation : explanations) {
      out.open('{');
      write_members(out, explanation.process);
      write_why(out, explanation);
      out.close('}');
    }
    out.close(']');
  });
}

std::string to_json(const std::map<std::string, int>& formation) {
  return object([&](Writer& out) { out.member("formation", formation); });
}

HttpReply to_reply(const OperationReport& report) {
  const auto fault = fault_of(report);
  auto body = object([&](Writer& out) {
    if (fault) write(out, *fault);
    if (report.accepted_only) out.member("accepted", true);
    if (!report.formation.empty()) out.member("formation", report.formation);
    if (!report.previous.empty()) out.member("previous", report.previous);
    if (report.reload) {
      out.key("reload");
      out.open('{');
      write_types(out, *report.reload);
      out.close('}');
    }
    out.key("results");
    out.open('[');
    for (const auto& result : report.results) write(out, result);
    out.close(']');
    if (!report.processes.empty()) write(out, report.processes);
  });
  return {.status = fault ? fault->status : report.accepted_only ? 202 : 200, .body = std::move(body)};
}

std::string to_json_line(const core::Event& event) {
  Writer out;
  out.open('{');
  out.time("time", event.time);
  std::visit([&](const auto& what) { write_event(out, what); }, event.what);
  out.close('}');
  out.newline();
  return std::move(out).text();
}

std::string gap_json_line(core::WallTime time, std::string_view process, std::int64_t missed) {
  Writer out;
  out.open('{');
  out.time("time", time);
  out.text_or_null("process", process);
  out.member("missed", missed < 0 ? std::nullopt : std::optional{missed});
  out.close('}');
  out.newline();
  return std::move(out).text();
}

}  // namespace pm::api
