// What a SIGKILL leaves behind: nothing. Of the supervisor, of its keeper, of both, at any moment.
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

#include "faulty.h"
#include "pm/os/wait.h"

namespace pm::fault {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

class Killed : public Faulty {
 protected:
  /// Processes that have relatives of all kinds.
  void relatives() const { procfile("a: family\nb: sh -c 'echo up; sleep 1000; true'; true\n"); }
  [[nodiscard]] static bool are_up(PmProcess& pm) {
    return pm.await_out("| ready\n") && pm.await_out("| up\n");
  }
  void starts_again() const {
    procfile("a: echo up again\n");
    auto pm = start({"start"});
    EXPECT_EQ(pm.await_exit(), 0) << pm.err();
    EXPECT_THAT(pm.out(), HasSubstr("up again"));
  }
};

TEST_F(Killed, TheSupervisorTakesEverythingAlong) {
  relatives();
  auto pm = start({"start", "-t", "1000"});
  ASSERT_TRUE(are_up(pm));
  ::kill(chain_of(pm.pid()).supervisor, SIGKILL);
  EXPECT_EQ(pm.await_exit(), 137);
  EXPECT_THAT(left_over(), IsEmpty()) << "when pm is gone, all is";
  EXPECT_THAT(pm.err(), HasSubstr("pm: error: the supervisor was killed by SIGKILL"));
  EXPECT_FALSE(exists(".pm.sock"));
  starts_again();
}

TEST_F(Killed, ByAFaultOfItsOwnTheSupervisorSaysSo) {
  relatives();
  auto pm = start({"start", "-t", "1000"});
  ASSERT_TRUE(are_up(pm));
  ::kill(chain_of(pm.pid()).supervisor, SIGABRT);
  EXPECT_EQ(pm.await_exit(), 134);
  EXPECT_THAT(pm.err(), HasSubstr("the supervisor was killed by SIGABRT"));
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_F(Killed, TheKeeperLetsTheSupervisorEndInOrder) {
  procfile("a: trap 'echo told > told; exit 0' TERM; echo up; while :; do read go < gate; done\n");
  const e2e::Gate gate{path("gate")};
  auto pm = start({"start", "-t", "1000"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  ::kill(pm.pid(), SIGKILL);
  EXPECT_EQ(pm.await_exit(), 137);
  EXPECT_TRUE(exists("told"));
  EXPECT_THAT(pm.out(), HasSubstr("pm was killed: stopping 1 process"));
  EXPECT_TRUE(await_nothing_left());
  EXPECT_FALSE(exists(".pm.sock"));
  starts_again();
}

TEST_F(Killed, TheKeeperTakesEverythingAlong) {
  relatives();
  auto pm = start({"start", "-t", "1000"});
  ASSERT_TRUE(are_up(pm));
  ::kill(pm.pid(), SIGKILL);
  EXPECT_TRUE(all_gone_within(10s));
  EXPECT_FALSE(exists(".pm.sock"));
  starts_again();
}

TEST_F(Killed, TheInnerKeeperTakesEverythingAlong) {
  relatives();
  auto pm = start({"start", "-t", "1000"});
  ASSERT_TRUE(are_up(pm));
  ::kill(chain_of(pm.pid()).inner, SIGKILL);
  EXPECT_EQ(pm.await_exit(), 137);
  EXPECT_THAT(left_over(), IsEmpty());
  EXPECT_FALSE(exists(".pm.sock"));
  starts_again();
}

TEST_F(Killed, BothTakeEverythingAlong) {
  relatives();
  auto pm = start({"start", "-t", "1000"});
  ASSERT_TRUE(are_up(pm));
  const auto chain = chain_of(pm.pid());
  ::kill(chain.keeper, SIGKILL);
  ::kill(chain.supervisor, SIGKILL);
  EXPECT_TRUE(all_gone_within(10s));
  EXPECT_FALSE(exists(".pm.sock"));
  starts_again();
}

TEST_F(Killed, InTheBackgroundTheSupervisorSaysSoInTheLogFile) {
  relatives();
  auto front = start({"start", "-D", "--log-file", "pm.log"});
  ASSERT_EQ(front.await_exit(), 0) << front.err();
  const auto status = api::parse_status(ask(api::GetStatus{}).body);
  ASSERT_TRUE(status);
  const auto keeper = static_cast<pid_t>(status->pid);
  EXPECT_THAT(front.out(), HasSubstr("pid " + std::to_string(keeper)));
  ::kill(chain_of(keeper).supervisor, SIGKILL);
  EXPECT_TRUE(all_gone_within(10s));
  EXPECT_THAT(read("pm.log"), HasSubstr("pm: error: the supervisor was killed by SIGKILL"));
}

TEST_F(Killed, ASupervisorThatIsStoppedIsNotWaitedForWithoutEnd) {
  relatives();
  auto pm = start({"start", "-t", "1000"});
  ASSERT_TRUE(are_up(pm));
  const auto chain = chain_of(pm.pid());
  ::kill(chain.supervisor, SIGSTOP);
  ::kill(chain.keeper, SIGKILL);
  EXPECT_TRUE(all_gone_within(20s)) << "it was told to go on";
}

// --- whom people know

using Known = Faulty;

TEST_F(Known, IsTheKeeper) {
  procfile("a: echo up; exec sleep 1000\n");
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  const auto status = api::parse_status(ask(api::GetStatus{}).body);
  ASSERT_TRUE(status);
  EXPECT_EQ(static_cast<pid_t>(status->pid), pm.pid());
  auto second = start({"start", "a=2"});
  EXPECT_EQ(second.await_exit(), 1);
  EXPECT_THAT(second.err(), HasSubstr("pid " + std::to_string(pm.pid())));
  auto quit = start({"quit"});
  EXPECT_EQ(quit.await_exit(), 0);
  EXPECT_THAT(quit.out(), HasSubstr("pid " + std::to_string(pm.pid())));
  const auto info = os::process_info(core::Pid{pm.pid()});
  EXPECT_TRUE(!info || info->ended()) << "quit has waited for it";
  EXPECT_EQ(pm.await_exit(), 0);
}

constexpr auto kGraceful =
    "a: trap 'echo told; read go < gate; echo graceful; exit 0' TERM; echo up; while :; do read go < never; "
    "done\n";

// Its supervisor takes half a second to end such a process, and has the socket meanwhile.
TEST_F(Known, IsNotInTheWayOfTheNextStartOnceItIsKilled) {
  procfile("a: exec stubborn\n");
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| ready\n"));
  const auto known = os::watch_end(core::Pid{pm.pid()});
  ::kill(pm.pid(), SIGKILL);
  ASSERT_TRUE(os::wait_readable(std::array{known.get()}, 10s));
  auto next = start({"start"});
  EXPECT_TRUE(next.await_out("| ready\n"));
}

// A signal to the process group reaches the keeper and the supervisor: it is one signal.
TEST_F(Known, TakesASignalToItsGroupForOne) {
  procfile(kGraceful);
  const e2e::Gate gate{path("gate")}, never{path("never")};
  auto pm = start({.args = {"start", "-t", "1000"}, .before_exec = [] { ::setpgid(0, 0); }});
  ASSERT_TRUE(pm.await_out("| up\n"));
  ::kill(-pm.pid(), SIGTERM);
  ASSERT_TRUE(pm.await_out("| told\n"));
  gate.open();
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), HasSubstr("| graceful\n"));
}

// As does Ctrl-C.
TEST_F(Known, TakesAKeyOfItsTerminalForOne) {
  procfile(
      "a: trap 'echo told; read go < gate; echo graceful; exit 0' TERM; echo up; while :; do read go < "
      "never; done\n");
  const e2e::Gate gate{path("gate")}, never{path("never")};
  auto pm = start({.args = {"start", "-t", "1000", "--color", "never"}, .terminal = true});
  ASSERT_TRUE(pm.await_out("| up"));
  ::kill(-pm.pid(), SIGINT);  // which is what the terminal does
  ASSERT_TRUE(pm.await_out("| told"));
  gate.open();
  EXPECT_EQ(pm.await_exit(), 130);
  EXPECT_THAT(pm.out(), HasSubstr("| graceful"));
}

// --- at any moment

class AnyMoment : public Killed {
 protected:
  void application() const {
    procfile(
        "shell: sh -c 'sleep 1000; true'; true\n"
        "family: family\n"
        "crash: exit 1\n"
        "flood: exec yes flood\n"
        "deaf: exec stubborn\n"
        "late: trap 'sleep 0.05; exit 0' TERM; while :; do sleep 1000 & wait; done\n");
    write("pm.toml",
          "[defaults]\nbackoff = { initial = \"1ms\", max = \"5ms\" }\nstop_timeout = \"100ms\"\n");
  }

  /// Asks for one thing after the other until nobody answers any more.
  void trouble(unsigned seed, const std::atomic<bool>& over) const {
    std::minstd_rand random{seed};
    const auto dice = [&](int limit) { return std::uniform_int_distribution{0, limit - 1}(random); };
    const std::vector<std::string> types{"shell", "family", "crash", "flood", "deaf", "late"};
    while (!over) {
      const auto& type = types[static_cast<std::size_t>(dice(6))];
      switch (dice(4)) {
        case 0: scale(type, std::to_string(dice(4))); break;
        case 1: operate(core::Verb::restart, type); break;
        case 2: operate(core::Verb::stop, type); break;
        default: ask(api::GetProcesses{{"all"}}); break;
      }
    }
  }

  void kill_some(const Chain& chain) {
    const auto kill = [](pid_t pid) {
      if (pid > 0) ::kill(pid, SIGKILL);
    };
    switch (dice(5)) {
      case 0: return kill(chain.supervisor > 0 ? chain.supervisor : chain.keeper);
      case 1: return kill(chain.keeper);
      case 2: kill(chain.keeper); return kill(chain.supervisor);
      case 3: kill(chain.supervisor); return kill(chain.keeper);
      default: return kill(chain.inner > 0 ? chain.inner : chain.keeper);
    }
  }
};

TEST_F(AnyMoment, NothingIsLeftWithinASecond) {
  SCOPED_TRACE(said_seed());
  application();
  const int rounds = scaled(500);
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    auto pm = start({.args = {"start"}, .out = Launch::kNull, .err = Launch::kNull});
    std::atomic<bool> over{false};
    std::vector<std::thread> clients;
    for (int i = 0; i < 2; ++i)
      clients.emplace_back([&, seed = static_cast<unsigned>(dice(1 << 30))] { trouble(seed, over); });
    std::vector<std::unique_ptr<PmProcess>> attached;
    const auto look_on = [&](Launch client) {
      client.out = client.err = Launch::kNull;
      attached.push_back(start_client(std::move(client)));
    };
    ::poll(nullptr, 0, dice(60));  // the moment
    if (dice(3) == 0) look_on({.args = {"logs", "-f"}});
    if (dice(3) == 0) look_on({.args = {"attach", "--watch", "flood.1"}});
    ::poll(nullptr, 0, dice(60));
    kill_some(chain_of(pm.pid()));
    for (const auto& client : attached)
      client->signal(SIGKILL);  // how long it takes to notice is another question
    EXPECT_TRUE(all_gone_within(1s)) << testing::PrintToString(left_over());
    over = true;
    for (auto& client : clients) client.join();
    if (HasFailure()) break;
  }
  EXPECT_TRUE(all_gone_within(1s));
  starts_again();
}

}  // namespace

}  // namespace pm::fault
