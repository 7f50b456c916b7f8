#include "pm/api/reply.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace pm::api {
namespace {

template <class T>
std::string message_of(const core::Result<T>& result) {
  return result ? "no error" : result.error().what;
}

std::vector<core::ProcessSnapshot> received() {
  std::vector<core::ProcessSnapshot> all;
  for (const auto& process : sample::processes()) all.push_back(sample::as_received(process));
  return all;
}

// The exact texts are in golden/; here it is what the other side makes of them.

TEST(Reply, StatusComesBackAsItWas) {
  const auto status = parse_status(to_json(sample::status()));
  ASSERT_TRUE(status) << status.error().what;
  EXPECT_EQ(*status, sample::status());
}

TEST(Reply, ProcessesComeBackAsTheyWere) {
  const auto processes = parse_processes(to_json(sample::processes()));
  ASSERT_TRUE(processes) << processes.error().what;
  EXPECT_EQ(*processes, received());
}

TEST(Reply, ExplanationsComeBackAsTheyWere) {
  const auto explanations = parse_explanations(to_json(std::vector{sample::explanation()}));
  ASSERT_TRUE(explanations) << explanations.error().what;
  auto expected = sample::explanation();
  expected.process = sample::as_received(expected.process);
  expected.last_lines.back() = "  \"no\" \t\uFFFD";
  EXPECT_EQ(*explanations, std::vector{expected});
}

TEST(Reply, LimitsAndAnEndForWantOfMemoryComeBack) {
  const auto explanations = parse_explanations(to_json(std::vector{sample::limited()}));
  ASSERT_TRUE(explanations) << explanations.error().what;
  EXPECT_EQ(explanations->front().limits, sample::limited().limits);
  EXPECT_EQ(explanations->front().process.last_exit, core::Exit::out_of_memory(512'000'000));
  auto process = sample::running();
  process.last_exit = core::Exit::out_of_memory();
  EXPECT_EQ((*parse_processes(to_json(std::vector{process}))).front().last_exit, core::Exit::out_of_memory());
}

TEST(Reply, ASignalWithoutANameComesBack) {
  auto process = sample::running();
  process.last_exit = core::Exit::signal(33);
  const auto processes = parse_processes(to_json(std::vector{process}));
  ASSERT_TRUE(processes) << processes.error().what;
  EXPECT_EQ(processes->front().last_exit, core::Exit::signal(33));
}

TEST(Reply, OperationsComeBackAsTheyWere) {
  const OperationReport reports[] = {
      {.results = {sample::restarted(), sample::unchanged()}, .processes = {sample::running()}},
      {.results = {sample::failed(), sample::superseded()}},
      {.results = {sample::restarted()}, .formation = {{"web", 1}}, .previous = {{"web", 0}}},
      {.reload = core::ReloadEvent{{"a"}, {"b"}, {}}},
      {.processes = {sample::stopping()}, .accepted_only = true},
  };
  for (const auto& report : reports) {
    const auto reply = to_reply(report);
    const auto parsed = parse_operation(reply.body);
    ASSERT_TRUE(parsed) << parsed.error().what << reply.body;
    EXPECT_EQ(*parsed, report) << reply.body;
  }
}

TEST(Reply, EventsComeBackAsFarAsTheyAreTold) {
  for (const auto& event : sample::events()) {
    const auto parsed = parse_event(to_json_line(event));
    ASSERT_TRUE(parsed) << parsed.error().what;
    EXPECT_EQ(to_json_line(*parsed), to_json_line(event));
    EXPECT_EQ(parsed->what.index(), event.what.index());
  }
}

struct StatusOf {
  const char* name;
  std::vector<core::Settled> results;
  int status;
  std::string message;
};
class OperationStatus : public testing::TestWithParam<StatusOf> {};
TEST_P(OperationStatus, SaysTheWorst) {
  const auto reply = to_reply(OperationReport{.results = GetParam().results});
  EXPECT_EQ(reply.status, GetParam().status);
  if (GetParam().message.empty()) return;
  EXPECT_NE(reply.body.find("\"message\":\"" + GetParam().message + '"'), std::string::npos) << reply.body;
}
INSTANTIATE_TEST_SUITE_P(
    Results, OperationStatus,
    testing::Values(
        StatusOf{"done", {sample::restarted(), sample::unchanged()}, 200, ""},
        StatusOf{"failed", {sample::failed()}, 500, "worker.2: the command was not found"},
        StatusOf{"overtaken", {sample::superseded()}, 409, "job.1: it was started again meanwhile"},
        StatusOf{
            "both", {sample::superseded(), sample::failed()}, 500, "worker.2: the command was not found"},
        StatusOf{"several",
                 {sample::failed(), sample::failed(), sample::restarted()},
                 500,
                 "2 of 3 processes failed"}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(Fault, ShowsOnTheOtherSideAsItWould) {
  const auto faults = sample::configuration_faults();
  const auto reply = to_reply(to_fault(faults));
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(core::render(parse_error(reply.status, reply.body)), core::render(faults));
  EXPECT_EQ(parse_error(reply.status, reply.body).front().kind, core::Error::Kind::bad_input);
}

TEST(Fault, OfOneErrorIsThatError) {
  const core::Error error{.kind = core::Error::Kind::not_found,
                          .what = "no process is called 'wrker'",
                          .hint = "did you mean 'worker'? there are: web, worker"};
  const auto reply = to_reply(to_fault({error}));
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(parse_error(reply.status, reply.body), std::vector{error});
}

TEST(Fault, OfAnOperationNamesEachProcessAndHintsOnce) {
  const auto reply = to_reply(OperationReport{.results = {sample::failed(), sample::failed()}});
  const auto errors = parse_error(reply.status, reply.body);
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_EQ(errors[0].what, "worker.2: the command was not found");
  EXPECT_EQ(errors[0].hint, "");
  EXPECT_EQ(errors[1].hint, "'pm why' and 'pm logs' tell more");
}

TEST(Fault, ThatIsNoneOfOursIsStillAnError) {
  for (const auto body : {"", "<html>", "[]", "{}", R"({"error":"no"})", R"({"error":{"message":1}})"}) {
    const auto errors = parse_error(503, body);
    ASSERT_EQ(errors.size(), 1u) << body;
    EXPECT_EQ(errors[0].what, "the supervisor answered with status 503 and no reason");
  }
}

TEST(Parse, KnowsNothingOfLaterMembersAndTakesThem) {
  auto text = to_json(sample::status());
  text.insert(1, R"("later":{"a":[1,2]},)");
  EXPECT_EQ(message_of(parse_status(text)), "no error");
}

struct Strange {
  const char* name;
  std::string from, to, message;
};
class StrangeAnswer : public testing::TestWithParam<Strange> {};
TEST_P(StrangeAnswer, IsAnErrorThatNamesThePlace) {
  auto text = to_json(std::vector{sample::running()});
  const auto place = text.find(GetParam().from);
  ASSERT_NE(place, std::string::npos);
  text.replace(place, GetParam().from.size(), GetParam().to);
  EXPECT_EQ(message_of(parse_processes(text)),
            "the supervisor's answer makes no sense: " + GetParam().message);
}
INSTANTIATE_TEST_SUITE_P(Members, StrangeAnswer,
                         testing::Values(Strange{"missing", R"("state":"running",)", "",
                                                 "'processes[0].state' is missing"},
                                         Strange{"type", R"("pid":4711)", R"("pid":"4711")",
                                                 "'processes[0].pid' is no number that fits"},
                                         Strange{"range", R"("pid":4711)", R"("pid":99999999999)",
                                                 "'processes[0].pid' is no number that fits"},
                                         Strange{"fraction", R"("port":5000)", R"("port":5000.5)",
                                                 "'processes[0].port' is no number that fits"},
                                         Strange{"negative", R"("generation":3)", R"("generation":-3)",
                                                 "'processes[0].generation' is no number that fits"},
                                         Strange{"time", R"("2026-01-02T03:02:34.500006Z")", R"("today")",
                                                 "'processes[0].started_at' is no time"},
                                         Strange{"name", R"("name":"web.1")", R"("name":"web")",
                                                 "'processes[0].name' is no name of an instance"},
                                         Strange{"text", R"("command":"bundle exec puma -p $PORT")",
                                                 R"("command":null)", "'processes[0].command' is no text"},
                                         Strange{"eternity", R"("uptime_s":90.5)", R"("uptime_s":1e300)",
                                                 "'processes[0].uptime_s' is too long"}),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST(Parse, TellsWhatIsNoDocument) {
  EXPECT_EQ(message_of(parse_processes("{")),
            "the supervisor's answer makes no sense: 'it' is no JSON, incomplete JSON");
  EXPECT_EQ(message_of(parse_processes("[]")), "the supervisor's answer makes no sense: 'it' is no object");
  EXPECT_EQ(message_of(parse_processes(R"({"processes":{}})")),
            "the supervisor's answer makes no sense: 'processes' is no array");
  EXPECT_EQ(message_of(parse_processes(R"({"processes":[1]})")),
            "the supervisor's answer makes no sense: 'processes[0]' is no object");
  EXPECT_EQ(message_of(parse_event(R"({"time":"2026-01-02T03:04:05.000006Z","event":"party"})")),
            "the supervisor's answer makes no sense: 'event' is none that is known");
}

TEST(Metrics, EscapesLabels) {
  auto input = sample::metrics();
  input.status.version = "1\"\\\n\xFF";
  EXPECT_NE(to_metrics(input).find("pm_info{version=\"1\\\"\\\\\\n\uFFFD\"} 1\n"), std::string::npos);
}

}  // namespace
}  // namespace pm::api
