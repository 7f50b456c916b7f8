// `pm check` and `pm run`.
#include <fcntl.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <filesystem>

#include "pm_process.h"

namespace pm::e2e::command_test {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

namespace json = boost::json;

using Check = EndToEnd;

TEST_F(Check, PrintsTheFormationAndStartsNothing) {
  procfile("web: echo > started\nrelease: true\n");
  auto pm = start({"check", "web=2"});
  EXPECT_EQ(pm.await_exit(), 0) << pm.err();
  EXPECT_THAT(pm.out(),
              AllOf(HasSubstr("web.1"), HasSubstr("web.2"), HasSubstr("5001"), HasSubstr("release")));
  EXPECT_FALSE(exists("started"));
}

TEST_F(Check, WarnsOfADirectoryThatIsNotThereYet) {
  procfile("web: true\nworker: true\nidle: true\n");
  write("pm.toml", "[defaults]\ncwd = \"nowhere\"\n[process.idle]\ncwd = \"elsewhere\"\n");
  auto pm = start({"check", "web=1,worker=1,idle=0"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(pm.err(), "pm: warning: 'web' is to start in '" + path("nowhere") +
                          "', which is no directory\n"
                          "  hint: make it before the start, or say another 'cwd' in pm.toml\n");
  std::filesystem::create_directory(path("nowhere"));
  auto again = start({"check", "web=1,worker=1,idle=0"});
  EXPECT_EQ(again.await_exit(), 0);
  EXPECT_EQ(again.err(), "");
}

TEST_F(Check, PrintsJson) {
  procfile("web: bundle exec puma\nrelease: true\n");
  auto pm = start({"check", "--json"});
  EXPECT_EQ(pm.await_exit(), 0) << pm.err();
  const auto answer = json::parse(pm.out());
  EXPECT_EQ(answer.at("processes"), json::parse(R"([{"name": "web.1", "type": "web", "index": 1,
      "command": "bundle exec puma", "port": 5000, "restart": "on-failure"}])"));
  EXPECT_THAT(json::serialize(answer.at("idle")), HasSubstr("release"));
}

struct Case {
  const char* name;
  std::vector<std::string> args;
  int status;

  friend void PrintTo(const Case& value, std::ostream* out) { *out << value.name; }
};

class OneOffExit : public EndToEnd, public testing::WithParamInterface<Case> {};

TEST_P(OneOffExit, ExitsWithItsStatus) {
  procfile("web: exit 4\n");
  write("data.txt", "no program\n");
  auto pm = start(GetParam().args);
  EXPECT_EQ(pm.await_exit(), GetParam().status) << pm.out() << pm.err();
}

INSTANTIATE_TEST_SUITE_P(Of, OneOffExit,
                         testing::Values(Case{"Success", {"run", "true"}, 0},
                                         Case{"Failure", {"run", "sh", "-c", "exit 3"}, 3},
                                         Case{"Separated", {"run", "--", "sh", "-c", "exit 3"}, 3},
                                         Case{"NameOfTheProcfile", {"run", "web"}, 4},
                                         Case{"NotFound", {"run", "no-such-command"}, 127},
                                         Case{"NotExecutable", {"run", "./data.txt"}, 126},
                                         Case{"Signal", {"run", "sh", "-c", "kill -TERM $$"}, 143},
                                         Case{"Nothing", {"run"}, 2}),
                         [](const auto& test) { return std::string{test.param.name}; });

using OneOff = EndToEnd;

TEST_F(OneOff, GivesTheEnvironmentAndThisTerminal) {
  procfile("web: true\n");
  write(".env", "WHO=file\n");
  write("input", "typed\n");
  const os::UniqueFd input{::open(path("input").c_str(), O_RDONLY | O_CLOEXEC)};
  auto pm = start(
      {.args = {"run", "sh", "-c", "read word; echo $WHO $word \"$1\"; echo err >&2", "sh", "two words"},
       .environment = {"WHO=real"},
       .in = input.get()});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(pm.out(), "file typed two words\n");
  EXPECT_EQ(pm.err(), "err\n");
}

TEST_F(OneOff, IsTheCommandOfAProcessOfTheProcfile) {
  procfile("echo: printf '%s\\n' first\n");
  auto pm = start({"run", "echo"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(pm.out(), "first\n");
}

TEST_F(OneOff, PassesSignalsOn) {
  procfile("web: exec sleep 1000\n");
  auto pm = start({"run", "sh", "-c", "echo up; exec sleep 1000"});
  ASSERT_TRUE(pm.await_out("up\n"));
  pm.signal(SIGTERM);
  EXPECT_EQ(pm.await_exit(), 143);
  EXPECT_THAT(left_over(), IsEmpty());
}

}  // namespace pm::e2e::command_test
