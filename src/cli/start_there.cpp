#include "start_there.h"

#include <fmt/format.h>

#include <algorithm>

#include "operate.h"
#include "pm/os/socket.h"

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

}  // namespace

std::optional<Outcome> start_there(const supervisor::LoadRequest& request, const StartThereFlags& flags,
                                   const Context& context) {
  const auto place = supervisor::socket_place(request);
  if (!place || place->path.empty()) return std::nullopt;  // what is wrong with the root is told by the start
  auto client = client::Client::connect(place->path);
  const auto& names = request.flags.names;
  if (!client) {
    if (!flags.json && !flags.no_wait) return std::nullopt;
    auto error = client.error();
    error.hint = "--json and --no-wait are for starting processes of one that runs";
    return failed({error});
  }
  if (!flags.names_alone || names.empty() || !std::all_of(names.begin(), names.end(), is_bare))
    return failed({already_there(*client, flags.panes, place->required && !request.socket)});
  ClientFlags there;
  there.json = flags.json;
  there.no_wait = flags.no_wait;
  return operate(*client, core::Verb::start, names, there, context);
}

}  // namespace pm::cli
