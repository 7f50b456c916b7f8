#include "session.h"

#include <chrono>
#include <csignal>

#include "pm/api/attach.h"
#include "pm/api/reply.h"
#include "pm/core/overloaded.h"
#include "pm/os/pipe.h"
#include "view.h"

namespace pm::panes {

namespace asio = boost::asio;
using client::Client;
using core::Result;

namespace {

constexpr auto kStatusPace = std::chrono::seconds{1};
constexpr auto kParting = std::chrono::milliseconds{500};
constexpr std::size_t kLogTail = 500;             // lines of the past
constexpr std::size_t kScrollbackRows = 1 << 20;  // of each terminal's past: all that is there

Moment moment_now() {
  using namespace std::chrono;
  return {.now = steady_clock::now(),
          .wall = duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

term::Size screen_size() {
  const auto size = os::terminal_size(kStdout);
  return size ? term::Size{size->columns, size->rows} : term::Size{};
}

core::TerminalSize to_core(term::Size size) { return {size.columns, size.rows}; }
term::Size to_term(core::TerminalSize size) { return {size.columns, size.rows}; }

}  // namespace

Session::Session(asio::io_context& loop, const Options& options, os::UniqueFd input)
    : loop_{loop},
      socket_{options.socket},
      model_{begin(options.settings, screen_size())},
      outer_{loop,
             std::move(input),
             {.on_input = [this](const auto& inputs) { on_input(inputs); },
              .on_room = [this] { draw_when_due(); },
              .on_gone = [this] { leave(End::left); }}},
      renderer_{term::capabilities_of(options.term, options.colorterm)},
      signals_{loop},
      status_timer_{loop},
      frame_timer_{loop},
      wake_timer_{loop} {}

Result<void> Session::connect() {
  auto control = client::Channel::connect(loop_, socket_);
  if (!control) return control.error();
  control_ = std::move(*control);
  return follow_events();
}

void Session::start(os::RawTerminal& terminal) {
  terminal_ = &terminal;
  for (const int signal : {SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT, SIGQUIT})
    signals_.add(signal);
  wait_for_signal();
  outer_.write(term::Renderer::enter());
  outer_.start();
  fetch_status();
  draw_when_due();
}

void Session::finish() {
  if (outer_.has_room()) outer_.write(asides_.take());
  outer_.finish(kParting);
}

void Session::leave(End end) {
  if (std::exchange(over_, true)) return;
  end_ = end;
  loop_.stop();
}

// From events to effects.

void Session::apply(const Event& event) {
  perform(update(model_, event, moment_now()));
  draw_when_due();
}

void Session::perform(Effects effects) {
  for (const auto& effect : effects) perform_one(effect);
}

void Session::perform_one(const Effect& effect) {
  std::visit(core::overloaded{
                 [&](const Attach& wish) { attach(wish); },
                 [&](const Detach& wish) { detach(wish.name); },
                 [&](const FollowLog&) { follow_log(); },
                 [&](const LeaveLog&) { log_.reset(); },
                 [&](const Send& input) { send(input); },
                 [&](const Resize& wish) { resize(wish); },
                 [&](const Operate& wish) {
                   ask(api::Operate{.verb = wish.verb, .selectors = {wish.name}, .wait = false});
                 },
                 [&](const Scale& wish) {
                   ask(api::Scale{.counts = {{wish.type, wish.change}}, .wait = false});
                 },
                 [&](const ShutDown&) { ask(api::Shutdown{}); },
                 [&](const FetchStatus&) { fetch_status(); },
                 [&](const Leave&) { leave(End::left); },
                 [&](const Copy& wish) { asides_.copy(wish.text); },
                 [&](const Ring&) { asides_.ring(); },
                 [&](const WakeAt& wish) { wake_at(wish.at); },
             },
             effect);
}

// The supervisor's side.

void Session::attach(const Attach& wish) {
  const auto& name = wish.name;
  if (attachments_.contains(name)) return resize({name, wish.size});
  api::Attach request{.name = name, .size = to_core(wish.size), .scrollback = kScrollbackRows};
  client::Attachment::Hooks hooks{
      .on_begin =
          [this, name](const api::AttachBegin& begin) {
            apply(Attached{name, begin.terminal, to_term(begin.size)});
          },
      .on_bytes = [this, name](std::string_view bytes) { on_output(name, bytes); },
      .on_size =
          [this, name](core::TerminalSize size) {
            apply(TerminalResized{name, to_term(size)});
          },
      .on_end = [this, name](const auto&) { detach(name); },
  };
  attachments_[name] =
      std::make_unique<client::Attachment>(loop_, socket_, std::move(request), std::move(hooks));
}

void Session::resize(const Resize& wish) {
  const auto found = attachments_.find(wish.name);
  if (found != attachments_.end()) found->second->resize(to_core(wish.size));
}

void Session::detach(const std::string& name) {
  const std::string kept = name;  // the attachment may hold what `name` refers to
  attachments_.erase(kept);
  apply(Detached{kept});
}

void Session::send(const Send& input) {
  const auto found = attachments_.find(input.name);
  if (found == attachments_.end()) return;
  if (!found->second->write(input.bytes))
    perform(update(model_, Refused{input.name + " does not read what is typed"}, moment_now()));
  pace_.sent(input.name, moment_now().now);
}

void Session::on_output(const std::string& name, std::string_view bytes) {
  const auto moment = moment_now();
  perform(update(model_, Output{name, bytes}, moment));
  if (pace_.answers(name, moment.now))
    draw_at(moment.now);
  else
    draw_when_due();
}

void Session::follow_log() {
  auto channel = client::Channel::connect(loop_, socket_);
  if (!channel) return;  // the end of the supervisor comes to light elsewhere
  log_ = std::move(*channel);
  log_text_ = {};
  log_->follow(
      api::FollowLogs{.tail = kLogTail, .follow = true, .form = api::StreamForm::text, .color = true},
      [this](std::string_view lines) { on_output(kLogName, log_text_.push(lines)); }, [](const auto&) {});
}

void Session::ask(const api::Request& request) {
  control_->ask(request, [this](Result<Client::Answer> answer) {
    if (answer && !answer->ok()) apply(Refused{api::parse_error(answer->status, answer->body).front().what});
  });
}

Result<void> Session::follow_events() {
  auto channel = client::Channel::connect(loop_, socket_);
  if (!channel) return channel.error();
  events_ = std::move(*channel);
  const auto take = [this](std::string_view piece) {
    event_lines_.push(piece, [this](std::string_view line) {
      if (auto event = api::parse_event(line)) apply(std::move(*event));
    });
  };
  events_->follow(api::FollowEvents{}, take, [this](const auto&) { on_supervisor_gone(); });
  return {};
}

void Session::on_supervisor_gone() { leave(model_.shutting_down ? End::ended : End::lost); }

void Session::fetch_status() {
  if (std::exchange(asking_status_, true)) return;
  status_timer_.cancel();
  control_->ask(api::GetStatus{}, [this](Result<Client::Answer> answer) {
    asking_status_ = false;
    on_status(std::move(answer));
  });
}

void Session::on_status(Result<Client::Answer> answer) {
  if (!answer) return;  // so will the events
  if (answer->ok())
    if (auto status = api::parse_status(answer->body)) apply(StatusKnown{std::move(*status)});
  fetch_in_a_second();
}

void Session::fetch_in_a_second() {
  status_timer_.expires_after(kStatusPace);
  status_timer_.async_wait([this](const auto& error) {
    if (!error) fetch_status();
  });
}

// The person's side.

void Session::on_input(const std::vector<term::Input>& inputs) {
  const auto moment = moment_now();
  for (const auto& input : inputs) perform(update(model_, input, moment));
  draw_at(moment.now);
}

void Session::wait_for_signal() {
  signals_.async_wait([this](const auto& error, int signal) {
    if (error) return;
    on_signal(signal);
    wait_for_signal();
  });
}

void Session::on_signal(int signal) {
  if (signal == SIGTSTP) {
    outer_.hold();  // the screen is the shell's until SIGCONT has come to us
    return terminal_->stop();
  }
  if (signal != SIGWINCH && signal != SIGCONT) return leave(End::left);
  if (signal == SIGCONT) {
    terminal_->take_again();
    outer_.go_on();
    outer_.write(term::Renderer::enter());
  }
  renderer_.forget();  // the terminal may have moved what it showed
  apply(Resized{screen_size()});
}

void Session::wake_at(core::TimePoint at) {
  wakes_.insert(at);
  wait_to_wake();
}

void Session::wait_to_wake() {
  if (wakes_.empty()) return;
  wake_timer_.expires_at(*wakes_.begin());
  wake_timer_.async_wait([this](const auto& error) {
    if (error) return;
    wakes_.erase(wakes_.begin(), wakes_.upper_bound(moment_now().now));
    apply(Tick{});
    wait_to_wake();
  });
}

// Drawing: a frame is made when it is due and the terminal has taken the one before.

void Session::draw_when_due() { draw_at(pace_.due(moment_now().now)); }

void Session::draw_at(core::TimePoint at) {
  if (frame_at_ && *frame_at_ <= at) return;
  frame_at_ = at;
  frame_timer_.expires_at(at);
  frame_timer_.async_wait([this](const auto& error) {
    if (!error) draw();
  });
}

void Session::draw() {
  frame_at_.reset();
  if (over_ || !outer_.has_room()) return;  // on_room draws
  const auto moment = moment_now();
  auto bytes = renderer_.draw(view(model_, moment));
  bytes += asides_.take();
  if (!bytes.empty()) outer_.write(bytes);
  pace_.drawn(moment.now);
}

}  // namespace pm::panes
