// What the world may do to pm: none of it ends supervision, and none of it keeps pm from ending.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "pm_process.h"

namespace pm::e2e::hard_times_test {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// --- a stdout that nobody reads

struct Ends {
  os::UniqueFd reader = os::UniqueFd{}, writer = os::UniqueFd{};
};

Ends full_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) == -1) return {};
  const std::string filling(4096, '.');
  ::fcntl(fds[1], F_SETFL, O_NONBLOCK);
  while (::write(fds[1], filling.data(), filling.size()) > 0) continue;
  ::fcntl(fds[1], F_SETFL, 0);
  return {os::UniqueFd{fds[0]}, os::UniqueFd{fds[1]}};
}

Ends full_socket() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == -1) return {};
  const std::string filling(4096, '.');
  while (::send(fds[1], filling.data(), filling.size(), MSG_DONTWAIT) > 0) continue;
  return {os::UniqueFd{fds[0]}, os::UniqueFd{fds[1]}};
}

struct Kind {
  const char* name;
  Ends (*make)();

  friend void PrintTo(const Kind& value, std::ostream* out) { *out << value.name; }
};

class FullStdout : public EndToEnd, public testing::WithParamInterface<Kind> {};

// The stop grace is 5 s, and the flood ends at once: the reader that takes nothing must not add to that.
constexpr auto kInTime = 8s;

TEST_P(FullStdout, DoesNotHoldUpTheShutdown) {
  procfile("a: trap 'echo > told; exit 0' TERM; echo > up; while :; do read go < gate; done\nb: exec yes\n");
  const Gate gate{path("gate")};
  const auto full = GetParam().make();
  auto pm = start({.args = {"start"}, .out = full.writer.get()});
  ASSERT_TRUE(await_file("up"));
  ASSERT_TRUE(pm.runs_on_for(2500ms));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(kInTime), 0) << pm.err();
  EXPECT_TRUE(exists("told"));
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_P(FullStdout, DoesNotHoldUpRestartsNorTheSecondSignal) {
  procfile("a: [ -e once ] && { echo > again; exec stubborn; }; echo > once; exit 1\nb: exec yes\n");
  write("pm.toml", "[defaults]\nbackoff = { initial = \"10ms\" }\n");
  const auto full = GetParam().make();
  auto pm = start({.args = {"start", "-t", "1000"}, .out = full.writer.get()});
  ASSERT_TRUE(await_file("again"));
  pm.signal(SIGINT);
  EXPECT_TRUE(pm.runs_on_for(200ms));
  pm.signal(SIGINT);
  EXPECT_EQ(pm.await_exit(kInTime), 130) << pm.err();
}

TEST_P(FullStdout, IsNotWaitedForWithoutEnd) {
  procfile("a: echo > up; exec line_writer 1000 100\n");
  const auto full = GetParam().make();
  auto pm = start({.args = {"start"}, .out = full.writer.get()});
  ASSERT_TRUE(await_file("up"));
  ASSERT_TRUE(pm.runs_on_for(200ms));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(kInTime), 0) << pm.err();
}

TEST_P(FullStdout, StaysBlockingForThoseWhoShareIt) {
  procfile("a: echo line\n");
  const auto full = GetParam().make();
  auto pm = start({.args = {"start", "-t", "1"}, .out = full.writer.get()});
  EXPECT_TRUE(pm.runs_on_for(100ms));
  EXPECT_EQ(::fcntl(full.writer.get(), F_GETFL) & O_NONBLOCK, 0) << "while pm runs";
  EXPECT_EQ(pm.await_exit(kInTime), 0);
  EXPECT_EQ(::fcntl(full.writer.get(), F_GETFL) & O_NONBLOCK, 0) << "afterwards";
}

INSTANTIATE_TEST_SUITE_P(Of, FullStdout,
                         testing::Values(Kind{"APipe", full_pipe}, Kind{"ASocket", full_socket}),
                         [](const auto& test) { return std::string{test.param.name}; });

using ReaderGone = EndToEnd;

constexpr auto kOrderly = "a: trap 'echo > told; exit 0' TERM; echo up; while :; do read go < gate; done\n";

TEST_F(ReaderGone, EndsTheRunInOrder) {
  procfile(std::string{kOrderly} + "b: read go < chatter; exec yes\n");
  const Gate gate{path("gate")}, chatter{path("chatter")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  pm.stop_reading();
  chatter.open();
  EXPECT_EQ(pm.await_exit(), 128 + SIGPIPE);
  EXPECT_TRUE(exists("told"));
}

TEST_F(ReaderGone, FromASocketEndsTheRunInOrder) {
  procfile(std::string{kOrderly} + "b: exec yes\n");
  const Gate gate{path("gate")};
  auto full = full_socket();
  auto pm = start({.args = {"start"}, .out = full.writer.get()});
  full.reader = os::UniqueFd{};
  EXPECT_EQ(pm.await_exit(), 128 + SIGPIPE);
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_F(ReaderGone, WithItsTerminalEndsTheRunInOrder) {
  procfile(kOrderly);
  const Gate gate{path("gate")};
  auto pm = start({.args = {"start", "--color", "never"}, .terminal = true});
  ASSERT_TRUE(pm.await_out("| up"));
  pm.stop_reading();
  EXPECT_EQ(pm.await_exit(), 128 + SIGHUP);
  EXPECT_TRUE(exists("told"));
}

using Stdout = EndToEnd;

TEST_F(Stdout, OnAFullDiskCostsOnlyTheOutput) {
  procfile("a: echo lost; echo > told; read go < gate; exit 3\n");
  const Gate gate{path("gate")};
  const os::UniqueFd full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
  auto pm = start({.args = {"start", "-r", "never"}, .out = full.get()});
  ASSERT_TRUE(pm.await_err("No space left on device"));
  ASSERT_TRUE(await_file("told"));
  gate.open();
  EXPECT_EQ(pm.await_exit(), 3);
  EXPECT_EQ(count(pm.err(), "No space left"), 1) << "once, not once per line";
}

TEST_F(Stdout, OnAFullDiskIsNoHindranceWhenNobodyReadsStderr) {
  procfile("a: echo lost; echo > told; read go < gate; exit 3\n");
  const Gate gate{path("gate")};
  const os::UniqueFd full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
  const auto unread = full_pipe();
  auto pm = start({.args = {"start", "-r", "never"}, .out = full.get(), .err = unread.writer.get()});
  ASSERT_TRUE(await_file("told"));
  gate.open();
  EXPECT_EQ(pm.await_exit(), 3);
}

struct Closed {
  const char* name;
  bool in, out, err;

  friend void PrintTo(const Closed& value, std::ostream* out) { *out << value.name; }
};

class ClosedDescriptors : public EndToEnd, public testing::WithParamInterface<Closed> {};

TEST_P(ClosedDescriptors, AreNoHindrance) {
  procfile("a: child_report > report; echo line; exit 3\n");
  const auto& [name, in, out, err] = GetParam();
  const auto or_closed = [](bool closed, int other) { return closed ? Launch::kClosed : other; };
  auto pm = start({.args = {"start", "-r", "never", "--log-dir", "logs"},
                   .in = or_closed(in, Launch::kNull),
                   .out = or_closed(out, Launch::kRead),
                   .err = or_closed(err, Launch::kRead)});
  EXPECT_EQ(pm.await_exit(), 3) << pm.err();
  EXPECT_THAT(read("report"), AllOf(HasSubstr("descriptors=0,1,2\n"), HasSubstr("stdin=silent\n")));
  EXPECT_EQ(read("logs/a.1.log"), "line\n");
  EXPECT_THAT(pm.out(), out ? IsEmpty() : testing::Matcher<const std::string&>{HasSubstr("a.1 | line\n")});
}

INSTANTIATE_TEST_SUITE_P(Of, ClosedDescriptors,
                         testing::Values(Closed{"Stdin", true, false, false},
                                         Closed{"Stdout", false, true, false},
                                         Closed{"Stderr", false, false, true},
                                         Closed{"OutAndErr", false, true, true},
                                         Closed{"All", true, true, true}),
                         [](const auto& test) { return std::string{test.param.name}; });

// --- directories that go away

using DeletedDirectory = EndToEnd;

TEST_F(DeletedDirectory, AsCwdIsNoHindranceWhenTheRootIsNamed) {
  procfile("a: pwd\n");
  std::filesystem::create_directory(path("gone"));
  auto pm = start({.args = {"start", "-f", path("Procfile"), "-d", path("")},
                   .cwd = path("gone"),
                   .before_exec = [gone = path("gone")] { ::rmdir(gone.c_str()); }});
  EXPECT_EQ(pm.await_exit(), 0) << pm.err();
  EXPECT_THAT(pm.out(), HasSubstr("a.1 | " + path("").substr(0, path("").size() - 1)));
}

TEST_F(DeletedDirectory, AsCwdIsAClearError) {
  std::filesystem::create_directory(path("gone"));
  auto pm = start({.args = {"start"}, .cwd = path("gone"), .before_exec = [gone = path("gone")] {
                     ::rmdir(gone.c_str());
                   }});
  EXPECT_THAT(pm.await_exit(), testing::AnyOf(1, 2));
  EXPECT_THAT(pm.err(), HasSubstr("pm: error: "));
}

TEST_F(DeletedDirectory, AsRootStopsOnlyWhatMustStartThere) {
  write("root/pm.toml", "[defaults]\nbackoff = { initial = \"10ms\" }\n");
  write("root/Procfile",
        "a: echo up; read go < ../gate; exit 1\nb: echo up; read go < ../other; echo still here\n");
  const Gate gate{path("gate")}, other{path("other")};
  auto pm = start({"start", "-f", "root/Procfile"});
  ASSERT_TRUE(pm.await_out("| up\n", 2));
  std::filesystem::rename(path("root"), path("moved"));
  gate.open();
  ASSERT_TRUE(pm.await_out("cannot enter"));
  other.open();
  ASSERT_TRUE(pm.await_out("still here"));
  EXPECT_EQ(pm.await_exit(), 126);
}

// --- too little of everything

using Shortage = EndToEnd;

TEST_F(Shortage, OfDescriptorsIsToldAndSurvived) {
  procfile("a: echo up; exec sleep 1000\nb: read go < gate; exit 0\n");
  const Gate gate{path("gate")};
  auto pm = start({.args = {"start", "a=299"}, .before_exec = [] {
                     const rlimit few{256, 256};
                     ::setrlimit(RLIMIT_NOFILE, &few);
                   }});
  ASSERT_TRUE(pm.await_out("cannot be started yet: no more descriptors (limit 256), trying again in"));
  ASSERT_TRUE(pm.await_out("| up\n", 20));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_F(Shortage, OfDescriptorsEnds) {
  procfile("a: echo up; exec sleep 1000\n");
  auto pm = start({.args = {"start", "a=100"}, .before_exec = [] {
                     const rlimit few{64, 4096};
                     ::setrlimit(RLIMIT_NOFILE, &few);
                   }});
  ASSERT_TRUE(pm.await_out("| up\n", 100)) << "the hard limit leaves room enough";
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
}

// A user that nobody else is.
void become_lonely_user(rlim_t processes) {
  const auto user = static_cast<uid_t>(200'000 + ::getpid());
  const rlimit limit{processes, 4096};
  ::setrlimit(RLIMIT_NPROC, &limit);
  ::setgroups(0, nullptr);
  ::setresgid(user, user, user);
  ::setresuid(user, user, user);
}

TEST_F(Shortage, OfProcessesIsToldAndEnds) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  procfile("early: read go < gate\nlate: echo up; exec sleep 1000\n");
  const Gate gate{path("gate")};
  auto pm = start({.args = {"start", "early=4", "late=4"}, .before_exec = [] { become_lonely_user(9); }});
  ASSERT_TRUE(pm.await_out("cannot be started yet: no more processes (limit 9), trying again in"));
  ASSERT_TRUE(pm.await_out("early.4 | started with pid"));
  gate.open(4);
  ASSERT_TRUE(pm.await_out("| up\n", 4));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0) << pm.err();
  EXPECT_THAT(left_over(), IsEmpty());
}

TEST_F(Shortage, OfProcessesDoesNotHoldUpTheShutdown) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  procfile("a: exec sleep 1000\n");
  auto pm = start({.args = {"start", "a=8"}, .before_exec = [] { become_lonely_user(6); }});
  ASSERT_TRUE(pm.await_out("cannot be started yet"));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0) << pm.err();
}

}  // namespace pm::e2e::hard_times_test
