#include "operate.h"

namespace pm::cli {

Outcome operate(client::Client& client, core::Verb verb, const std::vector<std::string>& selectors,
                const ClientFlags& flags, const Context& context) {
  return operate(
      client, flags, context, api::Operate{verb, selectors, !flags.no_wait}, selectors,
      [&](const auto& operation, const auto& screen) { return report_on(verb, operation, screen); });
}

namespace {

Outcome carry_out(core::Verb verb, const ClientFlags& flags, const Context& context) {
  const auto selectors = needed_selectors(flags, std::string{core::to_string(verb)});
  if (!selectors) return failed({selectors.error()});
  auto client = connect(flags, context);
  if (!client) return failed({client.error()});
  return operate(*client, verb, *selectors, flags, context);
}

Command operation_command(core::Verb verb, const char* summary, const char* details) {
  const auto flags = std::make_shared<ClientFlags>();
  Command command{.usage = "SEL...", .summary = summary, .details = details, .group = Group::change};
  add_selectors(*command.flags, *flags);
  add_socket(*command.flags, *flags);
  add_no_wait(*command.flags, *flags);
  add_json(*command.flags, *flags);
  command.carry_out = [flags, verb](const Context& context) { return carry_out(verb, *flags, context); };
  return command;
}

}  // namespace

Command stop_command() {
  return operation_command(
      core::Verb::stop, "Stop processes, and keep them down until somebody starts them",
      "SEL is a type, an instance, a glob ('work*') or all. Waits until nothing of them is left.\n");
}

Command restart_command() {
  return operation_command(
      core::Verb::restart, "Restart processes, with the files as they are now; starts what is down",
      "SEL is a type, an instance, a glob ('work*') or all. The Procfile, the env files and pm.toml\n"
      "are read anew for these types; a fault there changes nothing.\n");
}

Command kill_command() {
  return operation_command(core::Verb::kill, "Stop processes at once, by SIGKILL",
                           "SEL is a type, an instance, a glob ('work*') or all.\n");
}

}  // namespace pm::cli
