#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <unordered_map>

#include "pm/os/unique_fd.h"
#include "session.h"

namespace pm::server {

/// All clients: as many as the rules allow.
class Sessions {
 public:
  explicit Sessions(Surroundings& around);
  ~Sessions() { close_all(); }

  /// A client that has just connected. Where there are too many, the one that has been quiet the longest has
  /// to go, or else the new one is told so.
  void admit(os::UniqueFd socket);
  /// Closes the one that has been quiet the longest; false if there is none.
  bool make_room();

  /// Gives the answers in progress, for as long as the rules allow, and calls `done`, which is not done from
  /// within the call.
  void finish(std::function<void()> done);
  bool finishing() const { return finishing_; }

  void on_closed(Session& session);

 private:
  void close_all();

  Surroundings& around_;
  std::unordered_map<Session*, std::shared_ptr<Session>> open_;
  bool finishing_ = false;
  boost::asio::steady_timer goodbye_;
};

}  // namespace pm::server
