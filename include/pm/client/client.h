#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "pm/api/request.h"
#include "pm/core/error.h"
#include "pm/core/name.h"
#include "pm/core/time.h"
#include "pm/os/unique_fd.h"

namespace pm::client {

/// Where a supervisor is to be found: `flag`, else PM_SOCKET of `environment`, else .pm.sock in `directory`
/// or the nearest parent that has one, else what would be there. Absolute.
std::string find_socket(const std::optional<std::string>& flag,
                        const std::map<std::string, std::string>& environment, const std::string& directory);

/// A connection to a supervisor; what it asks, it asks one after the other, and waits.
class Client {
 public:
  /// Errors: no_supervisor, saying how to start one.
  static core::Result<Client> connect(const std::string& path);

  struct Answer {
    int status = 0;
    std::string body;
    bool ok() const { return status >= 200 && status < 300; }
  };
  /// Errors: no_supervisor if the supervisor goes away before it has answered; failed for what is no HTTP,
  /// and once the patience is over.
  core::Result<Answer> ask(const api::Request& request);

  /// Asks while `meanwhile` is called each `pace`, for as long as no answer has come.
  core::Result<Answer> ask(const api::Request& request, core::Duration pace,
                           const std::function<void()>& meanwhile);

  /// Gives each piece of the body to `take` as it comes, until the end of the stream or until `take` says
  /// false; also once nobody reads any more what is written to `output`. An answer that is no success comes
  /// back whole.
  core::Result<Answer> follow(const api::Request& request, const std::function<bool(std::string_view)>& take,
                              int output = -1);

  /// How long a silent supervisor is waited for; for ever, if it is not said.
  void set_patience(core::Duration patience) { patience_ = patience; }

  /// `told` hears, once and from within a wait, that the supervisor is stopped (SIGSTOP, Ctrl-Z) and has been
  /// silent for a second; the wait goes on.
  void on_stopped(std::function<void(core::Pid)> told) { on_stopped_ = std::move(told); }
  /// The same for whoever waits for something else.
  void look_for_stop();

  int fd() const { return fd_.get(); }
  /// The connection itself, for whoever speaks something else over it from now on.
  os::UniqueFd release() && { return std::move(fd_); }
  const std::string& path() const { return path_; }

 private:
  explicit Client(os::UniqueFd fd, std::string path) : fd_{std::move(fd)}, path_{std::move(path)} {}

  core::Error gone() const;
  void send(const api::Request& request);
  bool wait(std::optional<core::Duration> limit);
  core::Result<void> read(api::ReplyDecoder& decoder);

  os::UniqueFd fd_;
  std::string path_;
  std::optional<core::Duration> patience_;
  std::function<void(core::Pid)> on_stopped_;
  core::TimePoint silent_since_;
};

}  // namespace pm::client
