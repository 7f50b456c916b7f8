#include "service_manager.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "pm/os/output.h"

namespace pm::supervisor {

namespace {

// A manager whose queue is full is busy starting services; it is read again soon.
constexpr core::Duration kUntilThereIsRoom = std::chrono::milliseconds{50};

std::string variable(const config::Environment& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string{} : found->second;
}

}  // namespace

ServiceManager::ServiceManager(boost::asio::io_context& loop, const config::Environment& environment,
                               core::Pid started)
    : room_{loop}, alive_{loop} {
  const auto address = variable(environment, "NOTIFY_SOCKET");
  if (address.empty()) return;
  auto opened = os::NotifySocket::open(address);
  if (!opened) {
    give_up(opened.error());
    return;
  }
  socket_.emplace(std::move(*opened));
  interval_ = core::alive_interval(variable(environment, "WATCHDOG_USEC"),
                                   variable(environment, "WATCHDOG_PID"), started);
  if (interval_) stay_alive(*interval_);
}

void ServiceManager::tell(const core::Supervision& core) {
  if (!socket_) return;
  report_.is(core::service_news(core));
  report();
}

ServiceManager::Reloading::Reloading(ServiceManager& manager) : manager_{manager} {
  manager_.report_.reload_begins(std::chrono::steady_clock::now());
  manager_.report();
}

ServiceManager::Reloading::~Reloading() {
  manager_.report_.reload_ends();
  manager_.report();
}

void ServiceManager::report() {
  if (report_.next().empty()) return;
  if (send(report_.next())) return report_.told();
  room_.expires_after(kUntilThereIsRoom);
  room_.async_wait([this](boost::system::error_code ec) {
    if (!ec) report();
  });
}

// Whether there was room for it; where nobody listens there always is.
bool ServiceManager::send(std::string_view news) {
  if (!socket_) return true;
  const auto sent = socket_->send(news);
  if (sent) return *sent;
  give_up(sent.error());
  return true;
}

// That the loop comes round to this is what the manager wants to know.
void ServiceManager::stay_alive(core::Duration after) {
  alive_.expires_after(after);
  alive_.async_wait([this](boost::system::error_code ec) {
    if (ec || !socket_) return;
    const bool sent = send(core::kAliveNews);
    stay_alive(sent ? *interval_ : std::min(*interval_, kUntilThereIsRoom));
  });
}

void ServiceManager::give_up(const core::Error& error) {
  socket_.reset();
  os::complain(core::render(error, "warning"));
}

}  // namespace pm::supervisor
