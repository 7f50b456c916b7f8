// SPEC 3, "Restart".
#include <gmock/gmock.h>

#include <filesystem>

#include "pm_process.h"

namespace pm::e2e::restart_test {

using testing::HasSubstr;
using testing::Not;

using Restart = EndToEnd;

constexpr auto kQuick = "[defaults]\nbackoff = { initial = \"10ms\", max = \"20ms\" }\n";

TEST_F(Restart, FollowsAFailureAfterAWait) {
  procfile("a: [ -e once ] && exit 0; echo > once; exit 1\n");
  write("pm.toml", kQuick);
  auto pm = start({"start"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), HasSubstr("exited with code 1, restarting in "));
  EXPECT_EQ(count(pm.out(), "started with pid"), 2);
}

TEST_F(Restart, GivesUpAfterTheMaximum) {
  procfile("a: exit 7\nb: exec sleep 1000\n");
  write("pm.toml", std::string{kQuick} + "max_restarts = 3\n");
  auto pm = start({"start", "--exit-when", "failure"});
  EXPECT_EQ(pm.await_exit(), 7);
  EXPECT_EQ(count(lines_of(pm.out(), "a.1"), "started with pid"), 4);
}

TEST_F(Restart, DoesNotFollowACodeOfSuccess) {
  procfile("a: exit 3\nb: exit 0\n");
  write("pm.toml", "[process.a]\nsuccess_codes = [3]\n");
  auto pm = start({"start"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(count(pm.out(), "started with pid"), 2);
}

TEST_F(Restart, FollowsACodeThatIsNoSuccessThere) {
  procfile("a: [ -e once ] && exit 3; echo > once; exit 0\n");
  write("pm.toml", std::string{kQuick} + "success_codes = [3]\n");
  auto pm = start({"start"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(count(pm.out(), "started with pid"), 2);
}

TEST_F(Restart, AlwaysFollowsASuccessToo) {
  procfile("a: true\n");
  write("pm.toml", kQuick);
  auto pm = start({"start", "-r", "always"});
  ASSERT_TRUE(pm.await_out("started with pid", 4));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
}

TEST_F(Restart, IsChosenByType) {
  procfile("a: exit 1\nb: true\n");
  write("pm.toml", kQuick);
  auto pm = start({"start", "-r", "a=never,b=always"});
  ASSERT_TRUE(pm.await_out("b.1 | started with pid", 3));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(count(pm.out(), "a.1 | started with pid"), 1);
}

TEST_F(Restart, OnTheCommandLineBeatsTheOptionsFile) {
  procfile("a: exit 1\n");
  write("pm.toml", "[process.a]\nrestart = \"always\"\n");
  auto pm = start({"start", "-r", "never"});
  EXPECT_EQ(pm.await_exit(), 1);
}

TEST_F(Restart, IsCutShortByAStop) {
  procfile("a: exit 1\n");
  write("pm.toml", "[process.a]\nbackoff = { initial = \"1000s\", max = \"1000s\" }\n");
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("restarting in "));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(count(pm.out(), "started with pid"), 1);
}

int open_descriptors(pid_t pid) {
  const std::filesystem::directory_iterator all{"/proc/" + std::to_string(pid) + "/fd"};
  return static_cast<int>(std::distance(begin(all), end(all)));
}

TEST_F(Restart, KeepsNoDescriptorOfTheLivesBefore) {
  procfile("a: echo up; read go < gate; exit 1\nb: echo up; read go < gate; exit 1\n");
  write("pm.toml", std::string{kQuick} + "[process.b]\npty = \"always\"\n");
  const Gate gate{path("gate")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up", 2));
  const int before = open_descriptors(pm.pid());
  gate.open(60);
  ASSERT_TRUE(pm.await_out("| up", 62));
  EXPECT_EQ(open_descriptors(pm.pid()), before);
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
}

TEST_F(Restart, LeavesTheOthersAlone) {
  procfile("a: read go < gate; exit 1\nb: echo up; exec sleep 1000\n");
  write("pm.toml", kQuick);
  const Gate gate{path("gate")};
  auto pm = start({"start"});
  ASSERT_TRUE(pm.await_out("| up\n"));
  gate.open(3);
  ASSERT_TRUE(pm.await_out("a.1 | started with pid", 4));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(count(pm.out(), "b.1 | started with pid"), 1);
}

}  // namespace pm::e2e::restart_test
