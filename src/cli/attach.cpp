#include "pm/client/attach_terminal.h"

#include <fmt/format.h>

#include "ask.h"
#include "flags.h"
#include "pm/core/text.h"

namespace pm::cli {

namespace {

constexpr auto kDetachKeys = "C-b d";

struct AttachFlags {
  ClientFlags client;
  std::optional<std::string> detach_keys;
  bool watch = false;
};

core::Result<std::string> only_one(const AttachFlags& flags) {
  const auto selectors = core::split_lists(flags.client.selectors);
  if (selectors.size() == 1) return selectors.front();
  return core::bad_input("pm attach takes one process", "name one, as web.1; 'pm panes' shows several");
}

/// With the exit status of the other commands: a name that is wrong is bad input.
Outcome told(core::Error error) {
  if (error.kind == core::Error::Kind::not_found) error.kind = core::Error::Kind::bad_input;
  return failed({std::move(error)});
}

/// Whether the command runs in that very process, which would show what it shows, for ever.
bool is_itself(const std::string& name, const std::string& socket, const config::Environment& environment) {
  const auto is = [&](const char* variable, const std::string& value) {
    const auto found = environment.find(variable);
    return found != environment.end() && found->second == value;
  };
  return is("PM_SOCKET", socket) && (is("PS", name) || is("PM_TYPE", name));
}

Outcome attach(const AttachFlags& flags, const Context& context) {
  const auto name = only_one(flags);
  if (!name) return failed({name.error()});
  auto keys = client::DetachKeys::parse(flags.detach_keys.value_or(kDetachKeys));
  if (!keys) return failed({std::move(keys.error()).in("--detach-keys")});
  const auto socket = socket_of(flags.client, context);
  if (is_itself(*name, socket, context.environment))
    return failed({core::bad_input(fmt::format("this command runs in '{}' and would show itself", *name),
                                   "run it in another terminal")});
  const auto end = client::attach_terminal(socket, {.name = *name, .watch = flags.watch}, std::move(*keys));
  if (!end) return told(traced(end.error(), flags.client, context));
  const auto text = end->detached ? fmt::format("detached from {}", end->process) : end->reason;
  return {.messages = fmt::format("pm: {}\n", text)};
}

}  // namespace

Command attach_command() {
  const auto flags = std::make_shared<AttachFlags>();
  Command command{
      .usage = "SEL",
      .summary = "Make this terminal that of a process, until C-b d",
      .details =
          "SEL is an instance, or a type that has exactly one. What the process shows is there at once; C-b "
          "d\n"
          "leaves it alone again, C-b C-b sends C-b. A restart does not end it.\n",
      .group = Group::look,
  };
  add_selectors(*command.flags, flags->client);
  add_switch(*command.flags, "-w,--watch", flags->watch,
             "only look: what is typed goes nowhere, and the size stays")
      ->group("Terminal");
  add_value(*command.flags, "--detach-keys", flags->detach_keys, "KEYS",
            "what leaves, as 'C-b d' (the default) or 'ctrl-b,d'")
      ->group("Terminal");
  add_socket(*command.flags, flags->client);
  command.carry_out = [flags](const Context& context) { return attach(*flags, context); };
  return command;
}

}  // namespace pm::cli
