#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>

#include "catalogue.h"
#include "pm/core/time.h"
#include "stream.h"

namespace pm::server {

using namespace std::chrono_literals;

/// Serves those who follow a stream in turns, with long pauses in a flood: what they take from the loop is a
/// bounded share, however many they are. On a quiet log a line goes out at once.
class Turns {
 public:
  /// The pause after a turn is so many times as long as the turn: followers get at most a fifth of the loop,
  /// and fall behind rather than hold up the log.
  static constexpr int kPauseFactor = 4;
  /// What a turn may take, so that the loop comes back soon; who has not been served comes first next time.
  static constexpr core::Duration kTurn = 2ms;

  class Guest {
   public:
    virtual ~Guest() = default;
    virtual void take_turn() = 0;
  };
  using GuestPtr = std::shared_ptr<Guest>;

  Turns(boost::asio::io_context& loop, Catalogue& catalogue);

  /// Serves `guest` once, as soon as it is its turn.
  void want(GuestPtr guest);
  /// The same, but not before there is news.
  void await(Stream::News news, GuestPtr guest);
  void leave(const Guest& guest);

  bool awaited(Stream::News news) const { return !of(news).empty(); }
  void on_news(Stream::News news);
  /// Everyone who waits for news is served once more.
  void wake_all();

 private:
  using Guests = std::deque<GuestPtr>;
  Guests& of(Stream::News news) { return news == Stream::News::lines ? for_lines_ : for_events_; }
  const Guests& of(Stream::News news) const { return news == Stream::News::lines ? for_lines_ : for_events_; }
  void schedule();
  void turn();

  boost::asio::steady_timer pause_;
  Catalogue& catalogue_;
  Guests ready_, for_lines_, for_events_;
  core::TimePoint next_{};  // not before
  bool scheduled_ = false;
};

}  // namespace pm::server
