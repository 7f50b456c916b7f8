#include "sessions.h"

#include <algorithm>
#include <utility>

#include "clock.h"
#include "pm/os/descriptors.h"

namespace pm::server {

namespace {

// Clients beyond the limit that are being told so.
constexpr std::size_t kTurnedAway = 16;

// Where few descriptors are left, what a spawn, its pipes and a look at the process tree take comes first:
// more of them than children have to leave each other. Some clients are served even then: one may come to
// help.
constexpr std::size_t kLeftForChildren = 64, kServedAnyhow = 8;

}  // namespace

Sessions::Sessions(Surroundings& around) : around_{around}, goodbye_{around.loop} {}

void Sessions::admit(os::UniqueFd socket) {
  const bool may = around_.rules.admits(socket.get());
  const bool scarce = os::descriptors_above(socket.get()) < kLeftForChildren;
  const auto most = scarce ? std::min(kServedAnyhow, around_.rules.clients) : around_.rules.clients;
  const bool room = open_.size() < most || make_room();
  if (!room && open_.size() >= most + (scarce ? 0 : kTurnedAway)) return;
  const auto session = std::make_shared<Session>(around_, *this, std::move(socket));
  open_.emplace(session.get(), session);
  around_.counters.clients = static_cast<int>(open_.size());
  if (!may)
    return session->refuse({.status = 403,
                            .code = "forbidden",
                            .message = "only root and the user who started pm may command it"});
  if (!room)
    return session->refuse({.status = 503,
                            .code = "unavailable",
                            .message = "too many clients are being served",
                            .hint = "try again in a moment"});
  session->start();
}

bool Sessions::make_room() {
  Session* quietest = nullptr;
  for (const auto& [session, owned] : open_)
    if (session->quiet_since() && (!quietest || *session->quiet_since() < *quietest->quiet_since()))
      quietest = session;
  if (quietest) quietest->close();
  return quietest;
}

void Sessions::on_closed(Session& session) {
  open_.erase(&session);
  around_.counters.clients = static_cast<int>(open_.size());
  if (finishing_ && open_.empty()) goodbye_.cancel();
}

void Sessions::finish(std::function<void()> done) {
  finishing_ = true;
  const auto all = open_;
  for (const auto& [session, owned] : all) session->finish();
  around_.turns.wake_all();
  goodbye_.expires_after(open_.empty() ? core::Duration{} : around_.rules.goodbye);
  goodbye_.async_wait([this, done = std::move(done)](boost::system::error_code) {
    close_all();
    done();
  });
}

void Sessions::close_all() {
  const auto all = std::exchange(open_, {});
  for (const auto& [session, owned] : all) session->close();
}

}  // namespace pm::server
