#include "ask.h"
#include "pm/core/text.h"
#include "process_text.h"

namespace pm::cli {

namespace {

Outcome ps(const ClientFlags& flags, const Context& context) {
  const auto screen = screen_of(flags.color, context.environment);
  if (!screen) return failed({screen.error()});
  auto selectors = core::split_lists(flags.selectors);
  if (selectors.empty()) selectors = {"all"};
  return ask(flags, context, api::GetProcesses{std::move(selectors)}, [&](const std::string& body) {
    const auto processes = api::parse_processes(body);
    return processes ? print(process_table(*processes, *screen, wall_now())) : failed({processes.error()});
  });
}

}  // namespace

Command ps_command() {
  const auto flags = std::make_shared<ClientFlags>();
  Command command{
      .usage = "[SEL]...",
      .summary = "Show what runs: state, pid, port, uptime, CPU, memory, the last end",
      .details = "SEL is a type, an instance, a glob ('work*') or all.\n",
      .group = Group::look,
  };
  add_selectors(*command.flags, *flags);
  add_socket(*command.flags, *flags);
  add_json(*command.flags, *flags);
  add_color(*command.flags, *flags);
  command.carry_out = [flags](const Context& context) { return ps(*flags, context); };
  return command;
}

}  // namespace pm::cli
