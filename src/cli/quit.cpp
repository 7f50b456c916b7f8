#include <fmt/format.h>

#include <array>
#include <chrono>

#include "ask.h"
#include "live_line.h"
#include "pm/os/pipe.h"
#include "pm/os/socket.h"
#include "pm/os/wait.h"

namespace pm::cli {

namespace {

// A supervisor that ends closes the connection a moment before it is gone.
constexpr core::Duration kLastMoment = std::chrono::seconds{2};

/// The end of a supervisor: of its process, or, where that cannot be seen from here (another PID namespace),
/// of its end of the connection.
class Farewell {
 public:
  explicit Farewell(const client::Client& client) : connection_{client.fd()} {
    if (const auto peer = os::peer_of(connection_)) pid_ = peer->pid;
    process_ = os::watch_end(pid_);
  }

  core::Pid pid() const { return pid_; }

  /// Whether it came within `patience`.
  bool within(std::optional<core::Duration> patience) {
    const std::array fds{process_ ? process_.get() : connection_};
    while (os::wait_readable(fds, patience)) {
      std::array<char, 512> rest;  // of the last answer
      if (process_ || os::read_some(connection_, rest).value_or(0) == 0) return true;
    }
    return false;
  }

 private:
  int connection_;
  core::Pid pid_ = core::Pid::none;
  os::UniqueFd process_;
};

void wait_for(Farewell& farewell, client::Client& client, LiveLine& live) {
  client.on_stopped([&live](core::Pid supervisor) {
    live.erase();
    tell_of_stopped(supervisor);
  });
  while (!farewell.within(LiveLine::kPace)) {
    live.refresh();
    client.look_for_stop();
  }
  client.on_stopped({});
}

std::string farewell_text(const Farewell& farewell, core::Duration took) {
  if (farewell.pid() == core::Pid::none)
    return fmt::format("the supervisor is gone ({})\n", core::human(took));
  return fmt::format("the supervisor is gone (pid {}, {})\n", static_cast<int>(farewell.pid()),
                     core::human(took));
}

Outcome quit(const ClientFlags& flags, const Context& context) {
  const auto begun = std::chrono::steady_clock::now();
  auto client = connect(flags, context);
  if (!client) return failed({client.error()});
  Farewell farewell{*client};
  const auto answer = client->ask(api::Shutdown{});
  if (answer && !answer->ok()) return refused(*answer);
  // One that is gone before it could answer has done what it was asked.
  if (!answer && !farewell.within(kLastMoment)) return failed({answer.error()});
  if (flags.no_wait) return {};
  {
    LiveLine live{has_live_terminal(context.environment), client->path(), {"all"}};
    wait_for(farewell, *client, live);
  }
  return print(farewell_text(farewell, std::chrono::steady_clock::now() - begun));
}

}  // namespace

Command quit_command() {
  const auto flags = std::make_shared<ClientFlags>();
  Command command{.summary = "Stop everything and the supervisor; returns when it is gone",
                  .group = Group::change};
  add_socket(*command.flags, *flags);
  add_no_wait(*command.flags, *flags);
  command.carry_out = [flags](const Context& context) { return quit(*flags, context); };
  return command;
}

}  // namespace pm::cli
