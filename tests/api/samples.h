#pragma once

#include "pm/api/reply.h"

namespace pm::api::sample {

// What the golden files tell of: one moment of one formation. Files compare with it, so it never changes; new
// files bring new samples.

using namespace std::chrono_literals;

inline constexpr core::WallTime kNow = 1'767'323'045'000'006;  // 2026-01-02T03:04:05.000006Z

inline core::ProcessSnapshot running() {
  return {.id = {"web", 1},
          .state = "running",
          .since = kNow - 90'500'000,
          .pid = core::Pid{4711},
          .generation = 3,
          .port = 5000,
          .started_at = kNow - 90'500'000,
          .uptime = 90500ms,
          .restarts = 1,
          .last_exit = core::Exit::code(1),
          .last_lived = 3s,
          .last_ended_at = kNow - 91'000'000,
          .cpu_percent = 12.5,
          .rss_bytes = 67'108'864,
          .command = "bundle exec puma -p $PORT"};
}

inline core::ProcessSnapshot backing_off() {
  return {.id = {"worker", 2},
          .state = "backoff",
          .reason = "killed by SIGSEGV, 2 failures in a row",
          .since = kNow - 250'000,
          .generation = 7,
          .port = 5101,
          .restarts = 6,
          .last_exit = core::Exit::signal(11),
          .last_lived = 1234567us,
          .last_ended_at = kNow - 250'000,
          .next_restart = 750ms,
          .command = "printf '\"%s\"\\n' caf\xE9\x01"};
}

inline core::ProcessSnapshot stopping() {
  return {.id = {"job", 1},
          .state = "stopping",
          .reason = "asked to stop",
          .since = kNow,
          .pid = core::Pid{12},
          .generation = 1,
          .started_at = kNow - 1,
          .uptime = 1us,
          .kill_in = 4999ms,
          .cpu_percent = 0.0,
          .rss_bytes = 0,
          .command = "sleep 1000"};
}

inline core::ProcessSnapshot never_started() {
  return {.id = {"release", 1}, .state = "stopped", .command = "rake db:migrate"};
}

inline std::vector<core::ProcessSnapshot> processes() {
  return {running(), backing_off(), stopping(), never_started()};
}

inline core::StatusSnapshot status() {
  return {.version = "0.1.0",
          .pid = core::Pid{4000},
          .root = "/srv/app",
          .procfile = "/srv/app/Procfile",
          .started_at = kNow - 3'600'000'000,
          .formation = {{"job", 1}, {"release", 0}, {"web", 1}, {"worker", 2}},
          .processes = {running()}};
}

inline core::Explanation explanation() {
  return {
      .process = backing_off(),
      .failures = 2,
      .restart = {.restart = core::Restart::always, .max = 1min, .max_restarts = 5, .success_codes = {0, 3}},
      .stop = {.signal = 2, .timeout = 1500ms},
      .last_lines = {"Traceback:", "", "  \"no\" \t\xFF"}};
}

inline core::Explanation limited() {
  auto limited = explanation();
  limited.process.last_exit = core::Exit::out_of_memory(512'000'000);
  limited.limits = {{"nofile", "1024", "RLIMIT_NOFILE", "each process"},
                    {"memory", "512 MB", "cgroup", ""},
                    {"cpu", "1.5", "", "no cgroup with a cpu controller can be had"}};
  return limited;
}

inline core::Settled restarted() {
  return {.id = {"web", 1},
          .goal = core::Goal::renewed,
          .how = core::Settled::How::done,
          .before = core::Pid{4711},
          .pid = core::Pid{4800},
          .exit = core::Exit::signal(15),
          .took = 42ms};
}

inline core::Settled failed() {
  return {.id = {"worker", 2},
          .goal = core::Goal::up,
          .how = core::Settled::How::failed,
          .took = 1s,
          .reason = "the command was not found"};
}

inline core::Settled superseded() {
  return {.id = {"job", 1},
          .goal = core::Goal::down,
          .how = core::Settled::How::superseded,
          .before = core::Pid{12},
          .pid = core::Pid{12},
          .took = 10ms,
          .reason = "it was started again meanwhile"};
}

inline core::Settled unchanged() {
  return {.id = {"release", 1}, .goal = core::Goal::down, .how = core::Settled::How::unchanged};
}

/// What comes back of it: JSON holds UTF-8 alone, and µs.
inline core::ProcessSnapshot as_received(core::ProcessSnapshot process) {
  if (process.id.type == "worker") process.command = "printf '\"%s\"\\n' caf\uFFFD\x01";
  return process;
}

inline std::vector<core::Error> configuration_faults() {
  return {{.kind = core::Error::Kind::bad_input,
           .what = "this line is no process",
           .where = core::Location{"Procfile", 3, 1},
           .source = "web bundle exec puma",
           .pointer = "expected ':' after the name",
           .caret = 4,
           .hint = "write 'web: bundle exec puma'"},
          {.kind = core::Error::Kind::bad_input,
           .what = "there is no key 'instanses'",
           .where = core::Location{"pm.toml", 7, 0}}};
}

inline std::vector<core::Event> events() {
  auto started = running();
  started.last_exit.reset();
  return {{.time = kNow, .what = core::StateEvent{backing_off(), "running"}},
          {.time = kNow + 1, .what = core::StateEvent{started, "starting"}},
          {.time = kNow + 2, .what = core::FormationEvent{{{"web", 2}, {"worker", 0}}}},
          {.time = kNow + 3, .what = core::ReloadEvent{{"clock"}, {}, {"web", "worker"}}},
          {.time = kNow + 4, .what = core::ShutdownEvent{"SIGTERM"}}};
}

inline MetricsInput metrics() {
  auto all = status();
  all.processes = {running(), backing_off()};
  return {.status = all, .log_bytes = 1'234'567'890'123, .events = 17, .requests = 42, .clients = 2};
}

}  // namespace pm::api::sample
