#include "farewell.h"

#include <fmt/format.h>

#include "lives.h"
#include "sink.h"

namespace pm::supervisor {

namespace asio = boost::asio;

namespace {

// SIGKILL takes effect at once but for processes in an uninterruptible wait, which nobody can end.
constexpr auto kLeftoversPatience = std::chrono::seconds{2};

}  // namespace

Farewell::Farewell(asio::io_context& loop, Lives& lives, Sink& sink, core::Duration patience)
    : loop_{loop}, lives_{lives}, sink_{sink}, patience_{patience}, timer_{loop} {}

void Farewell::begin(std::function<void()> done) {
  if (begun()) return;
  done_ = std::move(done);
  step_ = Step::leftovers;
  timer_.expires_after(kLeftoversPatience);
  timer_.async_wait([this](boost::system::error_code ec) {
    if (!ec && step_ == Step::leftovers) flush();
  });
  kill_leftovers();
}

void Farewell::on_child() {
  if (step_ == Step::leftovers) kill_leftovers();
}

void Farewell::kill_leftovers() {
  if (!lives_.kill_leftovers()) flush();
}

void Farewell::insist() {
  if (step_ == Step::output || step_ == Step::thread) end();
}

void Farewell::flush() {
  step_ = Step::output;
  if (sink_.idle()) return wait_for_thread();
  sink_.on_idle([this] {
    if (step_ == Step::output) wait_for_thread();
  });
  watch_reader();
}

// A slow reader gets all the time it needs, one that takes nothing does not.
void Farewell::watch_reader() {
  taken_ = sink_.taken();
  timer_.expires_after(patience_);
  timer_.async_wait([this](boost::system::error_code ec) {
    if (ec || step_ == Step::done) return;
    if (step_ == Step::output && sink_.taken() != taken_) return watch_reader();
    end();
  });
}

void Farewell::wait_for_thread() {
  step_ = Step::thread;
  auto end_of_thread = sink_.finish();
  if (!end_of_thread) return end();
  thread_end_.emplace(loop_, end_of_thread.release());
  thread_end_->async_wait(asio::posix::stream_descriptor::wait_read, [this](boost::system::error_code ec) {
    if (!ec) end();
  });
  watch_reader();
}

void Farewell::end() {
  if (step_ == Step::done) return;
  step_ = Step::done;
  if (!sink_.idle())
    os::complain(fmt::format("pm: warning: the reader of stdout takes nothing, {} bytes of output are lost\n",
                             sink_.buffer().size()));
  done_();
}

}  // namespace pm::supervisor
