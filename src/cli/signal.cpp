#include <fmt/format.h>

#include "ask.h"
#include "pm/core/text.h"

namespace pm::cli {

namespace {

using Words = std::vector<std::string>;

core::Error no_signal(const std::string& word) {
  return core::bad_input(fmt::format("'{}' is no signal", word),
                         "name one as HUP, SIGHUP or 1; signal(7) has the list");
}

Outcome signal(const Words& words, ClientFlags flags, const Context& context) {
  if (words.empty())
    return failed({core::bad_input("pm signal needs a signal and processes", "write pm signal HUP web")});
  const auto number = core::parse_signal(words.front());
  if (!number) return failed({no_signal(words.front())});
  flags.selectors.assign(words.begin() + 1, words.end());
  const auto selectors = needed_selectors(flags, "signal " + words.front());
  if (!selectors) return failed({selectors.error()});
  auto client = connect(flags, context);
  if (!client) return failed({client.error()});
  return operate(*client, flags, context, api::SendSignal{*selectors, *number}, *selectors,
                 [&](const auto& operation, const auto& screen) {
                   return report_on_signal(*number, operation, screen);
                 });
}

}  // namespace

Command signal_command() {
  struct SignalFlags {
    ClientFlags client;
    Words words;
  };
  const auto flags = std::make_shared<SignalFlags>();
  Command command{
      .usage = "SIG SEL...",
      .summary = "Send a signal to processes, each with its whole group",
      .details =
          "SIG is a name or a number: HUP, SIGHUP, 1. SEL is a type, an instance, a glob ('work*') or all.\n",
      .group = Group::change,
  };
  command.flags->add_option("SIG", flags->words);
  add_socket(*command.flags, flags->client);
  add_json(*command.flags, flags->client);
  command.carry_out = [flags](const Context& context) {
    return signal(flags->words, flags->client, context);
  };
  return command;
}

}  // namespace pm::cli
