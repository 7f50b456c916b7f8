#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pm/core/name.h"
#include "pm/core/supervision.h"
#include "pm/core/time.h"

namespace pm::core {

// What a service manager is told, in the words of sd_notify(3): one datagram each.

/// "READY=1\nSTATUS=3 running, 1 in backoff", and while the run ends
/// "STOPPING=1\nSTATUS=ending the run: 2 stopping\nEXTEND_TIMEOUT_USEC=15000000", so that each process has
/// the grace that it was promised.
std::string service_news(const Supervision& core);

/// The files are being read anew; what ends that is the next service_news().
std::string reloading_news(TimePoint now);

/// What the manager has still to be told: of what is true only the newest, and nothing of it while the files
/// are being read anew. Pure.
class ServiceReport {
 public:
  /// service_news(), however often; what has been told is not told again.
  void is(std::string news);
  void reload_begins(TimePoint now);
  void reload_ends();

  /// Empty: nothing is to be told. What could not be told is replaced by what comes later.
  const std::string& next() const { return next_; }
  void told() { next_.clear(); }

 private:
  std::string latest_, next_;
  bool reloading_ = false;
};

inline constexpr std::string_view kAliveNews = "WATCHDOG=1";

/// How often kAliveNews has to come; nullopt: nobody waits for it. `usec` and `pid` are WATCHDOG_USEC and
/// WATCHDOG_PID; the latter, if there is one, has to be `started`, the process that the manager knows.
std::optional<Duration> alive_interval(std::string_view usec, std::string_view pid, Pid started);

}  // namespace pm::core
