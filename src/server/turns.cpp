#include "turns.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "clock.h"

namespace pm::server {

Turns::Turns(boost::asio::io_context& loop, Catalogue& catalogue) : pause_{loop}, catalogue_{catalogue} {}

void Turns::want(GuestPtr guest) {
  ready_.push_back(std::move(guest));
  schedule();
}

void Turns::await(Stream::News news, GuestPtr guest) { of(news).push_back(std::move(guest)); }

void Turns::leave(const Guest& guest) {
  const auto is_guest = [&](const GuestPtr& g) { return g.get() == &guest; };
  for (auto* guests : {&ready_, &for_lines_, &for_events_}) std::erase_if(*guests, is_guest);
}

void Turns::on_news(Stream::News news) {
  auto& guests = of(news);
  if (guests.empty()) return;
  std::move(guests.begin(), guests.end(), std::back_inserter(ready_));
  guests.clear();
  schedule();
}

void Turns::wake_all() {
  on_news(Stream::News::lines);
  on_news(Stream::News::events);
}

// Never from within the call that brings the news: a time in the past fires in this round of the loop.
void Turns::schedule() {
  if (scheduled_ || ready_.empty()) return;
  scheduled_ = true;
  pause_.expires_at(next_);
  pause_.async_wait([this](boost::system::error_code ec) {
    if (!ec) turn();
  });
}

void Turns::turn() {
  const auto begin = steady_now();
  auto now = begin;
  catalogue_.refresh();
  for (auto left = ready_.size(); left > 0 && !ready_.empty() && now - begin < kTurn; --left) {
    const auto guest = std::move(ready_.front());
    ready_.pop_front();
    guest->take_turn();
    now = steady_now();
  }
  next_ = now + kPauseFactor * (now - begin);
  scheduled_ = false;  // only now: who wants another turn waits for the pause as well
  schedule();
}

}  // namespace pm::server
