// SPEC 3 and 5: what a running supervisor does when it is asked through its socket.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "asking.h"
#include "pm/os/socket.h"

namespace pm::e2e::control_test {

using core::Verb;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Control = Asking;

// Runs until it is stopped, and says so.
constexpr auto kPatient = "trap 'echo bye; exit 0' TERM; echo up; while :; do read line < never; done";

std::string types(std::initializer_list<const char*> names) {
  std::string text;
  for (const auto* name : names) text += std::string{name} + ": " + kPatient + "\n";
  return text;
}

TEST_F(Control, TellsWhatRuns) {
  procfile(types({"web", "worker"}));
  const Gate never{path("never")};
  auto pm = start({"start", "web=2"});
  ASSERT_TRUE(pm.await_out("| up\n", 3));
  const auto status = api::parse_status(ask(api::GetStatus{}).body);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->pid, core::Pid{pm.pid()});
  EXPECT_EQ(status->procfile, "Procfile");
  EXPECT_EQ(status->formation, (std::map<std::string, int>{{"web", 2}, {"worker", 1}}));
  EXPECT_EQ(states(), "web.1 running, web.2 running, worker.1 running");
  const auto second = process("web.2");
  EXPECT_EQ(second.port, 5001);
  EXPECT_EQ(second.generation, 1u);
  EXPECT_EQ(second.restarts, 0);
  EXPECT_EQ(second.command, kPatient);
  EXPECT_GT(second.rss_bytes.value_or(0), 0u);
  EXPECT_GE(second.uptime.value_or(-1s), 0s);
  EXPECT_GE(second.started_at.value_or(0), status->started_at);
}

TEST_F(Control, TellsHowMuchOfAProcessorIsUsedOnceThatCanBeTold) {
  procfile(types({"web"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  auto web = process("web.1");
  for (const auto deadline = Clock::now() + kPatience; !web.cpu_percent && Clock::now() < deadline;)
    web = process("web.1");
  ASSERT_TRUE(web.cpu_percent);
  EXPECT_LE(*web.cpu_percent, 100);  // it waits
}

TEST_F(Control, ListensForItsOwnerAloneAndLeavesNothingBehind) {
  procfile(types({"web"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  struct stat info {};
  ASSERT_EQ(::stat(socket().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_FALSE(exists(".pm.sock"));
}

TEST_F(Control, StopsAndAnswersWhenNothingIsLeft) {
  procfile(types({"web", "worker"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n", 2));
  const auto pid = process("web.1").pid;
  EXPECT_EQ(operate(Verb::stop, "web").status, 200);
  EXPECT_EQ(::kill(static_cast<int>(pid), 0), -1);
  EXPECT_EQ(states(), "web.1 stopped, worker.1 running");
  EXPECT_EQ(process("web.1").reason, "stopped by user");
  EXPECT_EQ(operate(Verb::stop, "all").status, 200);
  EXPECT_EQ(states(), "web.1 stopped, worker.1 stopped");
  EXPECT_EQ(operate(Verb::start, "web.1").status, 200) << "a supervisor with nothing left to run stays";
  EXPECT_EQ(states(), "web.1 running, worker.1 stopped");
}

TEST_F(Control, WaitsForTheLastProcessOfAnInstance) {
  procfile("web: stubborn & exec stubborn\n");
  auto pm = start({"start", "-t", "1"});
  ASSERT_TRUE(pm.await_out("| ready\n", 2));
  auto stop = ask_aside(api::Operate{.verb = Verb::stop, .selectors = {"web"}});
  ASSERT_TRUE(await_state("web.1", "stopping"));  // others are answered meanwhile
  EXPECT_TRUE(process("web.1").kill_in);
  EXPECT_EQ(stop.get().status, 200);
  EXPECT_THAT(left_over(), testing::SizeIs(3)) << "pm alone: the supervisor and its two keepers";
}

TEST_F(Control, RestartsWithWhatTheFilesSayNow) {
  procfile(types({"web", "worker"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n", 2));
  const auto before = process("web.1");
  procfile(std::string{"web: echo new $A; "} + kPatient + "\nworker: " + kPatient + "\n");
  write(".env", "A=env\n");
  EXPECT_EQ(operate(Verb::restart, "web").status, 200);
  ASSERT_TRUE(pm.await_out("web.1    | new env\n"));
  const auto after = process("web.1");
  EXPECT_NE(after.pid, before.pid);
  EXPECT_EQ(after.generation, 2u);
  EXPECT_EQ(after.restarts, 0) << "what the user asks for is no failure";
  EXPECT_EQ(process("worker.1").generation, 1u);
}

TEST_F(Control, ChangesNothingIfAFileIsFaulty) {
  procfile(types({"web"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  const auto before = process("web.1");
  procfile("web exec sleep\n");
  for (const api::Request& request :
       std::vector<api::Request>{api::Operate{.verb = Verb::restart, .selectors = {"web"}}, api::Reload{}}) {
    const auto answer = ask(request);
    EXPECT_EQ(answer.status, 422);
    EXPECT_THAT(answer.body, HasSubstr("Procfile:1:1"));
    EXPECT_EQ(process("web.1").pid, before.pid);
    EXPECT_EQ(process("web.1").state, "running");
  }
}

TEST_F(Control, ForgetsWhatTheFlagsSaidOfATypeThatIsGone) {
  procfile(types({"web", "worker"}));
  const Gate never{path("never")};
  auto pm = start({"start", "-x", "worker", "-r", "worker=always", "-m", "worker=2"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  procfile(types({"web"}));
  const auto answer = ask(api::Reload{});
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(operate(Verb::restart, "web").status, 200);
}

TEST_F(Control, KeepsRoomForCommandsBesideAllWhoFollow) {
  procfile(types({"web"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  std::vector<os::UniqueFd> followers;
  for (int i = 0; i < 300; ++i) {
    auto follower = os::connect_unix(socket());
    ASSERT_TRUE(follower);
    const std::string request = "GET /v1/events HTTP/1.1\r\nHost: pm\r\n\r\n";
    ASSERT_EQ(::write(follower->get(), request.data(), request.size()), static_cast<ssize_t>(request.size()));
    followers.push_back(std::move(*follower));
  }
  EXPECT_EQ(states(), "web.1 running");
  EXPECT_EQ(operate(Verb::restart, "web").status, 200);
  EXPECT_EQ(ask(api::Shutdown{}).status, 202);
  EXPECT_EQ(pm.await_exit(), 0);
}

TEST_F(Control, RefusesToRestartWhatTheProcfileHasNoMore) {
  procfile(types({"web", "worker"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n", 2));
  procfile(types({"web"}));
  const auto answer = operate(Verb::restart, "all");
  EXPECT_EQ(answer.status, 409);
  EXPECT_THAT(answer.body, HasSubstr("'worker' is not in Procfile any more"));
  EXPECT_EQ(process("web.1").generation, 1u) << "all or nothing";
}

TEST_F(Control, KillsWithoutGraceAndKeepsItDown) {
  procfile("web: exec stubborn\n");
  auto pm = start({"start", "-t", "1000"});
  ASSERT_TRUE(pm.await_out("| ready\n"));
  EXPECT_EQ(operate(Verb::kill, "web").status, 200);
  EXPECT_EQ(process("web.1").state, "stopped");
  EXPECT_EQ(process("web.1").last_exit, core::Exit::signal(SIGKILL));
}

TEST_F(Control, ScalesUpAndDownByNumber) {
  procfile(types({"web", "worker"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n", 2));
  EXPECT_EQ(scale("worker", "3").status, 200);
  EXPECT_EQ(states(), "web.1 running, worker.1 running, worker.2 running, worker.3 running");
  EXPECT_EQ(process("worker.3").port, 5102);
  EXPECT_EQ(scale("worker", "-1").status, 200);
  EXPECT_EQ(states(), "web.1 running, worker.1 running, worker.2 running");
  EXPECT_EQ(scale("all", "0").status, 200);
  EXPECT_EQ(states(), "");
  EXPECT_EQ(scale("worker", "1").status, 200) << "a supervisor of nothing stays";
  EXPECT_EQ(process("worker.1").generation, 2u);
  EXPECT_EQ(ask(api::GetFormation{}).body, R"({"formation":{"web":0,"worker":1}})");
}

TEST_F(Control, ScalesAllOrNothing) {
  procfile(types({"web", "worker"}));
  const Gate never{path("never")};
  auto pm = start({"start", "-p", "65000"});
  ASSERT_TRUE(pm.await_out("| up\n", 2));
  EXPECT_EQ(ask(api::Scale{.counts = {{"web", "2"}, {"wrker", "2"}}}).status, 422);
  EXPECT_EQ(ask(api::Scale{.counts = {{"web", "2"}, {"worker", "-2"}}}).status, 422);
  EXPECT_EQ(ask(api::Scale{.counts = {{"web", "1001"}}}).status, 422);
  EXPECT_THAT(ask(api::Scale{.counts = {{"worker", "1"}, {"web", "600"}}}).body, HasSubstr("65535"));
  EXPECT_EQ(states(), "web.1 running, worker.1 running");
}

TEST_F(Control, GivesATypeThatHasNoneItsFirstInstance) {
  procfile(types({"web", "release"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  EXPECT_EQ(operate(Verb::stop, "web").status, 200);
  EXPECT_EQ(ask(api::Operate{.verb = Verb::start, .selectors = {"web", "release"}}).status, 200);
  EXPECT_EQ(states(), "web.1 running, release.1 running");
}

TEST_F(Control, TellsTheEndOfTheRunAndWhy) {
  procfile(types({"web"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  auto client = client::Client::connect(socket());
  ASSERT_TRUE(client);
  std::string text;
  bool opened = false;
  const auto take = [&](std::string_view piece) {
    text += piece;
    if (std::exchange(opened, true)) return true;
    EXPECT_EQ(ask(api::Shutdown{}).status, 202);
    return true;
  };
  ASSERT_TRUE(client->follow(api::FollowEvents{.tail = 100}, take)) << "the stream ends with the run";
  EXPECT_THAT(text, HasSubstr("\"event\":\"shutdown\""));
  EXPECT_THAT(text, HasSubstr("pm quit"));
  EXPECT_EQ(pm.await_exit(), 0);
}

TEST_F(Control, WidensTheNamesWithTheFormation) {
  procfile(types({"web"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("web.1 | up\n"));
  EXPECT_EQ(scale("web", "10").status, 200);
  EXPECT_TRUE(pm.await_out("web.9  | up\n"));
  EXPECT_TRUE(pm.await_out("web.10 | up\n"));
}

TEST_F(Control, ReloadsOnlyWhatChanged) {
  procfile(types({"web", "worker", "clock", "mailer"}));
  const Gate never{path("never")};
  auto pm = start({"start", "web=2"});
  ASSERT_TRUE(pm.await_out("| up\n", 5));
  EXPECT_EQ(operate(Verb::stop, "mailer").status, 200);
  EXPECT_EQ(scale("worker", "2").status, 200);
  procfile(std::string{"janitor: "} + kPatient + "\nweb: " + kPatient + "\nworker: " + kPatient +
           "\nmailer: echo changed; " + kPatient + "\n");
  const auto answer = ask(api::Reload{});
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(states(),
            "janitor.1 running, web.1 running, web.2 running, worker.1 running, worker.2 running, "
            "mailer.1 stopped");
  EXPECT_EQ(process("web.1").generation, 1u);
  EXPECT_EQ(process("web.1").port, 5000) << "nobody's port moves";
  EXPECT_EQ(process("janitor.1").port, 5400) << "the first one that is free";
  EXPECT_EQ(process("worker.2").generation, 1u);
  write(".env", "A=1\n");
  EXPECT_EQ(ask(api::Reload{}).status, 200);
  EXPECT_EQ(process("web.1").generation, 2u) << "another environment is another life";
  EXPECT_EQ(process("mailer.1").state, "stopped");
}

TEST_F(Control, ReloadsWithoutAWaitForWhatAShrinkHadTaken) {
  procfile("web: exec stubborn\n");
  auto pm = start({"start", "-t", "1000", "web=2"});
  ASSERT_TRUE(pm.await_out("| ready\n", 2));
  auto shrink = ask_aside(api::Scale{.counts = {{"web", "1"}}});
  ASSERT_TRUE(await_state("web.2", "stopping"));
  const auto answer = ask(api::Reload{});
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("\"results\":[]"));
  EXPECT_EQ(operate(Verb::kill, "all").status, 200);
  EXPECT_EQ(shrink.get().status, 200);
}

TEST_F(Control, ReloadsOnAHangupSignalWithoutTerminal) {
  procfile(types({"web"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  procfile(types({"web", "worker"}));
  pm.signal(SIGHUP);
  ASSERT_TRUE(pm.await_out("| up\n", 2));
  procfile("worker\n");
  pm.signal(SIGHUP);
  ASSERT_TRUE(pm.await_err("Procfile:1:1"));
  EXPECT_EQ(states(), "web.1 running, worker.1 running");
}

TEST_F(Control, SendsSignals) {
  procfile("web: trap 'echo usr1' USR1; echo up; while :; do read line < never; done\n");
  const Gate never{path("never")};
  auto pm = start({"start", "-t", "0.1"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  EXPECT_EQ(ask(api::SendSignal{{"web"}, SIGUSR1}).status, 200);
  EXPECT_TRUE(pm.await_out("| usr1\n"));
  EXPECT_EQ(operate(Verb::stop, "web").status, 200);
  EXPECT_EQ(ask(api::SendSignal{{"web"}, SIGUSR1}).status, 500) << "there is nobody to take it";
}

TEST_F(Control, SaysWhatCannotBeStarted) {
  procfile("web: " + std::string{kPatient} + "\nbad: true\n");
  write("pm.toml", "[process.bad]\ncwd = \"missing\"\ninstances = 0\n");
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  EXPECT_EQ(operate(Verb::stop, "bad").status, 404);
  const auto answer = operate(Verb::start, "bad");  // which has none yet
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, HasSubstr("missing"));
  EXPECT_EQ(process("bad.1").state, "failed");
}

TEST_F(Control, EndsTheRunAndAnswersWhoWaits) {
  procfile("web: exec stubborn\n");
  auto pm = start({"start", "-t", "1000"});
  ASSERT_TRUE(pm.await_out("| ready\n"));
  auto restart = ask_aside(api::Operate{.verb = Verb::restart, .selectors = {"web"}});
  ASSERT_TRUE(await_state("web.1", "stopping"));
  EXPECT_EQ(ask(api::Shutdown{}).status, 202);
  const auto overtaken = restart.get();
  EXPECT_EQ(overtaken.status, 409);
  EXPECT_THAT(overtaken.body, HasSubstr("the run is ending"));
  EXPECT_EQ(operate(Verb::start, "web").status, 409);
  EXPECT_EQ(operate(Verb::kill, "web").status, 200) << "who is stuck can still be killed";
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_F(Control, AnswersAlsoWhoEndsARunWithNothingLeft) {
  procfile(types({"web"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  EXPECT_EQ(operate(Verb::stop, "all").status, 200);
  const auto answer = ask(api::Shutdown{});
  EXPECT_EQ(answer.status, 202) << answer.body;
  EXPECT_EQ(pm.await_exit(), 0);
}

TEST_F(Control, IsNeverSharedByTwo) {
  procfile(types({"web"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  auto second = start({"start"});
  EXPECT_EQ(second.await_exit(), 1);
  EXPECT_THAT(second.err(), HasSubstr("pid " + std::to_string(pm.pid())));
  EXPECT_EQ(states(), "web.1 running");
}

TEST_F(Control, IsTakenOverFromTheDead) {
  procfile(types({"web"}));
  const Gate never{path("never")};
  {
    auto killed = start({"start"});
    ASSERT_TRUE(killed.await_out("| up\n"));
    const auto chain = chain_of(killed.pid());
    for (const int signal : {SIGSTOP, SIGKILL})  // so that none of them can clear up
      for (const auto pid : {chain.supervisor, chain.inner, chain.keeper}) ::kill(pid, signal);
    EXPECT_EQ(killed.await_exit(), 128 + SIGKILL);
  }
  ASSERT_TRUE(exists(".pm.sock"));
  ASSERT_TRUE(await_nothing_left());
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  EXPECT_EQ(states(), "web.1 running");
}

TEST_F(Control, ComesBackWhenItsFileIsDeleted) {
  procfile(types({"web"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  ASSERT_EQ(::unlink(socket().c_str()), 0);
  ASSERT_TRUE(await_socket());
  EXPECT_EQ(states(), "web.1 running");
}

TEST_F(Control, ComesBackWhenWhatWasPutInItsPlaceIsGone) {
  procfile(types({"web"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  write("file", "");
  ASSERT_EQ(::rename(path("file").c_str(), socket().c_str()), 0);
  ASSERT_TRUE(pm.await_err("was taken away"));
  ASSERT_EQ(::unlink(socket().c_str()), 0);
  ASSERT_TRUE(await_socket());
  EXPECT_EQ(states(), "web.1 running");
}

TEST_F(Control, IsWhatChildrenFind) {
  procfile("web: echo \"<$PM_SOCKET>\"\n");
  auto pm = start({"start"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), HasSubstr("<" + socket() + ">"));
  auto without = start(Launch{.args = {"start", "--no-socket"}, .environment = {"PM_SOCKET=/outer.sock"}});
  EXPECT_EQ(without.await_exit(), 0);
  EXPECT_THAT(without.out(), HasSubstr("<>"));
}

TEST_F(Control, IsNotThatOfAnotherSupervisorAfterAReloadEither) {
  procfile("web: exec sleep 1000\n");
  auto pm = start(Launch{.args = {"start", "--no-socket"}, .environment = {"PM_SOCKET=/outer.sock"}});
  ASSERT_TRUE(pm.await_out("web.1 | started"));
  procfile("web: exec sleep 1000\nworker: echo \"<$PM_SOCKET>\"\n");
  pm.signal(SIGHUP);
  EXPECT_TRUE(pm.await_out("worker.1 | <>\n"));
}

TEST_F(Control, IsAWarningOnlyWhereNobodyAskedForIt) {
  procfile("web: echo \"<$PM_SOCKET>\"\n");
  ASSERT_EQ(::mkdir(socket().c_str(), 0700), 0);  // in its way
  auto pm = start({"start"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.err(), HasSubstr("warning"));
  EXPECT_THAT(pm.out(), HasSubstr("| <>\n")) << "nothing that answers";
  EXPECT_THAT(pm.out(), Not(HasSubstr("pm ps")));
  auto asked = start({"start", "--socket", ".pm.sock"});
  EXPECT_EQ(asked.await_exit(), 1);
  EXPECT_THAT(asked.out(), Not(HasSubstr("web.1")));
}

TEST_F(Control, AnswersWhileNobodyReadsTheOutput) {
  procfile(
      "web: while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done\n");
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const os::UniqueFd reader{ends[0]};
  os::UniqueFd writer{ends[1]};
  auto pm = start(Launch{.args = {"start"}, .out = writer.get()});
  writer.reset();
  ASSERT_TRUE(await_socket());
  ASSERT_TRUE(await_state("web.1", "running"));
  EXPECT_EQ(operate(Verb::restart, "web").status, 200);
  EXPECT_EQ(operate(Verb::stop, "web").status, 200);
  EXPECT_EQ(states(), "web.1 stopped");
}

TEST_F(Control, ShowsTheLogAndFollowsIt) {
  procfile("web: echo one; read line < gate; echo two; " + std::string{kPatient} + "\n");
  const Gate gate{path("gate")}, never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| one\n"));
  const auto now = ask(api::FollowLogs{.tail = 1, .form = api::StreamForm::text});
  EXPECT_EQ(now.body, "web.1 | one\n");
  auto client = client::Client::connect(socket());
  ASSERT_TRUE(client);
  std::string followed;
  bool opened = false;
  const auto take = [&](std::string_view piece) {
    followed += piece;
    if (!std::exchange(opened, true)) gate.open();
    return followed.find("two\n") == followed.npos;
  };
  ASSERT_TRUE(client->follow(api::FollowLogs{.follow = true, .form = api::StreamForm::text}, take));
  EXPECT_THAT(followed, HasSubstr("web.1 | one\nweb.1 | two\n"));
}

TEST_F(Control, TellsEveryChangeOfState) {
  procfile(types({"web"}));
  const Gate never{path("never")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  auto client = client::Client::connect(socket());
  ASSERT_TRUE(client);
  auto restart = ask_aside(api::Operate{.verb = Verb::restart, .selectors = {"web"}});
  std::string text;
  const auto until_renewed = [&](std::string_view piece) {
    text += piece;
    return text.find("\"generation\":2") == text.npos ||
           text.rfind("\"running\"") < text.find("\"generation\":2");
  };
  ASSERT_TRUE(client->follow(api::FollowEvents{.tail = 100}, until_renewed));
  EXPECT_EQ(restart.get().status, 200);
  std::string went;
  for (const auto line : split_lines(text))
    if (const auto event = api::parse_event(line))
      if (const auto* state = std::get_if<core::StateEvent>(&event->what)) went += state->process.state + ' ';
  EXPECT_EQ(went, "starting running stopping starting running ");
}

}  // namespace pm::e2e::control_test
