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

#include "channels.h"
#include "definitions.h"
#include "farewell.h"
#include "keeper_link.h"
#include "lives.h"
#include "operations.h"
#include "pm/config/application.h"
#include "pm/core/insistence.h"
#include "pm/core/supervision.h"
#include "pm/keeper/keeper.h"
#include "pm/log/palette.h"
#include "pm/supervisor/control.h"
#include "pm/supervisor/load.h"
#include "printer.h"
#include "service_manager.h"
#include "sink.h"
#include "usage_meter.h"
#include "wall_times.h"

namespace pm::supervisor {

/// What run() has settled before a supervisor is made.
struct Setup {
  LoadRequest request;  ///< for reading the files anew
  config::Application application;
  core::RunPolicy run;
  PrintStyle style;
  log::Palette palette;
  std::vector<std::string> mute;  ///< selectors
  std::string log_dir;            ///< absolute; empty: none
  std::string log_file;           ///< what stdout is, to be opened again on SIGUSR1; empty: leave it alone
  bool from_terminal = false;     ///< pm was started from a terminal: PTYs by default
  bool background = false;        ///< nobody can press Ctrl-C
  bool init = false;              ///< signals that mean nothing to pm are for its processes
  std::string socket;             ///< the control socket; empty: none
};

/// The long-lived process: feeds the core with what happens (signals, ends of processes, time, requests) and
/// carries out what it answers.
class Supervisor final : public Control {
 public:
  Supervisor(boost::asio::io_context& loop, Setup setup, keeper::Kept kept);

  /// Opens what the start needs. Errors: a log file that cannot be opened.
  core::Result<void> prepare();
  /// Starts the formation; the loop then runs until all is over. `service` is closed at the end, nullptr:
  /// there is none; `started` is called once the first spawns have happened, see Hooks.
  void start(Service* service, std::function<bool()> started);
  /// After the loop has ended.
  int exit_status() const { return exit_status_; }

  // Control: supervisor_control.cpp.
  core::StatusSnapshot status() override;
  core::Result<std::vector<core::ProcessSnapshot>> processes(const Selectors& selectors) override;
  core::Result<std::vector<core::Explanation>> explain(const Selectors& selectors) override;
  core::Checked<Ticket> operate(core::Verb verb, const Selectors& selectors, Done done) override;
  core::Checked<Ticket> scale(std::span<const config::Change> changes, Done done) override;
  core::Checked<Reloaded> reload(Done done) override;
  core::Result<std::vector<core::Settled>> signal(const Selectors& selectors, int signal) override;
  void shut_down() override;
  std::map<std::string, int> formation() const override { return core_.formation(); }
  std::vector<core::InstanceId> logged() const override;
  const log::History* history(const core::InstanceId& id) const override;
  LineStyle line_style(const core::InstanceId& id) const override;
  std::size_t name_width() const override { return printer_.style().width; }
  std::uint64_t log_bytes() const override { return printer_.bytes_recorded(); }
  core::Result<Attached> attach(const std::string& name, Viewer& viewer,
                                const AttachOptions& options) override;
  void observe(Observer* observer) override;
  void listens(const os::UnixListener& listener) override { keeper_.tell_socket(listener); }

 private:
  // Deciding is the core's; these carry out.
  void perform(core::Actions actions);
  void perform_next(core::Actions actions);
  void carry_out();
  void execute(const core::Command& command);
  void spawn(const core::InstanceId& id, core::Generation generation);
  void tell(const core::Changed& change);
  void tell_limits(const core::InstanceId& id, const core::Controllers& by_cgroup, bool as_root);
  void follow_instances();
  void arm_timer();

  // Signals and the end of the run.
  void wait_for_signal();
  void on_signal(int signal);
  void look_for_ends();
  void on_hangup();
  void pass_on(int signal);
  void on_orphaned();
  void reopen_log_files();
  void do_without_socket();
  void report_start();
  void complain_of_failures();
  void interrupt(int signal, int status);
  /// `again`: what kills at once when it comes a second time; empty: nothing does.
  void shut_down(int status, std::string_view why, std::string_view again = {});
  std::size_t running() const;
  void report_end();
  void leave_if_over();
  void leave();

  // Requests.
  core::Result<std::vector<core::InstanceId>> select(const Selectors& selectors) const;
  core::ProcessSnapshot snapshot(const core::InstanceId& id) const;
  std::vector<core::ProcessSnapshot> measured(std::span<const core::InstanceId> ids);
  core::ProcessSnapshot completed(core::ProcessSnapshot snapshot) const;
  core::Checked<config::Application> read_files() const;
  core::Checked<void> renew_definitions(std::span<const core::InstanceId> ids);
  core::Checked<void> check_ports(const std::map<std::string, int>& formation) const;
  std::map<std::string, int> first_instances(const Selectors& selectors) const;
  core::Checked<Ticket> start_selected(const Selectors& selectors, Done done);
  core::Actions ask(core::Verb verb, std::span<const core::InstanceId> ids);
  Ticket wait_for(core::Wait wait, core::Actions actions, Done done);
  void announce_formation();
  void emit(decltype(core::Event::what) what);

  // Output.
  Channel::Setup channel_setup(const core::InstanceId& id) const;
  void own(std::string_view text);
  void introduce();
  void warn_of_taken_ports();
  os::TerminalSize child_terminal() const;

  bool has_terminal(const std::string& type) const;
  core::Result<LifePlan> plan_life(const core::InstanceId& id, core::Generation generation) const;
  std::vector<std::string> environment_block(const core::InstanceId& id, bool pty,
                                             const std::optional<os::Identity>& identity) const;
  static core::TimePoint now() { return std::chrono::steady_clock::now(); }
  double dice();

  boost::asio::io_context& loop_;
  Setup setup_;
  Definitions definitions_;
  core::Supervision core_;
  Sink sink_;
  Printer printer_;
  Channels channels_;
  Lives lives_;  // ends before the channels, to which each life still gives its last line
  std::deque<core::Action> actions_;  // decided, not carried out yet
  bool carrying_out_ = false;
  std::function<bool()> started_;
  core::Pid pid_;  // that people know
  KeeperLink keeper_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer wake_, haste_;
  std::optional<core::TimePoint> armed_;
  std::minstd_rand random_;
  Operations operations_;
  UsageMeter usage_;
  std::map<std::string, std::vector<core::KeptLimit>> kept_limits_;  // of each type's latest life
  WallTimes wall_times_;
  core::WallTime started_at_ = wall_clock();
  Observer* observer_ = nullptr;
  Service* service_ = nullptr;
  bool had_terminal_;
  Farewell farewell_;
  ServiceManager manager_;
  core::Insistence insistence_;
  std::optional<std::string> end_reason_;  // once it was told why the run ends
  bool end_reported_ = false;              // to those who wait
  int exit_status_ = 0;
};

}  // namespace pm::supervisor
