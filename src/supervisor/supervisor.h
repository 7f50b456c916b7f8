#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "channel.h"
#include "farewell.h"
#include "lives.h"
#include "pm/config/application.h"
#include "pm/core/supervision.h"
#include "pm/log/palette.h"
#include "printer.h"
#include "sink.h"

namespace pm::supervisor {

/// What run() has settled before a supervisor is made.
struct Setup {
  config::Application application;
  core::RunPolicy run;
  PrintStyle style;
  log::Palette palette;
  std::vector<std::string> mute;  ///< selectors
  std::string log_dir;            ///< absolute; empty: none
  std::string log_file;           ///< what stdout is, to be opened again on SIGUSR1; empty: leave it alone
  bool from_terminal = false;     ///< pm was started from a terminal: PTYs by default
  bool background = false;        ///< nobody can press Ctrl-C
};

/// The long-lived process: feeds the core with what happens (signals, ends of processes, time) and carries
/// out what it answers.
class Supervisor {
 public:
  Supervisor(boost::asio::io_context& loop, Setup setup);

  /// Opens what the start needs. Errors: a log file that cannot be opened.
  core::Result<void> prepare();
  /// Starts the formation; the loop then runs until all is over.
  /// `started` is called once the first spawns have happened; may be empty.
  void start(std::function<void()> started);
  /// After the loop has ended.
  int exit_status() const { return exit_status_; }

 private:
  // Deciding is the core's; these carry out.
  void perform(core::Actions actions);
  void carry_out();
  void execute(const core::Command& command);
  void spawn(const core::InstanceId& id, core::Generation generation);
  void tell(const core::Changed& change);
  void arm_timer();

  // Signals and the end of the run.
  void wait_for_signal();
  void on_signal(int signal);
  void on_hangup();
  void interrupt(int signal, int status);
  /// `again`: what kills at once when it comes a second time; empty: nothing does.
  void shut_down(int status, std::string_view why, std::string_view again = {});
  std::size_t running() const;
  void leave_if_over();

  // Output.
  Channel& channel(const core::InstanceId& id);
  void own(std::string_view text);
  void introduce();
  void warn_of_taken_ports();
  os::TerminalSize child_terminal() const;

  LifePlan plan_life(const core::InstanceId& id, core::Generation generation) const;
  std::vector<std::string> environment_block(const core::ProcessType& type, int number, bool pty) const;
  const core::ProcessType& type_of(const core::InstanceId& id) const;
  std::optional<int> port_of(const core::InstanceId& id) const;
  double dice();

  boost::asio::io_context& loop_;
  Setup setup_;
  config::Environment common_environment_;  // made once, for it is the same in every spawn
  core::Supervision core_;
  Sink sink_;
  Printer printer_;
  Printer::Head own_head_;
  std::map<core::InstanceId, std::unique_ptr<Channel>> channels_;
  Lives lives_;  // ends before the channels, to which each life still gives its last line
  std::deque<core::Action> actions_;  // decided, not carried out yet
  bool carrying_out_ = false;
  std::function<void()> started_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer wake_;
  std::optional<core::TimePoint> armed_;
  std::minstd_rand random_;
  bool had_terminal_;
  Farewell farewell_;
  bool asked_to_end_ = false;  // by a signal, the first of which is a request
  bool end_told_ = false;      // why the run ends
  int exit_status_ = 0;
};

}  // namespace pm::supervisor
