#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <sstream>

#include "pm/api/attach.h"
#include "pm/api/reply.h"
#include "pm/api/request.h"
#include "pm/core/overloaded.h"
#include "samples.h"

// What other programs rely on, word for word: golden/request-*.txt hold a request and what it means,
// golden/reply-*.txt the name of a sample and what is answered. CONTRIBUTING.md tells how to add one; none is
// ever changed.

namespace pm::api {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLine = "----\n";

std::string read(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

// A request as a person writes it: a line, headers, an empty line, the body.
HttpRequest request_of(const std::string& text) {
  HttpRequest request;
  std::istringstream lines{text};
  std::string line;
  lines >> request.method >> request.target;
  std::getline(lines, line);
  while (std::getline(lines, line) && !line.empty()) {
    if (line.starts_with("Accept: ")) request.accept = line.substr(8);
    if (line.starts_with("Last-Event-ID: ")) request.last_event_id = line.substr(15);
    if (line.starts_with("Sec-WebSocket-Key: ")) request.websocket_key = line.substr(19);
  }
  while (std::getline(lines, line)) request.body += (request.body.empty() ? "" : "\n") + line;
  return request;
}

std::string list(const Selectors& selectors) { return fmt::format("[{}]", fmt::join(selectors, "|")); }

std::string_view word(StreamForm form) {
  return form == StreamForm::sse ? "sse" : form == StreamForm::text ? "text" : "ndjson";
}

std::string meaning(const Request& request) {
  return std::visit(
      core::overloaded{
          [](const GetStatus&) { return std::string{"GetStatus"}; },
          [](const GetFormation&) { return std::string{"GetFormation"}; },
          [](const Shutdown&) { return std::string{"Shutdown"}; },
          [](const Health&) { return std::string{"Health"}; },
          [](const Metrics&) { return std::string{"Metrics"}; },
          [](const GetProcesses& r) { return fmt::format("GetProcesses {}", list(r.selectors)); },
          [](const Explain& r) { return fmt::format("Explain {}", list(r.selectors)); },
          [](const Operate& r) {
            return fmt::format("Operate {} {} wait={}", core::to_string(r.verb), list(r.selectors), r.wait);
          },
          [](const SendSignal& r) { return fmt::format("SendSignal {} {}", list(r.selectors), r.signal); },
          [](const Scale& r) {
            std::string counts;
            for (const auto& [type, count] : r.counts) counts += fmt::format(" {}={}", type, count);
            return fmt::format("Scale{} wait={}", counts, r.wait);
          },
          [](const FollowLogs& r) {
            return fmt::format(
                "FollowLogs {} tail={} since={}ms follow={} form={} after='{}' color={} prefix={} "
                "terminal={}",
                list(r.selectors), r.tail ? std::to_string(*r.tail) : "-",
                r.since ? std::to_string(*r.since / std::chrono::milliseconds{1}) : "-", r.follow,
                word(r.form), r.after, r.color, r.prefix, r.terminal);
          },
          [](const FollowEvents& r) {
            return fmt::format("FollowEvents tail={} follow={} form={} after='{}'", r.tail, r.follow,
                               word(r.form), r.after);
          },
          [](const Attach& r) {
            return fmt::format("Attach '{}' size={} watch={} scrollback={}", r.name,
                               r.size ? fmt::format("{}x{}", r.size->columns, r.size->rows) : "-", r.watch,
                               r.scrollback);
          },
          [](const Reload& r) { return fmt::format("Reload wait={}", r.wait); },
      },
      request);
}

std::string show(const HttpReply& reply) {
  const auto allow = reply.allow.empty() ? std::string{} : fmt::format("Allow: {}\n", reply.allow);
  const auto upgrade = reply.upgrade.empty() ? std::string{} : fmt::format("Upgrade: {}\n", reply.upgrade);
  return fmt::format("{}\n{}{}{}\n", reply.status, allow, upgrade, reply.body);
}

std::string answer_to(const std::string& request) {
  const auto decoded = decode(request_of(request));
  return decoded ? meaning(*decoded) + "\n" : show(to_reply(decoded.error()));
}

std::string event_lines() {
  std::string lines;
  for (const auto& event : sample::events()) lines += to_json_line(event);
  return lines;
}

const std::map<std::string, std::function<std::string()>>& samples() {
  using namespace sample;
  static const std::map<std::string, std::function<std::string()>> all = {
      {"status", [] { return to_json(status()) + "\n"; }},
      {"processes", [] { return to_json(processes()) + "\n"; }},
      {"why", [] { return to_json(std::vector{explanation()}) + "\n"; }},
      {"why limited", [] { return to_json(std::vector{limited()}) + "\n"; }},
      {"formation", [] { return to_json(status().formation) + "\n"; }},
      {"operation done",
       [] {
         return show(
             to_reply(OperationReport{.results = {restarted(), unchanged()}, .processes = {running()}}));
       }},
      {"operation failed",
       [] {
         return show(to_reply(OperationReport{.results = {failed(), restarted()}}));
       }},
      {"operation overtaken", [] { return show(to_reply(OperationReport{.results = {superseded()}})); }},
      {"operation accepted",
       [] { return show(to_reply(OperationReport{.processes = {stopping()}, .accepted_only = true})); }},
      {"scale",
       [] {
         return show(to_reply(
             OperationReport{.results = {restarted()}, .formation = {{"web", 2}}, .previous = {{"web", 1}}}));
       }},
      {"reload",
       [] {
         return show(to_reply(OperationReport{.reload = core::ReloadEvent{{"clock"}, {"old"}, {"web"}}}));
       }},
      {"attachment",
       [] {
         const AttachNews said[] = {AttachBegin{"web.1", true, {80, 24}, "running"}, AttachResized{{132, 43}},
                                    AttachEnd{"web.1 has left the formation"}};
         std::string lines = resize_message({132, 43}) + "\n";
         for (const auto& news : said) lines += to_json(news) + "\n";
         return lines;
       }},
      {"events", event_lines},
      {"gaps", [] { return gap_json_line(kNow, "web.1", 12) + gap_json_line(kNow, "", -1); }},
      {"metrics", [] { return to_metrics(metrics()); }},
      {"faulty configuration", [] { return show(to_reply(to_fault(configuration_faults()))); }},
      {"nothing selected",
       [] {
         return show(to_reply(to_fault({{.kind = core::Error::Kind::not_found,
                                         .what = "no process is called 'wrker'",
                                         .hint = "did you mean 'worker'? there are: web, worker"}})));
       }},
      {"conflict",
       [] {
         return show(to_reply(
             to_fault({{.kind = core::Error::Kind::conflict, .what = "the supervisor is shutting down"}})));
       }},
      {"failure",
       [] {
         return show(to_reply(to_fault({{.kind = core::Error::Kind::failed, .what = "out of memory"}})));
       }},
  };
  return all;
}

std::string answer_for(const fs::path& path, const std::string& asked) {
  if (path.filename().string().starts_with("request-")) return answer_to(asked);
  const auto sample = samples().find(asked.substr(0, asked.find('\n')));
  return sample == samples().end() ? "there is no such sample\n" : sample->second();
}

std::vector<fs::path> files() {
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator{PM_GOLDEN})
    if (entry.path().extension() == ".txt") all.push_back(entry.path());
  std::sort(all.begin(), all.end());
  return all;
}

class Golden : public testing::TestWithParam<fs::path> {};
TEST_P(Golden, IsWhatItWas) {
  const auto text = read(GetParam());
  const auto line = text.find(kLine);
  const auto asked = text.substr(0, line);
  const auto answer = answer_for(GetParam(), asked);
  if (line == text.npos) {
    if (std::getenv("PM_NEW_GOLDEN"))
      std::ofstream{GetParam(), std::ios::app | std::ios::binary} << kLine << answer;
    FAIL() << "it has no answer yet; now it would be:\n" << answer;
  }
  EXPECT_EQ(answer, text.substr(line + kLine.size()));
}
INSTANTIATE_TEST_SUITE_P(Files, Golden, testing::ValuesIn(files()), [](const auto& test) {
  auto name = test.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Golden, EveryRouteAndEverySampleHasOne) {
  std::string all;
  for (const auto& path : files()) all += read(path);
  for (const auto& [name, made] : samples()) EXPECT_NE(all.find(name + "\n----\n"), all.npos) << name;
  for (const auto& route : routes()) {
    const auto path = route.path.substr(0, route.path.find('{'));
    EXPECT_NE(all.find(fmt::format("{} {}", route.method, path)), all.npos)
        << route.method << ' ' << route.path;
  }
}

}  // namespace
}  // namespace pm::api
