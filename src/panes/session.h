#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "asides.h"
#include "lines.h"
#include "log_text.h"
#include "outer.h"
#include "pace.h"
#include "pm/client/attachment.h"
#include "pm/client/channel.h"
#include "pm/os/raw_terminal.h"
#include "pm/panes/panes.h"
#include "pm/term/renderer.h"
#include "update.h"
#include "words.h"

namespace pm::panes {

/// The panes at work: events go into the model, what it wants is carried out, and the screen is drawn.
class Session {
 public:
  Session(boost::asio::io_context& loop, const Options& options, os::UniqueFd input);

  /// Errors: no_supervisor if none answers.
  core::Result<void> connect();
  /// Once the terminal has been taken over; `terminal` lasts for as long as the loop runs.
  void start(os::RawTerminal& terminal);
  /// Before the terminal is given back; does not wait long for it.
  void finish();
  /// How it ended, once the loop has nothing more to do.
  Outcome outcome() const { return {end_, failures(model_.panes)}; }

 private:
  void apply(const Event& event);
  void perform(Effects effects);
  void perform_one(const Effect& effect);

  void attach(const Attach& wish);
  void resize(const Resize& wish);
  void detach(const std::string& name);
  void send(const Send& input);
  void follow_log();
  void ask(const api::Request& request);

  core::Result<void> follow_events();
  void fetch_status();
  void fetch_in_a_second();
  void on_status(core::Result<client::Client::Answer> answer);
  void on_supervisor_gone();

  void on_input(const std::vector<term::Input>& inputs);
  void on_output(const std::string& name, std::string_view bytes);
  void wait_for_signal();
  void on_signal(int signal);
  void wake_at(core::TimePoint at);
  void wait_to_wake();
  void leave(End end);

  void draw_when_due();
  void draw_at(core::TimePoint at);
  void draw();

  boost::asio::io_context& loop_;
  os::RawTerminal* terminal_ = nullptr;
  std::string socket_;
  Model model_;
  Outer outer_;
  term::Renderer renderer_;
  Pace pace_;
  Asides asides_;

  std::unique_ptr<client::Channel> control_, events_, log_;
  std::map<std::string, std::unique_ptr<client::Attachment>> attachments_;
  Lines event_lines_;
  LogText log_text_;
  bool asking_status_ = false;

  boost::asio::signal_set signals_;
  boost::asio::steady_timer status_timer_, frame_timer_, wake_timer_;
  std::optional<core::TimePoint> frame_at_;  // when the next one is due
  std::set<core::TimePoint> wakes_;
  End end_ = End::left;
  bool over_ = false;
};

}  // namespace pm::panes
