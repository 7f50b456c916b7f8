#include "start_there.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "operate.h"
#include "pm/os/socket.h"
#include "pm/os/wait.h"

namespace pm::cli {

using core::Error;

namespace {

bool is_bare(const std::string& name) { return name.find('=') == name.npos; }

/// `by_variable`: PM_SOCKET, not a flag or the root, led to it.
Error already_there(const client::Client& client, bool panes, bool by_variable) {
  const auto peer = os::peer_of(client.fd());
  const auto who =
      peer && peer->pid != core::Pid::none ? fmt::format(" (pid {})", static_cast<int>(peer->pid)) : "";
  std::string hint =
      "'pm ps' shows what it runs, 'pm start NAME' alone starts more of it there, 'pm quit' ends it\n"
      "for a second one: pm start --socket PATH, or --no-socket";
  if (panes) hint = "'pm panes' opens them for what it runs\n" + hint;
  if (by_variable) hint += "\nPM_SOCKET names that socket, as in every process that pm starts";
  return {.kind = Error::Kind::conflict,
          .what = fmt::format("a supervisor{} runs already and holds {}", who, client.path()),
          .hint = std::move(hint)};
}

// How long a supervisor that lost its keeper is waited for: it ends its processes within half a second, and
// may wait for the reader of its output.
constexpr core::Duration kTheirEnd = std::chrono::seconds{5};

/// Whether the process that people know at the other end is gone, so that the supervisor follows.
bool is_left_alone(const client::Client& client) {
  const auto peer = os::peer_of(client.fd());
  if (!peer || peer->pid == core::Pid::none) return false;
  const auto known = os::watch_end(peer->pid);
  return !known || os::wait_readable(std::array{known.get()}, core::Duration::zero());
}

core::Result<client::Client> connect_to_who_stays(const std::string& path) {
  const auto deadline = std::chrono::steady_clock::now() + kTheirEnd;
  for (;;) {
    auto client = client::Client::connect(path);
    const auto left = deadline - std::chrono::steady_clock::now();
    if (!client || left <= core::Duration::zero() || !is_left_alone(*client)) return client;
    os::wait_readable(std::array{client->fd()}, left);  // its end
  }
}

bool are_bare(const std::vector<std::string>& names) {
  return !names.empty() && std::all_of(names.begin(), names.end(), is_bare);
}

}  // namespace

std::optional<Outcome> start_there(const supervisor::LoadRequest& request, const StartThereFlags& flags,
                                   const Context& context) {
  const auto place = supervisor::socket_place(request);
  if (!place || place->path.empty()) return std::nullopt;  // what is wrong with the root is told by the start
  const auto& names = request.flags.names;
  const bool by_name = flags.names_alone && are_bare(names);
  auto client = connect_to_who_stays(place->path);
  if (!client && by_name && !place->required && !supervisor::has_procfile(request))
    client = client::Client::connect(client::find_socket({}, context.environment, request.directory));
  if (!client) {
    if (!flags.json && !flags.no_wait) return std::nullopt;
    auto error = client.error();
    error.hint = "--json and --no-wait are for starting processes of one that runs";
    return failed({error});
  }
  if (!by_name) return failed({already_there(*client, flags.panes, place->required && !request.socket)});
  ClientFlags there;
  there.json = flags.json;
  there.no_wait = flags.no_wait;
  return operate(*client, core::Verb::start, names, there, context);
}

}  // namespace pm::cli
