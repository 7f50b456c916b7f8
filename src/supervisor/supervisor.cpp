#include "supervisor.h"

#include <fmt/ranges.h>

#include <boost/asio/post.hpp>
#include <csignal>

#include "identities.h"
#include "pm/core/announce.h"
#include "pm/core/color.h"
#include "pm/core/inspect.h"
#include "pm/core/overloaded.h"
#include "pm/core/selector.h"
#include "pm/os/accounts.h"
#include "pm/os/pipe.h"
#include "pm/os/port.h"
#include "pm/os/signals.h"

namespace pm::supervisor {

namespace asio = boost::asio;
using core::InstanceId;
using core::TimePoint;

namespace {

// A round of the loop starts at most so many children: between rounds their output is read and signals are
// heard.
constexpr int kSpawnsPerRound = 16;

// How long the reader of stdout may take nothing at the end: less than people wait before they insist.
constexpr core::Duration kReaderPatience = std::chrono::seconds{3};

// What an orphaned supervisor gives its processes: they are to be gone within a second of the death of the
// process that people know.
constexpr core::Duration kOrphansGrace = std::chrono::milliseconds{500};

constexpr int kStdout = 1, kStdin = 0, kStderr = 2;
constexpr int kReaderGone = 128 + SIGPIPE;  // as a shell reports a program that a broken pipe has ended

std::vector<core::TypePlan> plans(const config::Application& application) {
  std::vector<core::TypePlan> plans;
  for (const auto& type : application.types) plans.push_back(plan_of(type));
  return plans;
}

// What --quiet does not leave out: an instance that cannot be started, or is given up.
bool keeps_it_down(const core::State& state) {
  return std::holds_alternative<core::Failed>(state) || std::holds_alternative<core::Waiting>(state);
}

// Whether TERM names a terminal that programs can make something of.
bool tells_terminal(const config::Environment& environment) {
  const auto term = environment.find("TERM");
  return term != environment.end() && !term->second.empty() && term->second != "dumb" &&
         term->second != "unknown";
}

// "pid 4711 belongs to root, pm may not kill it"
std::string refused(core::Pid pid) {
  const auto user = os::user_of(pid);
  return fmt::format("pid {} belongs to {}, pm may not kill it", static_cast<int>(pid),
                     user ? os::Accounts::read().user_name(*user) : "somebody else");
}

bool is_spawn(const core::Action& action) {
  const auto* command = std::get_if<core::Command>(&action);
  return command && command->order == core::Order::spawn;
}

std::string stopping(std::size_t count) {
  return fmt::format("stopping {} process{}", count, count == 1 ? "" : "es");
}

}  // namespace

Supervisor::Supervisor(asio::io_context& loop, Setup setup, keeper::Kept kept)
    : loop_{loop},
      setup_{std::move(setup)},
      definitions_{setup_.application},
      core_{plans(setup_.application), setup_.run},
      sink_{loop, kStdout},
      printer_{sink_, setup_.style},
      channels_{printer_, [this](const auto& id) { return channel_setup(id); }},
      lives_{loop,
             sink_,
             {.leader_exited = [this](const auto& id, auto generation,
                                      auto how) { perform(core_.leader_exited(id, generation, how, now())); },
              .gone = [this](const auto& id, auto generation,
                             auto how) { perform(core_.gone(id, generation, how, now(), dice())); },
              .refused = [this](const auto& id,
                                auto pid) { channels_.of(id).own(refused(pid), Notice::warning); }},
             setup_.application.cgroup ? os::own_cgroup() : std::string{}},
      pid_{kept.keeper},
      keeper_{
          loop,
          std::move(kept.link),
          {.on_signal = [this](int signal) { on_signal(signal); }, .on_orphaned = [this] { on_orphaned(); }}},
      signals_{loop, SIGCHLD, SIGWINCH},
      wake_{loop},
      haste_{loop},
      random_{std::random_device{}()},
      operations_{loop},
      had_terminal_{os::has_controlling_terminal()},
      farewell_{loop, lives_, sink_, kReaderPatience},
      manager_{loop, setup_.request.environment, pid_} {
  for (const int signal : {SIGINT, SIGTERM, SIGQUIT}) os::note_signal(signal);
  sink_.on_room([this] { lives_.resume_sources(); });
  sink_.on_reader_gone([this] { shut_down(kReaderGone, "nobody reads stdout any more"); });
}

core::Result<void> Supervisor::prepare() {
  for (const auto& id : core_.instances())
    if (auto* file = channels_.of(id).file())
      if (auto opened = file->open(); !opened) return opened.error();
  return {};
}

void Supervisor::start(Service* service, std::function<bool()> started) {
  service_ = service;
  if (!service_ && !setup_.socket.empty()) do_without_socket();
  started_ = std::move(started);
  wait_for_signal();
  keeper_.start();
  if (const auto base = lives_.cgroup_base(); !base.empty()) keeper_.tell_cgroup(base);
  introduce();
  warn_of_taken_ports();
  perform(core_.begin(now()));
}

void Supervisor::do_without_socket() {
  setup_.socket.clear();
  setup_.application.socket = "";
  definitions_ = Definitions{setup_.application};
}

void Supervisor::perform(core::Actions actions) {
  actions_.insert(actions_.end(), std::make_move_iterator(actions.begin()),
                  std::make_move_iterator(actions.end()));
  if (!std::exchange(carrying_out_, true)) carry_out();
}

// What a spawn has led to comes right behind it, before anything of the child's is read.
void Supervisor::perform_next(core::Actions actions) {
  actions_.insert(actions_.begin(), std::make_move_iterator(actions.begin()),
                  std::make_move_iterator(actions.end()));
}

// Carrying out one action may bring others: a spawn answers at once.
void Supervisor::carry_out() {
  int spawns = 0;
  while (!actions_.empty() && (spawns < kSpawnsPerRound || !is_spawn(actions_.front()))) {
    const auto action = std::move(actions_.front());
    actions_.pop_front();
    std::visit(core::overloaded{
                   [&](const core::Command& command) {
                     if (command.order == core::Order::spawn) ++spawns;
                     execute(command);
                   },
                   [&](const core::Changed& change) { tell(change); },
               },
               action);
  }
  if (!actions_.empty()) return asio::post(loop_, [this] { carry_out(); });
  carrying_out_ = false;
  if (core_.shutting_down() && !std::exchange(end_reported_, true)) report_end();
  if (channels_.size() > core_.size()) follow_instances();
  arm_timer();
  report_start();
  manager_.tell(core_);
  leave_if_over();
}

// Whoever has called this program and has given up waiting would not know that it runs.
void Supervisor::report_start() {
  const auto started = std::exchange(started_, {});
  if (!started) return;
  if (core_.finished()) return complain_of_failures();
  const bool awaited = started();
  if (setup_.background) keeper_.tell_voice(kStderr);
  if (!awaited) shut_down(0, "nobody waits for the start any more");
}

// The start came to nothing; who waits for it sees stderr alone.
void Supervisor::complain_of_failures() {
  for (const auto& id : core_.instances())
    if (const auto* failed = std::get_if<core::Failed>(&core_.find(id)->state))
      os::complain(
          core::render({.what = fmt::format("{} cannot be started: {}", to_string(id), failed->reason)}));
}

void Supervisor::execute(const core::Command& command) {
  const auto& [id, generation, order] = command;
  switch (order) {
    case core::Order::spawn: return spawn(id, generation);
    case core::Order::signal:
      if (core_.find(id)) lives_.signal(id, generation, core_.policy(id.type).stop.signal);
      return;  // or else it has ended, and even its type may have gone, while this waited for its turn
    case core::Order::kill: return lives_.kill(id, generation);
    case core::Order::remind:
      if (const auto* instance = core_.find(id))
        if (const auto* stopping = std::get_if<core::Stopping>(&instance->state))
          channels_.of(id).own(core::announce_reminder(*stopping, now()));
      return;
  }
}

void Supervisor::spawn(const InstanceId& id, core::Generation generation) {
  auto& channel = channels_.of(id);
  if (has_terminal(id.type))
    channel.screen().give_terminal(child_terminal());
  else
    channel.screen().take_terminal();
  auto plan = plan_life(id, generation);
  if (!plan)
    return perform_next(
        core_.spawn_failed(id, generation, {.status = 126, .reason = plan.error().what}, now(), dice()));
  plan->size = channel.screen().size();
  const bool as_root = plan->request.identity ? plan->request.identity->user == 0 : os::runs_as_root();
  const auto result = lives_.spawn(std::move(*plan), channel);
  if (const auto* spawned = std::get_if<Lives::Spawned>(&result)) {
    tell_limits(id, spawned->by_cgroup, as_root);
    return perform_next(core_.spawned(id, generation, spawned->pid, now()));
  }
  perform_next(core_.spawn_failed(id, generation, std::get<core::SpawnFailure>(result), now(), dice()));
}

// Once for each type, and again when that changes.
void Supervisor::tell_limits(const InstanceId& id, const core::Controllers& by_cgroup, bool as_root) {
  auto kept = core::keep(definitions_.type(id.type).limits, by_cgroup, as_root);
  auto& told = kept_limits_[id.type];
  if (kept == told) return;
  told = std::move(kept);
  if (told.empty()) return;
  std::vector<std::string> texts;
  for (const auto& limit : told) texts.push_back(core::describe(limit));
  const bool idle = std::any_of(told.begin(), told.end(), [](const auto& limit) { return limit.by.empty(); });
  channels_.of(id).own(fmt::format("{}limits: {}", idle ? "warning: " : "", fmt::join(texts, ", ")),
                       idle ? Notice::warning : Notice::routine);
}

bool Supervisor::has_terminal(const std::string& type) const {
  const auto mode = definitions_.type(type).pty;
  return mode == core::PtyMode::always || (mode == core::PtyMode::automatic && setup_.from_terminal);
}

core::Result<LifePlan> Supervisor::plan_life(const InstanceId& id, core::Generation generation) const {
  const auto& type = definitions_.type(id.type);
  const auto& standing = type.standing;
  auto identity = standing.user || standing.group ? identity_of(standing, os::Accounts::read())
                                                  : core::Result<std::optional<os::Identity>>{std::nullopt};
  if (!identity) return identity.error();
  const bool pty = has_terminal(id.type);
  LifePlan plan{.id = id, .generation = generation};
  plan.streams = pty                 ? os::StreamKind::pty
                 : setup_.style.json ? os::StreamKind::separated
                                     : os::StreamKind::joined;
  plan.request.argv = type.shell;
  plan.request.argv.push_back(type.command);
  plan.request.cwd = type.cwd;
  plan.request.environment = environment_block(id, pty, standing.user ? *identity : std::nullopt);
  plan.request.nice = standing.nice;
  plan.request.oom_score_adj = standing.oom_score_adj;
  plan.request.umask = standing.umask;
  plan.request.identity = std::move(*identity);
  plan.limits = type.limits;
  return plan;
}

std::vector<std::string> Supervisor::environment_block(const InstanceId& id, bool pty,
                                                       const std::optional<os::Identity>& identity) const {
  const auto& common = definitions_.common_environment(id.type);
  auto own = definitions_.own_environment(id);
  if (identity) own.merge(environment_of(*identity));
  if (pty && !tells_terminal(common) && !tells_terminal(own))
    own.insert_or_assign("TERM", std::string{"xterm-256color"});
  std::vector<std::string> block;
  block.reserve(common.size() + own.size());
  for (const auto& [name, value] : own) block.push_back(name + '=' + value);
  for (const auto& [name, value] : common)
    if (!own.contains(name)) block.push_back(name + '=' + value);
  return block;
}

void Supervisor::tell(const core::Changed& change) {
  if (auto line = core::announce(change, definitions_.port(change.id)))
    channels_.of(change.id).own(*line, keeps_it_down(change.to) ? Notice::warning : Notice::routine);
  wall_times_.note(change, wall_clock());
  operations_.on(change, now());
  if (observer_)
    emit(core::StateEvent{completed(core::inspect(core_, change)),
                          std::string{core::state_name(change.from)}});
  const bool ended =
      std::holds_alternative<core::Exited>(change.to) || std::holds_alternative<core::Failed>(change.to);
  if (!ended || !core_.shutting_down() || end_reason_) return;
  end_reason_ = fmt::format("{} ended the run", to_string(change.id));
  if (const auto count = running(); count > 0) own(fmt::format("{}: {}", *end_reason_, stopping(count)));
}

std::size_t Supervisor::running() const {
  const auto ids = core_.instances();
  return static_cast<std::size_t>(std::count_if(
      ids.begin(), ids.end(), [&](const auto& id) { return !core::at_rest(core_.find(id)->state); }));
}

void Supervisor::arm_timer() {
  const auto next = core_.next_wake();
  if (next == armed_) return;
  armed_ = next;
  wake_.cancel();
  if (!next) return;
  wake_.expires_at(*next);
  wake_.async_wait([this](boost::system::error_code ec) {
    if (ec) return;
    armed_.reset();
    look_for_ends();
    perform(core_.time(now()));
  });
}

void Supervisor::wait_for_signal() {
  signals_.async_wait([this](boost::system::error_code ec, int signal) {
    if (ec) return;
    wait_for_signal();
    on_signal(signal);
  });
}

void Supervisor::on_signal(int signal) {
  switch (signal) {
    case SIGCHLD: return look_for_ends();
    case SIGINT: return interrupt(signal, 128 + SIGINT);
    case SIGQUIT: return interrupt(signal, 128 + SIGQUIT);
    case SIGTERM: return interrupt(signal, 0);
    case SIGHUP: return on_hangup();
    case SIGUSR1: return reopen_log_files();
    case SIGWINCH:
      return channels_.each(
          [size = child_terminal()](Channel& channel) { channel.screen().set_own_size(size); });
    default: return pass_on(signal);
  }
}

// Also without a SIGCHLD, on every occasion: a debugger or a sandbox may have kept one back.
void Supervisor::look_for_ends() {
  lives_.reap();
  farewell_.on_child();
}

// As an init does that has one process: whoever sends a signal to a container has no other pid to send it to.
void Supervisor::pass_on(int signal) {
  if (!setup_.init && pid_ != core::Pid{1})
    return own(fmt::format("{0} means nothing to pm; 'pm signal {0} NAME' sends it to a process",
                           core::signal_name(signal)));
  for (const auto& id : core_.instances())
    if (const auto* instance = core_.find(id); std::holds_alternative<core::Running>(instance->state))
      lives_.send(id, instance->generation, signal);
}

void Supervisor::reopen_log_files() {
  if (!setup_.log_file.empty()) {
    sink_.reopen(setup_.log_file);
    keeper_.tell_voice(kStderr);
  }
  channels_.each([](Channel& channel) {
    if (auto* file = channel.file()) file->reopen();
  });
}

// In order, but quickly: whoever kills a program means that it is to be gone.
void Supervisor::on_orphaned() {
  shut_down(128 + SIGKILL, "pm was killed");
  haste_.expires_after(kOrphansGrace);
  haste_.async_wait([this](boost::system::error_code ec) {
    if (!ec) perform(core_.kill_all(now()));
  });
}

void Supervisor::on_hangup() {
  if (had_terminal_ && !os::has_controlling_terminal())
    return shut_down(128 + SIGHUP, "the terminal went away");
  own("SIGHUP: reading the files anew");
  if (const auto reloaded = reload([](const auto&) {}); !reloaded)
    os::complain(core::render(reloaded.error()) + "pm: error: the reload has changed nothing\n");
}

void Supervisor::interrupt(int signal, int status) {
  const bool by_key = signal == SIGINT && setup_.from_terminal && !setup_.background;
  // The keeper alone is sent what is for pm: what comes here, too, was sent to the group.
  const auto demand = insistence_.hear(signal, os::take_noted_signal(signal), now());
  if (demand == core::Insistence::Demand::nothing) return;
  if (demand == core::Insistence::Demand::end) {
    if (by_key && sink_.terminal()) sink_.buffer().append("\n");  // behind the ^C that the terminal shows
    return shut_down(status, core::signal_name(signal), by_key ? "Ctrl-C" : core::signal_name(signal));
  }
  if (farewell_.begun()) return farewell_.insist();
  own(fmt::format("{}: killing what is left", core::signal_name(signal)));
  perform(core_.kill_all(now()));
}

void Supervisor::shut_down(int status, std::string_view why, std::string_view again) {
  if (core_.shutting_down() && again.empty()) return;
  if (!end_reason_) end_reason_ = why;
  if (const auto count = running(); count > 0) {
    const auto how_to_kill = again.empty() ? std::string{} : fmt::format(" ({} again kills them)", again);
    own(again == "Ctrl-C" ? stopping(count) + how_to_kill
                          : fmt::format("{}: {}{}", why, stopping(count), how_to_kill));
  }
  perform(core_.shut_down(status, now()));
}

void Supervisor::report_end() {
  operations_.shutting_down(now());
  emit(core::ShutdownEvent{end_reason_.value_or("every process has ended")});
}

void Supervisor::leave_if_over() {
  const auto status = core_.finished();
  if (!status || farewell_.begun()) return;
  exit_status_ = *status;
  if (setup_.style.color) {
    sink_.buffer().append("\x1b[0m");  // whatever the last lines of a child have left on
    sink_.appended(wall_clock());
  }
  farewell_.begin([this] { leave(); });
}

void Supervisor::leave() {
  keeper_.close();
  if (!service_) return loop_.stop();
  service_->close([this] { loop_.stop(); });
}

Channel::Setup Supervisor::channel_setup(const InstanceId& id) const {
  const auto& type = definitions_.type(id.type);
  const auto name = to_string(id);
  const auto own_color = core::parse_color(type.color);
  const auto muted = [&](const std::string& selector) { return core::selects(selector, id); };
  return {.name = name,
          .sgr = own_color ? *own_color : std::string{setup_.palette.color(type.index)},
          .muted = std::any_of(setup_.mute.begin(), setup_.mute.end(), muted),
          .log_path = setup_.log_dir.empty() ? "" : fmt::format("{}/{}.log", setup_.log_dir, name)};
}

// The names may be longer or shorter now, and who is gone leaves his history behind.
void Supervisor::follow_instances() { channels_.follow(core_.instances()); }

void Supervisor::own(std::string_view text) {
  if (!setup_.style.quiet) printer_.own(text, wall_clock());
}

void Supervisor::introduce() {
  constexpr std::size_t kNamed = 8;  // more are no line to read
  std::vector<std::string> names, counts;
  for (const auto& id : core_.instances()) names.push_back(to_string(id));
  for (const auto& [type, count] : core_.formation())
    if (count > 0) counts.push_back(fmt::format("{}={}", type, count));
  const auto what = names.size() <= kNamed ? fmt::format("{}", fmt::join(names, ", "))
                    : counts.size() <= kNamed
                        ? fmt::format("{}", fmt::join(counts, " "))
                        : fmt::format("{} processes of {} types", names.size(), counts.size());
  const auto others = setup_.socket.empty() ? "" : " · pm ps, pm logs, pm panes from another terminal";
  const auto how_to_stop = !setup_.background      ? "Ctrl-C stops"
                           : setup_.socket.empty() ? "SIGTERM stops"
                                                   : "pm quit stops";
  own(fmt::format("{} from {}{} · {}", what, setup_.application.procfile, setup_.background ? "" : others,
                  how_to_stop));
}

void Supervisor::warn_of_taken_ports() {
  for (const auto& id : core_.instances())
    if (const auto port = definitions_.port(id); port && os::port_is_taken(*port))
      channels_.of(id).own(
          fmt::format("warning: port {} is taken by another program; choose others with --port", *port),
          Notice::warning);
}

// What a child's terminal is told of its size: the room beside the prefix.
os::TerminalSize Supervisor::child_terminal() const {
  constexpr int kSeparator = 3, kLeast = 20;
  if (const auto size = os::terminal_size(kStdout)) {
    const int prefix = setup_.style.prefix ? static_cast<int>(printer_.style().width) + kSeparator : 0;
    return {std::max(size->columns - prefix, kLeast), size->rows};
  }
  return os::terminal_size(kStdin).value_or(os::TerminalSize{});
}

double Supervisor::dice() { return std::uniform_real_distribution{-1.0, 1.0}(random_); }

}  // namespace pm::supervisor
