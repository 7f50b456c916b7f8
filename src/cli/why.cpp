#include "ask.h"
#include "process_text.h"

namespace pm::cli {

namespace {

std::string all_text(const std::vector<core::Explanation>& explanations, const Screen& screen) {
  std::string text;
  for (const auto& explanation : explanations)
    text += (text.empty() ? "" : "\n") + explanation_text(explanation, screen, wall_now());
  return text;
}

Outcome why(const ClientFlags& flags, const Context& context) {
  const auto screen = screen_of(flags.color, context.environment);
  if (!screen) return failed({screen.error()});
  const auto selectors = needed_selectors(flags, "why");
  if (!selectors) return failed({selectors.error()});
  return ask(flags, context, api::Explain{*selectors}, [&](const std::string& body) {
    const auto explanations = api::parse_explanations(body);
    return explanations ? print(all_text(*explanations, *screen)) : failed({explanations.error()});
  });
}

}  // namespace

Command why_command() {
  const auto flags = std::make_shared<ClientFlags>();
  Command command{
      .usage = "SEL...",
      .summary = "Tell why a process runs or does not: its last end, its next start, what it waits for",
      .details = "SEL is a type, an instance, a glob ('work*') or all.\n",
      .group = Group::look,
  };
  add_selectors(*command.flags, *flags);
  add_socket(*command.flags, *flags);
  add_json(*command.flags, *flags);
  add_color(*command.flags, *flags);
  command.carry_out = [flags](const Context& context) { return why(*flags, context); };
  return command;
}

}  // namespace pm::cli
