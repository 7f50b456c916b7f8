#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pm/os/unique_fd.h"

namespace pm::e2e {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// How long a test waits for what must come; only a broken pm, or a machine that is, makes it wait that long.
inline constexpr auto kPatience = 30s;

/// How a pm is started: by whom, with what.
struct Launch {
  static constexpr int kClosed = -1;  ///< the descriptor is not open in pm
  static constexpr int kNull = -2;    ///< /dev/null
  static constexpr int kRead = -3;    ///< a pipe that the test reads

  std::vector<std::string> args = {};         ///< after "pm"
  std::vector<std::string> under = {};        ///< what starts pm, absolute: "/usr/bin/unshare", "--pid", ...
  std::vector<std::string> environment = {};  ///< NAME=value, beside PATH and HOME
  int in = kNull, out = kRead, err = kRead;   ///< one of the above, or a descriptor of the test
  bool terminal = false;                      ///< stdin and stdout are a terminal, and it controls pm
  std::string cwd = {};                       ///< empty: the test's directory
  std::chrono::milliseconds pace{0};          ///< the reader takes so long over each bite
  std::function<void()> before_exec = {};     ///< runs in the new process
};

/// A pm that runs, and all that it has said. Destroying it ends it with all that it runs.
class PmProcess {
 public:
  explicit PmProcess(const Launch& launch);
  PmProcess(const PmProcess&) = delete;
  PmProcess& operator=(const PmProcess&) = delete;
  ~PmProcess();

  pid_t pid() const { return pid_; }
  /// Whether pm has not ended yet, as far as was noticed.
  bool running() const { return !ended_; }
  const std::string& out() const { return out_.text; }
  const std::string& err() const { return err_.text; }

  void signal(int signal) const { ::kill(pid_, signal); }
  /// No more stdout is read, as when the reader ends; with a terminal: it goes away.
  void stop_reading() { out_.fd = os::UniqueFd{}; }

  /// Wait until stdout or stderr hold `text` `times` times. False, and the test has failed, if that never
  /// comes.
  [[nodiscard]] bool await_out(std::string_view text, int times = 1) { return await(out_, text, times); }
  [[nodiscard]] bool await_err(std::string_view text) { return await(err_, text, 1); }
  /// Waits until pm has ended and all it wrote is read; its exit status as a shell reports it.
  int await_exit(Clock::duration patience = kPatience);
  /// Whether pm runs on for that long; its output is read meanwhile.
  bool runs_on_for(Clock::duration time);

 private:
  struct Stream {
    os::UniqueFd fd;
    std::string text;
    void read();
  };

  bool await(Stream& stream, std::string_view text, int times);
  bool pump(Clock::time_point deadline);
  bool over() const { return ended_ && !out_.fd && !err_.fd; }
  void note_end();
  void give_up(std::string_view what);

  pid_t pid_ = -1;
  os::UniqueFd pidfd_;
  Stream out_, err_;
  std::chrono::milliseconds pace_;
  bool ended_ = false;
  int status_ = -1;
};

/// The processes that one `pm start` is; those that are not there (yet) are 0. In a PID namespace of its own
/// there is no second keeper, and `inner` is the supervisor.
struct Chain {
  pid_t keeper = 0, inner = 0, supervisor = 0;
};
Chain chain_of(pid_t keeper);

/// Every process that this one can see.
std::vector<pid_t> all_pids();
/// As in /proc/PID/environ; empty for one that has ended. It waits for a process in the midst of its exec to
/// have one.
std::string environment_of(pid_t pid);

/// A directory of its own for each test, and the certainty that nothing is left running behind it.
class EndToEnd : public testing::Test {
 protected:
  EndToEnd();
  ~EndToEnd() override;
  void TearDown() override;

  std::string path(std::string_view name) const { return directory_ + "/" + std::string{name}; }
  void write(std::string_view name, std::string_view content) const;
  void procfile(std::string_view content) const { write("Procfile", content); }
  std::string read(std::string_view name) const;
  bool exists(std::string_view name) const;
  /// Waits until a file of the test's directory (or of a directory in it) is there.
  [[nodiscard]] bool await_file(std::string_view name) const;

  PmProcess start(Launch launch) const;
  PmProcess start(std::vector<std::string> args) const { return start(Launch{.args = std::move(args)}); }
  /// The same, for one of several.
  std::unique_ptr<PmProcess> start_client(Launch launch) const;

  /// The processes of this test that are alive, but the test itself: "PID NAME".
  std::vector<std::string> left_over() const;
  /// Waits until there are none, as after a death that pm could not prepare.
  [[nodiscard]] bool await_nothing_left() const;

 private:
  std::vector<pid_t> left_over_pids() const;
  Launch prepared(Launch launch) const;

  std::string directory_, marker_;
};

/// Processes wait at a gate ("read go < gate") until the test opens it, for one of them at a time.
class Gate {
 public:
  explicit Gate(const std::string& path);
  void open(int times = 1) const;

 private:
  os::UniqueFd fd_;
};

/// What the instance wrote: its lines in `output`, without their prefixes.
std::string lines_of(std::string_view output, std::string_view name);
std::vector<std::string_view> split_lines(std::string_view text);
int count(std::string_view text, std::string_view part);

}  // namespace pm::e2e
