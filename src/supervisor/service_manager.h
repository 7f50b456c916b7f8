#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <string_view>

#include "pm/config/application.h"
#include "pm/core/name.h"
#include "pm/core/service_news.h"
#include "pm/core/supervision.h"
#include "pm/os/notify_socket.h"

namespace pm::supervisor {

/// Who has started pm and wants to know how it goes, if anybody does: systemd, by NOTIFY_SOCKET.
class ServiceManager {
 public:
  /// `started`: the process that the manager has started, as pm itself knows it.
  ServiceManager(boost::asio::io_context& loop, const config::Environment& environment, core::Pid started);

  /// Whatever is new; the first time, that pm is ready.
  void tell(const core::Supervision& core);

  /// While it lives the files are being read anew, and what else is new waits.
  class Reloading {
   public:
    explicit Reloading(ServiceManager& manager);
    Reloading(const Reloading&) = delete;
    Reloading& operator=(const Reloading&) = delete;
    ~Reloading();

   private:
    ServiceManager& manager_;
  };

 private:
  void report();
  bool send(std::string_view news);
  void stay_alive(core::Duration after);
  void give_up(const core::Error& error);

  std::optional<os::NotifySocket> socket_;
  boost::asio::steady_timer room_, alive_;
  core::ServiceReport report_;
  std::optional<core::Duration> interval_;  // nullopt: nobody waits for a sign of life
};

}  // namespace pm::supervisor
