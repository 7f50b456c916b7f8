#include "process_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "pm/core/text.h"

namespace pm::cli {
namespace {

using namespace std::chrono_literals;
using core::Exit;
using core::Explanation;
using core::ProcessSnapshot;

constexpr core::WallTime kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute;
constexpr core::WallTime kNow = 1'767'323'045 * kSecond;

ProcessSnapshot running(const std::string& type = "web", int number = 1) {
  return {.id = {type, number},
          .state = "running",
          .since = kNow - 2 * kHour,
          .pid = core::Pid{4711},
          .generation = 1,
          .port = 5000,
          .started_at = kNow - 2 * kHour,
          .uptime = 2h + 14min,
          .cpu_percent = 3.14,
          .rss_bytes = 212'000'000};
}

ProcessSnapshot down(const std::string& state) {
  auto process = running("worker");
  process.state = state;
  process.pid = core::Pid::none;
  process.uptime.reset();
  process.cpu_percent.reset();
  process.rss_bytes.reset();
  process.since = kNow - 5 * kMinute;
  process.last_exit = Exit::code(1);
  process.last_lived = 300ms;
  process.last_ended_at = kNow - 5 * kMinute;
  return process;
}

/// The last column of the only process.
std::string last_exit(const ProcessSnapshot& process) {
  const auto table = process_table({&process, 1}, {}, kNow);
  const auto line = table.substr(table.find('\n') + 1);
  const auto at = table.find("LAST EXIT");
  return line.substr(at, line.size() - at - 1);
}

TEST(HumanBytes, HasThreeDigitsAtMost) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1000), "1.0 kB");
  EXPECT_EQ(human_bytes(9'940), "9.9 kB");
  EXPECT_EQ(human_bytes(9'960), "10 kB");
  EXPECT_EQ(human_bytes(999'600), "1.0 MB");
  EXPECT_EQ(human_bytes(212'000'000), "212 MB");
  EXPECT_EQ(human_bytes(3'400'000'000), "3.4 GB");
}

TEST(Ago, IsInTheLargestUnit) {
  EXPECT_EQ(ago(kNow, kNow), "0s ago");
  EXPECT_EQ(ago(kNow + kSecond, kNow), "0s ago") << "clocks are set back";
  EXPECT_EQ(ago(kNow - 59 * kSecond, kNow), "59s ago");
  EXPECT_EQ(ago(kNow - 61 * kSecond, kNow), "1m ago");
  EXPECT_EQ(ago(kNow - 3 * kHour, kNow), "3h ago");
  EXPECT_EQ(ago(kNow - 49 * kHour, kNow), "2d ago");
}

TEST(ProcessTable, HasItsHeadAloneForNobody) {
  EXPECT_EQ(process_table({}, {}, kNow), "NAME  STATE  PID  PORT  UPTIME  RESTARTS  CPU  MEM  LAST EXIT\n");
}

TEST(ProcessTable, TellsTheLastExitByState) {
  EXPECT_EQ(last_exit(running()), "-");
  auto process = running();
  process.last_exit = Exit::signal(9);
  process.last_ended_at = kNow - 2 * kHour;
  EXPECT_EQ(last_exit(process), "SIGKILL, 2h ago");
  process = down("backoff");
  process.next_restart = 4s;
  EXPECT_EQ(last_exit(process), "code 1 after 0.3s, retry in 4.0s");
  EXPECT_EQ(last_exit(down("exited")), "code 1 after 0.3s, 5m ago");
  EXPECT_EQ(last_exit(down("failed")), "code 1 after 0.3s, 5m ago");
  process = down("failed");
  process.reason = "gave up after 3 restarts";
  EXPECT_EQ(last_exit(process), "code 1: gave up after 3 restarts");
  EXPECT_EQ(last_exit(down("stopped")), "code 1, 5m ago");
  process = down("stopped");
  process.reason = "stopped by user";
  EXPECT_EQ(last_exit(process), "by user 5m ago");
  process = down("waiting");
  process.reason = "no descriptors\x1b[2J are left";
  process.next_restart = 1s;
  EXPECT_EQ(last_exit(process), "no descriptors [2J are left, retry in 1.0s");
  process = down("stopping");
  process.kill_in = 3200ms;
  EXPECT_EQ(last_exit(process), "SIGKILL in 3.2s");
  process.kill_in.reset();
  EXPECT_EQ(last_exit(process), "SIGKILL was sent");
}

TEST(ProcessTable, NeverIsWiderThanTheTerminal) {
  auto process = down("backoff");
  process.next_restart = 4s;
  const std::vector processes{running(), process};
  for (std::size_t width = 1; width < 120; ++width) {
    std::istringstream lines{process_table(processes, {.width = width}, kNow)};
    for (std::string line; std::getline(lines, line);) EXPECT_LE(core::columns(line), width) << line;
  }
  EXPECT_NE(process_table(processes, {.width = 72}, kNow).find("code 1 a…\n"), std::string::npos)
      << process_table(processes, {.width = 72}, kNow);
  EXPECT_EQ(process_table(processes, {.width = 60}, kNow).find("LAST"), std::string::npos);
  EXPECT_EQ(process_table(processes, {.width = 120}, kNow), process_table(processes, {}, kNow));
}

TEST(ProcessTable, ColorsTheStateAlone) {
  const auto process = running();
  const auto table = process_table({&process, 1}, {.color = true}, kNow);
  EXPECT_NE(table.find("web.1  \x1b[32mrunning\x1b[m  4711"), std::string::npos) << table;
  EXPECT_EQ(std::count(table.begin(), table.end(), '\x1b'), 2);
}

/// The first line of the explanation, without the name.
std::string why(const Explanation& explanation) {
  const auto text = explanation_text(explanation, {}, kNow);
  const auto from = text.find(" is ") + 4;
  return text.substr(from, text.find('\n') - from);
}

TEST(Explanation, AnswersForEveryState) {
  EXPECT_EQ(why({.process = running()}), "running with pid 4711 for 2h 14m");
  auto process = running();
  process.restarts = 2;
  EXPECT_EQ(why({.process = process}), "running with pid 4711 for 2h 14m, after 2 restarts");
  EXPECT_EQ(why({.process = down("starting")}), "starting");
  EXPECT_EQ(why({.process = down("stopped")}), "stopped, 5m ago");
  process = down("stopped");
  process.reason = "stopped by user";
  EXPECT_EQ(why({.process = process}), "stopped by user, 5m ago");
  process.reason = "the run is ending";
  EXPECT_EQ(why({.process = process}), "stopped: the run is ending, 5m ago");
  process.reason.clear();
  process.since.reset();
  EXPECT_EQ(why({.process = process}), "stopped: it was never started");
  process = down("waiting");
  process.reason = "no descriptors are left";
  process.next_restart = 1s;
  EXPECT_EQ(why({.process = process}), "waiting: no descriptors are left, the next start is in 1.0s");
  process = down("stopping");
  process.kill_in = 3200ms;
  EXPECT_EQ(why({.process = process}), "stopping for 5m 0s, SIGKILL follows in 3.2s");
  process = down("backoff");
  process.next_restart = 3200ms;
  EXPECT_EQ(why({.process = process, .failures = 4}),
            "in backoff: it failed 4 times in a row, the next start is in 3.2s (attempt 5, delays double up "
            "to 30s)");
  EXPECT_EQ(why({.process = process, .failures = 1, .restart = {.restart = core::Restart::always}}),
            "in backoff: it ended once, the next start is in 3.2s (attempt 2, delays double up to 30s)");
  EXPECT_EQ(why({.process = process, .failures = 0}),
            "in backoff: it ended by itself, the next start is in 3.2s");
  EXPECT_EQ(why({.process = down("exited"), .restart = {.restart = core::Restart::never}}),
            "down: it exited with code 1 5m ago, and its policy (restart never) lets it be");
  process = down("failed");
  process.reason = "gave up after 3 restarts";
  process.last_exit = Exit::signal(11);
  EXPECT_EQ(why({.process = process}),
            "down for good: gave up after 3 restarts, it was killed by SIGSEGV 5m ago");
}

TEST(Explanation, ShowsLastLinesWithoutWhatATerminalWouldDo) {
  const Explanation explanation{.process = down("exited"),
                                .last_lines = {"\x1b[31mred\x1b[m", "\x1b]0;title\aplain"}};
  const auto text = explanation_text(explanation, {.width = 40}, kNow);
  EXPECT_NE(text.find("\n  last lines  red\n              plain\n"), std::string::npos) << text;
  std::istringstream lines{text.substr(text.find('\n') + 1)};
  for (std::string line; std::getline(lines, line);) EXPECT_LE(core::columns(line), 40U) << line;
}

TEST(Explanation, ShowsWhatIsLimitedAndByWhom) {
  const Explanation explanation{.process = running(),
                                .limits = {{"nproc", "64", "RLIMIT_NPROC", "all processes of the user"},
                                           {"memory", "512 MB", "cgroup", ""}}};
  const auto text = explanation_text(explanation, {}, kNow);
  EXPECT_NE(text.find("\n  limits      nproc 64 (RLIMIT_NPROC, all processes of the user)\n"
                      "              memory 512 MB (cgroup)\n"),
            std::string::npos)
      << text;
}

TEST(ProgressLine, ShowsWhatIsOnItsWay) {
  auto stopping = down("stopping");
  stopping.since = kNow - 2'300'000;
  stopping.kill_in = 2700ms;
  const std::vector processes{stopping, running(), stopping};
  EXPECT_EQ(progress_line(processes, kNow, 200),
            "worker.1 stopping 2.3s, SIGKILL in 2.7s · worker.1 stopping 2.3s, SIGKILL in 2.7s");
  EXPECT_EQ(progress_line(processes, kNow, 60), "worker.1 stopping 2.3s, SIGKILL in 2.7s · 1 more");
  EXPECT_EQ(progress_line(processes, kNow, 12), "worker.1 st…");
  EXPECT_EQ(progress_line({}, kNow, 60), "");
}

std::string told(const ProcessSnapshot& process, const std::string& from) {
  std::size_t width = 0;
  const auto line = event_line({.time = kNow, .what = core::StateEvent{process, from}}, {}, width);
  return line.substr(line.find("  ") + 2);
}

TEST(EventLine, TellsTheEndOfALife) {
  EXPECT_EQ(told(down("exited"), "running"), "worker.1  exited     exited with code 1\n");
  EXPECT_EQ(told(down("stopped"), "stopping"), "worker.1  stopped    exited with code 1\n");
}

TEST(EventLine, LeavesOutTheEndOfAnotherLife) {
  auto stopping = down("stopping");
  stopping.reason = "restarting";
  EXPECT_EQ(told(stopping, "running"), "worker.1  stopping   restarting\n");
  EXPECT_EQ(told(down("stopped"), "backoff"), "worker.1  stopped\n");
}

}  // namespace
}  // namespace pm::cli
