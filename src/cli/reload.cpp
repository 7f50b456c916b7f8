#include "ask.h"

namespace pm::cli {

namespace {

Outcome reload(const ClientFlags& flags, const Context& context) {
  auto client = connect(flags, context);
  if (!client) return failed({client.error()});
  return operate(*client, flags, context, api::Reload{!flags.no_wait}, {"all"}, report_on_reload);
}

}  // namespace

Command reload_command() {
  const auto flags = std::make_shared<ClientFlags>();
  Command command{
      .summary = "Read the Procfile, the env files and pm.toml anew, and do what has changed",
      .details =
          "Starts what is new, stops what is gone, restarts only what has changed, and keeps what was "
          "scaled\n"
          "or stopped by hand. A fault in a file changes nothing.\n",
      .group = Group::change,
  };
  add_socket(*command.flags, *flags);
  add_no_wait(*command.flags, *flags);
  add_json(*command.flags, *flags);
  command.carry_out = [flags](const Context& context) { return reload(*flags, context); };
  return command;
}

}  // namespace pm::cli
