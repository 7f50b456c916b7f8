#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <variant>

#include "catalogue.h"
#include "event_log.h"
#include "pm/api/http.h"
#include "pm/api/reply.h"
#include "pm/api/request.h"
#include "pm/supervisor/control.h"
#include "stream.h"

namespace pm::server {

class AttachSession;

/// What the server counts of itself.
struct Counters {
  std::uint64_t requests = 0;
  int clients = 0;
  std::size_t streams = 0;
};

/// Turns requests into answers, by asking the supervisor.
class Desk {
 public:
  /// The answer comes later; letting go of it ends the wait.
  struct Pending {
    supervisor::Ticket ticket;
  };
  using Answer =
      std::variant<api::HttpReply, Pending, std::unique_ptr<Stream>, std::shared_ptr<AttachSession>>;
  /// How a pending answer comes: what makes it is called by whoever still wants it.
  using Later = std::function<void(std::function<api::HttpReply()>)>;

  Desk(supervisor::Control& control, Catalogue& catalogue, const EventLog& events, const Counters& counters)
      : control_{control}, catalogue_{catalogue}, events_{events}, counters_{counters} {}

  Answer answer(const api::Request& request, const Later& later);

 private:
  Answer to(const api::GetStatus& request, const Later& later);
  Answer to(const api::GetProcesses& request, const Later& later);
  Answer to(const api::Explain& request, const Later& later);
  Answer to(const api::Operate& request, const Later& later);
  Answer to(const api::SendSignal& request, const Later& later);
  Answer to(const api::Scale& request, const Later& later);
  Answer to(const api::GetFormation& request, const Later& later);
  Answer to(const api::FollowLogs& request, const Later& later);
  Answer to(const api::FollowEvents& request, const Later& later);
  Answer to(const api::Attach& request, const Later& later);
  Answer to(const api::Reload& request, const Later& later);
  Answer to(const api::Shutdown& request, const Later& later);
  Answer to(const api::Health& request, const Later& later);
  Answer to(const api::Metrics& request, const Later& later);

  using MakeReport = std::function<api::OperationReport(std::vector<core::Settled>)>;
  static supervisor::Control::Done done(bool wait, const Later& later, MakeReport make);
  static Answer pending(bool wait, supervisor::Ticket ticket, const MakeReport& make);
  std::vector<core::ProcessSnapshot> processes(const api::Selectors& selectors);
  Epoch epoch();

  supervisor::Control& control_;
  Catalogue& catalogue_;
  const EventLog& events_;
  const Counters& counters_;
  std::optional<Epoch> epoch_;
};

}  // namespace pm::server
