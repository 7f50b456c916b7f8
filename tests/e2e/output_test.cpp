// SPEC 4: every line once, whole, in order, under its own name, whatever it holds and whoever reads.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <map>

#include "pm_process.h"

namespace pm::e2e::output_test {

using testing::HasSubstr;

// A pm with sanitizers is some ten times slower.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kLines = 20'000;
#else
constexpr int kLines = 200'000;
#endif
constexpr int kWriters = 4, kSize = 60;

std::string writers(std::string_view end = "") {
  std::string text;
  for (int i = 0; i < kWriters; ++i)
    text += std::string(1, static_cast<char>('a' + i)) + ": exec line_writer " + std::to_string(kLines) +
            " " + std::to_string(kSize) + " " + std::string{end} + "\n";
  return text;
}

// The numbers that each writer's lines bear, as far as they are whole and in order: what is next.
class Tally {
 public:
  void add(std::string_view line) {
    const auto bar = line.find(" | ");
    const auto name = line.substr(0, std::min(bar, line.size()));
    auto& next = next_[std::string{name}];
    auto expected = std::string{name} + " " + std::to_string(next) + " ";
    expected.resize(std::max<std::size_t>(expected.size(), kSize - 1), 'x');
    if (bar == line.npos || line.substr(bar + 3) != expected)
      wrong_.push_back(std::string{line.substr(0, 200)});
    else
      ++next;
  }
  const std::map<std::string, int>& counts() const { return next_; }
  const std::vector<std::string>& wrong() const { return wrong_; }

 private:
  std::map<std::string, int> next_;
  std::vector<std::string> wrong_;
};

void expect_all_lines(std::string_view output) {
  Tally tally;
  for (const auto line : split_lines(output)) tally.add(line);
  EXPECT_EQ(tally.wrong().size(), 0u)
      << "the first: " << (tally.wrong().empty() ? "" : tally.wrong().front());
  const std::map<std::string, int> all{{"a.1", kLines}, {"b.1", kLines}, {"c.1", kLines}, {"d.1", kLines}};
  EXPECT_EQ(tally.counts(), all);
  EXPECT_TRUE(output.ends_with('\n'));
}

const std::vector<std::string> kBulk{"start", "-q", "--color", "never"};

using Bulk = EndToEnd;

TEST_F(Bulk, ArrivesOnAPipe) {
  procfile(writers());
  auto pm = start(kBulk);
  EXPECT_EQ(pm.await_exit(), 0);
  expect_all_lines(pm.out());
}

TEST_F(Bulk, ArrivesInAFile) {
  procfile(writers());
  const os::UniqueFd file{::open(path("out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
  auto pm = start({.args = kBulk, .out = file.get()});
  EXPECT_EQ(pm.await_exit(), 0);
  expect_all_lines(read("out"));
}

TEST_F(Bulk, ArrivesBehindWhatAFileHolds) {
  procfile("a: echo new\n");
  write("out", "old\n");
  const os::UniqueFd file{::open(path("out").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)};
  auto pm = start({.args = kBulk, .out = file.get()});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(read("out"), "old\na.1 | new\n");
}

TEST_F(Bulk, ArrivesOnATerminal) {
  procfile(writers());
  auto pm = start({.args = kBulk, .terminal = true});
  EXPECT_EQ(pm.await_exit(), 0);
  expect_all_lines(pm.out());
}

TEST_F(Bulk, ArrivesOnASocket) {
  procfile(writers());
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  os::UniqueFd ours{ends[0]}, theirs{ends[1]};
  auto pm = start({.args = kBulk, .out = theirs.get()});
  theirs = os::UniqueFd{};
  std::string text, chunk(1 << 16, '\0');
  for (ssize_t size; (size = ::read(ours.get(), chunk.data(), chunk.size())) > 0;)
    text.append(chunk.data(), static_cast<std::size_t>(size));
  EXPECT_EQ(pm.await_exit(), 0);
  expect_all_lines(text);
}

TEST_F(Bulk, ArrivesAtASlowReader) {
  procfile(writers());
  auto pm = start({.args = kBulk, .pace = 1ms});
  EXPECT_EQ(pm.await_exit(), 0);
  expect_all_lines(pm.out());
}

TEST_F(Bulk, ArrivesThroughTerminalsOfTheChildren) {
  procfile(writers());
  auto args = kBulk;
  args.insert(args.end(), {"--pty", "always"});
  auto pm = start(args);
  EXPECT_EQ(pm.await_exit(), 0);
  expect_all_lines(pm.out());
}

TEST_F(Bulk, ArrivesFromChildrenThatDieInTheMidst) {
  procfile(writers("9"));
  auto args = kBulk;
  args.insert(args.end(), {"-r", "never"});
  auto pm = start(args);
  EXPECT_EQ(pm.await_exit(), 137);
  expect_all_lines(pm.out());
}

TEST_F(Bulk, ArrivesFromTerminalsOfChildrenThatDieInTheMidst) {
  procfile(writers("9"));
  auto args = kBulk;
  args.insert(args.end(), {"-r", "never", "--pty", "always"});
  auto pm = start(args);
  EXPECT_EQ(pm.await_exit(), 137);
  expect_all_lines(pm.out());
}

TEST_F(Bulk, ArrivesAsJson) {
  procfile(writers());
  auto args = kBulk;
  args.insert(args.end(), {"--format", "json"});
  auto pm = start(args);
  EXPECT_EQ(pm.await_exit(), 0);
  std::map<std::string, int> next;
  for (const auto text : split_lines(pm.out())) {
    const auto line = boost::json::parse(text).as_object();
    const std::string name{line.at("process").as_string()}, body{line.at("line").as_string()};
    ASSERT_TRUE(body.starts_with(name + " " + std::to_string(next[name]++) + " ")) << text;
  }
  for (const auto* name : {"a.1", "b.1", "c.1", "d.1"}) EXPECT_EQ(next[name], kLines) << name;
}

TEST_F(Bulk, ArrivesWithoutTheLastNewline) {
  procfile(writers("unfinished"));
  auto pm = start(kBulk);
  EXPECT_EQ(pm.await_exit(), 0);
  expect_all_lines(pm.out());
}

TEST_F(Bulk, ArrivesFromSixteenChildren) {
  procfile("a: exec line_writer " + std::to_string(kLines / 10) + " 60\n");
  auto args = kBulk;
  args.push_back("a=16");
  auto pm = start(args);
  EXPECT_EQ(pm.await_exit(), 0);
  for (int number = 1; number <= 16; ++number)
    EXPECT_EQ(count(lines_of(pm.out(), "a." + std::to_string(number)), "\n"), kLines / 10) << number;
}

// --- bytes

struct Way {
  const char* name;
  std::vector<std::string> flags;

  friend void PrintTo(const Way& value, std::ostream* out) { *out << value.name; }
};

class Bytes : public EndToEnd, public testing::WithParamInterface<Way> {
 protected:
  // What comes out for a child that writes `content`.
  std::string through(std::string_view content) {
    write("content", content);
    procfile("a: exec cat content\n");
    auto args = GetParam().flags;
    args.insert(args.begin(), {"start", "-q"});
    auto pm = start(args);
    EXPECT_EQ(pm.await_exit(), 0) << pm.err();
    return pm.out();
  }
};

TEST_P(Bytes, PassUnchanged) {
  using namespace std::string_literals;
  EXPECT_EQ(through("\xff\xfe bad \xc3\n"s), "a.1 | \xff\xfe bad \xc3\n");
  EXPECT_EQ(through("nul \0 here\n"s), "a.1 | nul \0 here\n"s);
  EXPECT_EQ(through("10%\r50%\r100%\n"), "a.1 | 10%\r50%\r100%\n");
  EXPECT_EQ(through("dos\r\nunix\ntwo\r\r\n"), "a.1 | dos\r\na.1 | unix\na.1 | two\r\r\n");
  EXPECT_EQ(through("\n\n\n"), "a.1 | \na.1 | \na.1 | \n");
  EXPECT_EQ(through("no newline"), "a.1 | no newline\n");
  EXPECT_EQ(through("ends in cr\r"), "a.1 | ends in cr\r\n");
  EXPECT_EQ(through("tab\t\x1b[31mred\x1b[0m \x07\x08\x0b\x0c\x7f\n"),
            "a.1 | tab\t\x1b[31mred\x1b[0m \x07\x08\x0b\x0c\x7f\n");
  EXPECT_EQ(through(""), "");
}

TEST_P(Bytes, OfEveryValuePass) {
  std::string all;
  for (int value = 0; value < 256; ++value)
    if (value != '\n') all.push_back(static_cast<char>(value));
  EXPECT_EQ(through(all + "\n"), "a.1 | " + all + "\n");
}

TEST_P(Bytes, OfALineOfThreeMegabytesStayTogether) {
  std::string line(3 << 20, '.');
  for (std::size_t i = 0; i < line.size(); ++i) line[i] = static_cast<char>('a' + i % 23);
  EXPECT_TRUE(through("before\n" + line + "\nafter\n") == "a.1 | before\na.1 | " + line + "\na.1 | after\n");
}

INSTANTIATE_TEST_SUITE_P(Through, Bytes,
                         testing::Values(Way{"Pipes", {}}, Way{"Terminals", {"--pty", "always"}}),
                         [](const auto& test) { return std::string{test.param.name}; });

using Lines = EndToEnd;

TEST_F(Lines, OfOthersAreNotHeldUpByAnUnfinishedOne) {
  procfile("a: printf unfinished; echo > told; read go < gate\nb: read go < gate; echo other\n");
  const Gate gate{path("gate")};
  auto pm = start({"start"});
  ASSERT_TRUE(await_file("told"));
  gate.open(2);
  ASSERT_TRUE(pm.await_out("b.1 | other\n"));
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), HasSubstr("a.1 | unfinished\n"));
}

TEST_F(Lines, WrittenBeforeAViolentDeathComeOut) {
  procfile("a: echo last words; printf unfinished; kill -KILL $$\n");
  auto pm = start({"start", "-r", "never"});
  EXPECT_EQ(pm.await_exit(), 137);
  EXPECT_EQ(lines_of(pm.out(), "a.1").substr(lines_of(pm.out(), "a.1").find("last")),
            "last words\nunfinished\nkilled by SIGKILL\n");
}

// A script that sends its output to a file, and only then talks to whoever sits at the terminal.
TEST_F(Lines, ReachTheTerminalAfterNobodyHadItOpen) {
  procfile("a: exec < /dev/null > log 2>&1; echo > told; read go < gate; echo back > /dev/tty\n");
  const Gate gate{path("gate")};
  auto pm = start({"start", "-q", "--pty", "always"});
  ASSERT_TRUE(await_file("told"));
  EXPECT_TRUE(pm.runs_on_for(100ms));
  gate.open();
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_EQ(pm.out(), "a.1 | back\n");
}

TEST_F(Lines, OfADaemonsFamilyDoNotHoldUpTheEnd) {
  procfile("a: daemoniser pid; echo done\n");
  auto pm = start({"start", "-t", "1"});
  EXPECT_EQ(pm.await_exit(), 0);
  EXPECT_THAT(pm.out(), HasSubstr("a.1 | done\n"));
}

TEST_F(Lines, WaitForAReaderThatWasStuck) {
  procfile(writers());
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  os::UniqueFd from{ends[0]}, to{ends[1]};
  auto pm = start({.args = kBulk, .out = to.get()});
  to = os::UniqueFd{};
  EXPECT_TRUE(pm.runs_on_for(500ms)) << "its stdout is full";
  std::string text, chunk(1 << 16, '\0');
  for (ssize_t size; (size = ::read(from.get(), chunk.data(), chunk.size())) > 0;)
    text.append(chunk.data(), static_cast<std::size_t>(size));
  EXPECT_EQ(pm.await_exit(), 0);
  expect_all_lines(text);
}

}  // namespace pm::e2e::output_test
