#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <vector>

#include "pm/core/operation.h"
#include "pm/supervisor/control.h"

namespace pm::supervisor {

/// The operations that somebody waits for. Whoever asked holds a ticket; one that is let go of is forgotten.
class Operations {
 public:
  explicit Operations(boost::asio::io_context& loop) : loop_{loop} {}

  /// Waits until `wait` is over, then calls `done` from the loop.
  Ticket add(core::Wait wait, Control::Done done);
  void on(const core::Changed& change, core::TimePoint now);
  void shutting_down(core::TimePoint now);

 private:
  struct Pending {
    core::Wait wait;
    Control::Done done;
  };
  template <class Event>
  void each(Event&& event);
  void report(const std::shared_ptr<Pending>& pending);

  boost::asio::io_context& loop_;
  std::vector<std::weak_ptr<Pending>> pending_;
};

}  // namespace pm::supervisor
