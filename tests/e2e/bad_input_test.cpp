// Bad input: exit 2, every fault with its place, at once, and nothing started.
#include <fcntl.h>
#include <gmock/gmock.h>

#include "pm_process.h"

namespace pm::e2e::bad_input_test {

using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;

struct Case {
  const char* name;
  const char* file;
  std::string content;
  std::vector<std::string> places;  // each must be told

  friend void PrintTo(const Case& fault, std::ostream* out) { *out << fault.name; }
};

// The file at fault beside a Procfile (if it is not that) that would leave a trace.
class Fault : public EndToEnd, public testing::WithParamInterface<Case> {
 protected:
  void SetUp() override {
    procfile("a: echo > started\nweb: echo > started\n");
    write(GetParam().file, GetParam().content);
  }
  void expect_refusal(std::vector<std::string> args) {
    auto pm = start(std::move(args));
    EXPECT_EQ(pm.await_exit(), 2) << pm.err();
    for (const auto& place : GetParam().places)
      EXPECT_THAT(pm.err(), HasSubstr("pm: error: " + std::string{GetParam().file} + ":" + place + ": "));
    EXPECT_EQ(count(pm.err(), "pm: error: "), static_cast<int>(GetParam().places.size())) << pm.err();
    EXPECT_THAT(pm.out(), IsEmpty());
    EXPECT_FALSE(exists("started"));
  }
};

TEST_P(Fault, IsToldByStart) { expect_refusal({"start"}); }
TEST_P(Fault, IsToldByCheck) { expect_refusal({"check"}); }

using namespace std::string_literals;

INSTANTIATE_TEST_SUITE_P(
    InProcfile, Fault,
    testing::Values(
        Case{"NoColon", "Procfile", "a: echo > started\nweb bundle exec\n", {"2:1"}},
        Case{"NoName", "Procfile", "a: true\n: true\n", {"2:1"}},
        Case{"NoCommand", "Procfile", "a: true\nweb:\nwib:   \n", {"2:1", "3:1"}},
        Case{"Duplicate", "Procfile", "a: true\na: false\n", {"2:1"}},
        Case{"BadCharacter", "Procfile", "we b: true\nw\xc3\xa9: true\nw.b: true\n", {"1:1", "2:1", "3:1"}},
        Case{"SeveralAtOnce", "Procfile", "nothing\n\n# fine\na:\nb: ok\nb: again\n", {"1:1", "4:1", "6:1"}},
        Case{"AfterABomAndCrlf",
             "Procfile",
             "\xef\xbb\xbf"
             "a: true\r\nweb true\r\n",
             {"2:1"}},
        Case{"Nul", "Procfile", "a: echo \0 x\n"s, {"1:1"}}),
    [](const auto& test) { return std::string{test.param.name}; });

INSTANTIATE_TEST_SUITE_P(InEnvFile, Fault,
                         testing::Values(Case{"NoEquals", ".env", "A=1\nnonsense\n", {"2:1"}},
                                         Case{"NoKey", ".env", "=1\n", {"1:1"}},
                                         Case{"BadKey", ".env", "A B=1\nC-D=2\n", {"1:1", "2:1"}},
                                         Case{"OpenDoubleQuote", ".env", "A=1\nB=\"open\nC=2\n", {"2:3"}},
                                         Case{"OpenSingleQuote", ".env", "B='open\n", {"1:3"}},
                                         Case{"SeveralAtOnce", ".env", "one\nA=1\ntwo\n", {"1:1", "3:1"}}),
                         [](const auto& test) { return std::string{test.param.name}; });

INSTANTIATE_TEST_SUITE_P(
    InOptionsFile, Fault,
    testing::Values(Case{"UnknownKey", "pm.toml", "[process.web]\nrestrat = \"always\"\n", {"2:1"}},
                    Case{"UnknownTable", "pm.toml", "[proces.web]\n", {"1:2"}},
                    Case{"UnknownProcess", "pm.toml", "[process.wib]\ninstances = 1\n", {"1:10"}},
                    Case{"WrongType", "pm.toml", "[process.web]\ninstances = \"two\"\n", {"2:13"}},
                    Case{"WrongValue", "pm.toml", "[defaults]\nrestart = \"sometimes\"\n", {"2:11"}},
                    Case{"BadDuration", "pm.toml", "[defaults]\nstop_timeout = \"5 parsecs\"\n", {"2:16"}},
                    Case{"BadSignal", "pm.toml", "[defaults]\nstop_signal = \"SIGNOTHING\"\n", {"2:15"}},
                    Case{"BadColor", "pm.toml", "[process.a]\ncolor = \"blurple\"\n", {"2:9"}},
                    Case{"EmptyShell", "pm.toml", "[process.a]\nshell = []\n", {"2:9"}},
                    Case{"BadBackoffKey", "pm.toml", "[defaults]\nbackoff = { first = \"1s\" }\n", {"2:13"}},
                    Case{"BadFactor", "pm.toml", "[defaults]\nbackoff = { factor = -1.0 }\n", {"2:22"}},
                    Case{"TooMany", "pm.toml", "[process.a]\ninstances = 1001\n", {"2:13"}},
                    Case{"SeveralAtOnce",
                         "pm.toml",
                         "[process.web]\nrestrat = 1\ninstances = true\n[process.a]\npty = 3\n",
                         {"2:1", "3:13", "5:7"}},
                    Case{"NoToml", "pm.toml", "[process.web\n", {"1:13"}}),
    [](const auto& test) { return std::string{test.param.name}; });

struct Command {
  const char* name;
  std::vector<std::string> args;
  const char* message;

  friend void PrintTo(const Command& command, std::ostream* out) { *out << command.name; }
};

class Usage : public EndToEnd, public testing::WithParamInterface<Command> {};

TEST_P(Usage, IsRefused) {
  procfile("web: echo > started\nworker: echo > started\n");
  auto pm = start(GetParam().args);
  EXPECT_EQ(pm.await_exit(), 2) << pm.err();
  EXPECT_THAT(pm.err(), HasSubstr(GetParam().message));
  EXPECT_FALSE(exists("started"));
}

INSTANTIATE_TEST_SUITE_P(
    Formation, Usage,
    testing::Values(Command{"UnknownName", {"start", "wbe"}, "did you mean 'web'"},
                    Command{"UnknownNumbered", {"start", "-m", "wrker=2"}, "did you mean 'worker'"},
                    Command{"NoNumber", {"start", "web=two"}, "two"},
                    Command{"Negative", {"start", "web=-1"}, "-1"},
                    Command{"TooMany", {"start", "web=1001"}, "1001"},
                    Command{"HugeNumber", {"start", "web=99999999999999999999"}, "web"},
                    Command{"Empty", {"start", "web="}, "web"},
                    Command{"UnknownException", {"start", "-x", "wob"}, "wob"},
                    Command{"SeveralAtOnce", {"start", "wbe=1", "web=x"}, "'web=2'"},
                    Command{"Nothing", {"start", "all=0"}, "empty"}),
    [](const auto& test) { return std::string{test.param.name}; });

INSTANTIATE_TEST_SUITE_P(
    Flags, Usage,
    testing::Values(Command{"UnknownFlag", {"start", "--tiemout", "3"}, "--timeout"},
                    Command{"UnknownCommand", {"strat"}, "start"},
                    Command{"BadTimeout", {"start", "-t", "soon"}, "soon"},
                    Command{"BadRestart", {"start", "-r", "sometimes"}, "sometimes"},
                    Command{"BadRestartName", {"start", "-r", "wbe=always"}, "web"},
                    Command{"BadExitWhen", {"start", "--exit-when", "some"}, "some"},
                    Command{"BadExitCodeFrom", {"start", "--exit-code-from", "wbe"}, "web"},
                    Command{"BadMute", {"start", "--mute", "nobody"}, "nobody"},
                    Command{"BadColor", {"start", "--color", "maybe"}, "maybe"},
                    Command{"BadColors", {"start", "--colors", "red,blurple"}, "blurple"},
                    Command{"BadFormat", {"start", "--format", "xml"}, "xml"},
                    Command{"BadPort", {"start", "-p", "70000"}, "70000"},
                    Command{"PortsBeyondTheLast", {"start", "-p", "65500", "web=100"}, "65535"},
                    Command{"MissingProcfile", {"start", "-f", "nowhere"}, "nowhere"},
                    Command{"MissingEnvFile", {"start", "-e", "nowhere"}, "nowhere"},
                    Command{"MissingOptionsFile", {"start", "-c", "nowhere"}, "nowhere"},
                    Command{"MissingRoot", {"start", "-d", "nowhere"}, "nowhere"}),
    [](const auto& test) { return std::string{test.param.name}; });

using BadInput = EndToEnd;

TEST_F(BadInput, InAllFilesIsToldAtOnce) {
  procfile("web echo\n");
  write(".env", "nonsense\n");
  write("pm.toml", "[defaults]\nrestrat = 1\n");
  auto pm = start({"start"});
  EXPECT_EQ(pm.await_exit(), 2);
  EXPECT_THAT(pm.err(),
              testing::AllOf(HasSubstr("Procfile:1:"), HasSubstr(".env:1:"), HasSubstr("pm.toml:2:")));
}

TEST_F(BadInput, AsNoProcfileAtAll) {
  auto pm = start({"start"});
  EXPECT_EQ(pm.await_exit(), 2);
  EXPECT_THAT(pm.err(), HasSubstr("Procfile"));
}

TEST_F(BadInput, AsAProcfileWithoutProcesses) {
  procfile("# nothing here\n\n");
  auto pm = start({"start"});
  EXPECT_EQ(pm.await_exit(), 2);
  EXPECT_THAT(pm.err(), HasSubstr("Procfile"));
}

TEST_F(BadInput, AsATypeThatHasNoInstancesNamesIt) {
  procfile("web: true\njob: true\n");
  write("pm.toml", "[process.job]\ninstances = 0\n");
  auto pm = start({"start", "job"});
  EXPECT_EQ(pm.await_exit(), 2);
  EXPECT_THAT(pm.err(), testing::AllOf(HasSubstr("'job' has 0 instances"), HasSubstr("pm start job=1")));
}

TEST_F(BadInput, OnStdinIsLocatedToo) {
  write("lines", "web: true\nweb true\n");
  const os::UniqueFd lines{::open(path("lines").c_str(), O_RDONLY | O_CLOEXEC)};
  auto pm = start({.args = {"start", "-f", "-"}, .in = lines.get()});
  EXPECT_EQ(pm.await_exit(), 2);
  EXPECT_THAT(pm.err(), HasSubstr(":2:1: "));
}

}  // namespace pm::e2e::bad_input_test
