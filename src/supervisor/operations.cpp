#include "operations.h"

#include <boost/asio/post.hpp>

namespace pm::supervisor {

Ticket Operations::add(core::Wait wait, Control::Done done) {
  auto pending = std::make_shared<Pending>(Pending{std::move(wait), std::move(done)});
  if (pending->wait.over())
    report(pending);
  else
    pending_.push_back(pending);
  return pending;
}

template <class Event>
void Operations::each(Event&& event) {
  std::erase_if(pending_, [&](const auto& weak) {
    const auto pending = weak.lock();
    if (!pending) return true;
    event(pending->wait);
    if (pending->wait.over()) report(pending);
    return pending->wait.over();
  });
}

void Operations::on(const core::Changed& change, core::TimePoint now) {
  each([&](core::Wait& wait) { wait.on(change, now); });
}

void Operations::shutting_down(core::TimePoint now) {
  each([&](core::Wait& wait) { wait.shutting_down(now); });
}

// Later: the caller is in the midst of carrying something out, and what was asked may be all of it.
void Operations::report(const std::shared_ptr<Pending>& pending) {
  boost::asio::post(loop_, [weak = std::weak_ptr{pending}] {
    if (const auto asked = weak.lock()) asked->done(asked->wait.settled());
  });
}

}  // namespace pm::supervisor
