#pragma once

#include <functional>

#include "catalogue.h"
#include "desk.h"
#include "door.h"
#include "event_log.h"
#include "pm/os/socket.h"
#include "pm/supervisor/control.h"
#include "rules.h"
#include "sessions.h"
#include "turns.h"

namespace pm::server {

/// The control socket.
class Server : public supervisor::Service, private supervisor::Observer {
 public:
  Server(boost::asio::io_context& loop, supervisor::Control& control, os::UnixListener listener,
         Rules rules = {});
  ~Server() override;

  void close(std::function<void()> done) override;

 private:
  void on_event(const core::Event& event) override;
  void on_lines() override { turns_.on_news(Stream::News::lines); }
  bool wants_lines() const override { return turns_.awaited(Stream::News::lines); }

  supervisor::Control& control_;
  Rules rules_;
  Counters counters_;
  EventLog events_;
  Catalogue catalogue_;
  Turns turns_;
  Desk desk_;
  Surroundings around_;
  Sessions sessions_;
  Door door_;
};

}  // namespace pm::server
