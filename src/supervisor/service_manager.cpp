#include "service_manager.h"

#include <utility>

#include "pm/core/service_news.h"
#include "pm/os/output.h"

namespace pm::supervisor {

namespace {

// A manager whose queue is full is busy starting services; it is read again soon.
constexpr auto kUntilThereIsRoom = std::chrono::milliseconds{50};

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
  if (interval_) stay_alive();
}

void ServiceManager::tell(const core::Supervision& core) {
  if (!socket_) return;
  auto news = core::service_news(core);
  if (news == latest_) return;
  latest_ = std::move(news);
  if (!reloading_) send(latest_);
}

ServiceManager::Reloading::Reloading(ServiceManager& manager) : manager_{manager} {
  manager_.reloading_ = true;
  manager_.send(core::reloading_news(std::chrono::steady_clock::now()));
}

ServiceManager::Reloading::~Reloading() {
  manager_.reloading_ = false;
  manager_.send(manager_.latest_);
}

// What comes later replaces what could not be said: it tells all that is true then.
void ServiceManager::send(std::string news) {
  if (!socket_ || news.empty()) return;
  const auto sent = socket_->send(news);
  if (!sent) return give_up(sent.error());
  unsent_ = *sent ? std::string{} : std::move(news);
  if (!*sent) try_again();
}

void ServiceManager::try_again() {
  room_.expires_after(kUntilThereIsRoom);
  room_.async_wait([this](boost::system::error_code ec) {
    if (!ec) send(std::exchange(unsent_, {}));
  });
}

// That the loop comes round to this is what the manager wants to know.
void ServiceManager::stay_alive() {
  alive_.expires_after(*interval_);
  alive_.async_wait([this](boost::system::error_code ec) {
    if (ec || !socket_) return;
    if (const auto sent = socket_->send(core::kAliveNews); !sent) return give_up(sent.error());
    stay_alive();
  });
}

void ServiceManager::give_up(const core::Error& error) {
  socket_.reset();
  os::complain(core::render(error, "warning"));
}

}  // namespace pm::supervisor
