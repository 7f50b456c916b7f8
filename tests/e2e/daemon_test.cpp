// SPEC 2, -D: pm start comes back once all is started, or with the error; the rest happens without a
// terminal.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "pm_process.h"

namespace pm::e2e::daemon_test {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Daemon : public EndToEnd {
 protected:
  /// Starts a daemon, which has to work; its pid.
  pid_t start_daemon(Launch launch) {
    launch.args.insert(launch.args.begin(), {"start", "-D"});
    auto pm = start(std::move(launch));
    EXPECT_EQ(pm.await_exit(), 0) << pm.err();
    out_ = pm.out();
    err_ = pm.err();
    const std::string_view before = "with pid ";
    const auto at = out_.find(before);
    return at == out_.npos ? -1 : std::atoi(out_.c_str() + at + before.size());
  }
  pid_t start_daemon(std::vector<std::string> args = {}) {
    return start_daemon(Launch{.args = std::move(args)});
  }

  /// Ends the daemon as init would.
  void end(pid_t pid) {
    ASSERT_GT(pid, 0);
    ASSERT_EQ(::kill(pid, SIGTERM), 0);
    EXPECT_TRUE(await_nothing_left());
  }

  /// Waits until a file that is there holds `text`.
  [[nodiscard]] bool await_text(std::string_view name, std::string_view text) const {
    const os::UniqueFd changes{::inotify_init1(IN_CLOEXEC)};
    ::inotify_add_watch(changes.get(), path(name).c_str(), IN_MODIFY);
    std::array<char, 4096> ignored;
    pollfd watched{.fd = changes.get(), .events = POLLIN, .revents = 0};
    while (read(name).find(text) == std::string::npos) {
      if (::poll(&watched, 1, std::chrono::milliseconds{kPatience}.count()) != 1) return false;
      if (::read(changes.get(), ignored.data(), ignored.size()) <= 0) return false;
    }
    return true;
  }

  std::string out_, err_;
};

std::string link_of(pid_t pid, const std::string& name) {
  std::error_code ec;
  return fs::read_symlink("/proc/" + std::to_string(pid) + "/" + name, ec);
}

/// Waits until /proc/PID/NAME refers to `target`; only a broken pm makes it wait for long.
[[nodiscard]] bool await_link(pid_t pid, const std::string& name, const std::string& target) {
  for (const auto deadline = Clock::now() + kPatience; Clock::now() < deadline;)
    if (link_of(pid, name) == target) return true;
  return false;
}

TEST_F(Daemon, ComesBackOnceTheProcessesAreStarted) {
  procfile("web: exec sleep 1000\nworker: exec sleep 1000\n");
  const auto pid = start_daemon();
  EXPECT_EQ(split_lines(out_).size(), 1U) << out_;
  EXPECT_EQ(err_, "");
  EXPECT_EQ(left_over().size(), 5U) << "the supervisor, its keepers, and two processes";
  EXPECT_EQ(::kill(pid, 0), 0);
  end(pid);
}

TEST_F(Daemon, PrintsNothingWhereItIsToBeQuiet) {
  procfile("web: exec sleep 1000\n");
  start_daemon({"-q"});
  EXPECT_EQ(out_, "");
  for (const auto& process : left_over())
    if (process.ends_with(" pm\n")) end(std::atoi(process.c_str()));
}

TEST_F(Daemon, ComesBackWithTheErrorOfAStart) {
  procfile("no process\n");
  auto pm = start({"start", "--daemon"});
  EXPECT_EQ(pm.await_exit(), 2);
  EXPECT_THAT(pm.err(), HasSubstr("Procfile:1:"));
  EXPECT_EQ(pm.out(), "");
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_F(Daemon, ComesBackWithTheErrorOfProcessesThatCannotBeStarted) {
  procfile("web: true\n");
  write("pm.toml", "[process.web]\ncwd = \"nowhere\"\n");
  auto pm = start({"start", "-D"});
  EXPECT_EQ(pm.await_exit(), 126);
  EXPECT_THAT(pm.out(), IsEmpty());
  EXPECT_THAT(pm.err(), HasSubstr("web.1 cannot be started: cannot enter '" + path("nowhere") + "'"));
  EXPECT_TRUE(await_nothing_left());
}

TEST_F(Daemon, IsNotAskedForWhatOnlyAnotherOneCouldDo) {
  procfile("web: exec sleep 1000\n");
  const auto pid = start_daemon();
  auto same = start({"start", "web", "-D"});
  EXPECT_EQ(same.await_exit(), 0) << same.err();
  auto other = start({"start", "web", "--exit-code-from", "web"});
  EXPECT_EQ(other.await_exit(), 1);
  EXPECT_THAT(other.err(), HasSubstr("runs already and holds"));
  end(pid);
}

TEST_F(Daemon, SaysThatItsLogFileCannotBeOpened) {
  procfile("web: exec sleep 1000\n");
  auto pm = start({"start", "-D", "--log-file", "no/such/directory/log"});
  EXPECT_EQ(pm.await_exit(), 1);
  EXPECT_THAT(pm.err(), HasSubstr("no/such/directory/log': No such file or directory"));
}

TEST_F(Daemon, WritesToItsLogFileWhatItWouldPrint) {
  write("log", "earlier\n");
  procfile("web: echo hello; echo > here; exec sleep 1000\n");
  const auto pid = start_daemon({"--log-file", "log", "-T"});
  ASSERT_TRUE(await_file("here"));
  end(pid);
  const auto log = read("log");
  EXPECT_TRUE(log.starts_with("earlier\n")) << log;
  EXPECT_THAT(log, HasSubstr("web.1 | hello\n"));
  EXPECT_THAT(log, HasSubstr("SIGTERM: stopping 1 process"));
  EXPECT_THAT(log, Not(HasSubstr("Ctrl-C")));
  EXPECT_THAT(out_, Not(HasSubstr("hello")));
}

TEST_F(Daemon, KeepsItsLogFileFromOthers) {
  procfile("web: exec sleep 1000\n");
  const auto pid = start_daemon(Launch{.args = {"--log-file", "log"}, .before_exec = [] { ::umask(0); }});
  struct stat info {};
  ASSERT_EQ(::stat(path("log").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0640U);
  end(pid);
}

TEST_F(Daemon, OpensItsLogFileAnewForLogrotate) {
  const Gate gate{path("gate")};
  procfile("web: echo first; read go < gate; echo second; echo > here; exec sleep 1000\n");
  const auto pid = start_daemon({"--log-file", "log"});
  ASSERT_TRUE(await_text("log", "first"));
  fs::rename(path("log"), path("log.1"));
  ::kill(pid, SIGUSR1);
  ASSERT_TRUE(await_file("log"));
  gate.open();
  ASSERT_TRUE(await_file("here"));
  EXPECT_TRUE(await_link(chain_of(pid).supervisor, "fd/1", path("log")));
  for (const auto speaker : {pid, chain_of(pid).inner, chain_of(pid).supervisor})
    EXPECT_TRUE(await_link(speaker, "fd/2", path("log")));
  end(pid);
  EXPECT_THAT(read("log.1"), HasSubstr("web.1 | first\n"));
  EXPECT_THAT(read("log.1"), Not(HasSubstr("second")));
  EXPECT_THAT(read("log"), HasSubstr("web.1 | second\n"));
}

TEST_F(Daemon, GoesOnInTheOldFileWhereANewOneCannotBeOpened) {
  const Gate gate{path("gate")};
  fs::create_directory(path("logs"));
  procfile("web: read go < gate; echo second; echo > here; exec sleep 1000\n");
  const auto pid = start_daemon({"--log-file", "logs/log"});
  fs::rename(path("logs"), path("moved"));
  ::kill(pid, SIGUSR1);
  gate.open();
  ASSERT_TRUE(await_file("here"));
  end(pid);
  EXPECT_THAT(read("moved/log"), HasSubstr("web.1 | second\n"));
  EXPECT_THAT(read("moved/log"), HasSubstr("cannot open '" + path("logs/log") + "'"));
}

TEST_F(Daemon, HasNoTerminalButItsProcessesDo) {
  procfile("web: test -t 1 && echo $COLUMNS > terminal; exec sleep 1000\n");
  const auto pid = start_daemon(Launch{.args = {"--log-file", "log"}, .terminal = true});
  ASSERT_TRUE(await_file("terminal"));
  EXPECT_EQ(::getsid(pid), pid);
  const auto supervisor = chain_of(pid).supervisor;
  EXPECT_EQ(link_of(supervisor, "fd/0"), "/dev/null");
  for (const auto* fd : {"fd/1", "fd/2"}) EXPECT_EQ(link_of(supervisor, fd), path("log"));
  EXPECT_TRUE(await_link(pid, "fd/2", path("log"))) << "the keeper speaks there, too";
  end(pid);
  EXPECT_THAT(read("log"), Not(HasSubstr("\x1b"))) << "colours in a file";
}

TEST_F(Daemon, OutlivesItsTerminal) {
  procfile("web: exec sleep 1000\n");
  const auto pid = start_daemon(Launch{.terminal = true});  // whose last user is gone with pm start
  EXPECT_EQ(left_over().size(), 4U) << "the supervisor, its keepers, and one process";
  end(pid);
}

TEST_F(Daemon, HoldsNothingThatItsCallerWaitsFor) {
  procfile("web: exec sleep 1000\n");
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const os::UniqueFd read_end{ends[0]};
  os::UniqueFd write_end{ends[1]};
  const auto pid = start_daemon(Launch{.before_exec = [&] { ::fcntl(write_end.get(), F_SETFD, 0); }});
  write_end.reset();
  char byte;
  ::fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
  EXPECT_EQ(::read(read_end.get(), &byte, 1), 0) << "somebody still has the other end";
  for (const auto* fd : {"fd/1", "fd/2"}) EXPECT_EQ(link_of(chain_of(pid).supervisor, fd), "/dev/null");
  EXPECT_TRUE(await_link(pid, "fd/2", "/dev/null"));
  end(pid);
}

TEST_F(Daemon, TakesItsProcfileFromStdin) {
  write("elsewhere", "web: echo > here; exec sleep 1000\n");
  const os::UniqueFd in{::open(path("elsewhere").c_str(), O_RDONLY | O_CLOEXEC)};
  const auto pid = start_daemon(Launch{.args = {"-f", "-"}, .in = in.get()});
  ASSERT_TRUE(await_file("here"));
  end(pid);
}

TEST_F(Daemon, StopsWithAllThatItHasStarted) {
  procfile("web: daemoniser pid; exec sleep 1000\nstuck: trap '' TERM; while :; do sleep 1000; done\n");
  const auto pid = start_daemon({"-t", "0.1"});
  end(pid);
}

TEST_F(Daemon, IsNeededForALogFile) {
  procfile("web: echo hello\n");
  auto pm = start({"start", "--log-file", "log"});
  EXPECT_EQ(pm.await_exit(), 2);
  EXPECT_THAT(pm.err(), HasSubstr("--log-file"));
  EXPECT_THAT(pm.err(), HasSubstr("--log-dir"));
  EXPECT_FALSE(exists("log"));
}

}  // namespace pm::e2e::daemon_test
