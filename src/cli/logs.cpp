#include <fmt/format.h>

#include "flags.h"
#include "follow.h"
#include "pm/core/text.h"

namespace pm::cli {

namespace {

// What -f shows of the past, as tail(1) does.
constexpr std::size_t kFollowTail = 10;

struct LogsFlags {
  ClientFlags client;
  std::optional<std::string> lines, since;
  bool follow = false, no_prefix = false;
};

core::Checked<api::FollowLogs> request_of(const LogsFlags& flags, const Screen& screen) {
  FlagReader reader;
  api::FollowLogs logs;
  if (auto selectors = core::split_lists(flags.client.selectors); !selectors.empty())
    logs.selectors = std::move(selectors);
  logs.tail = reader.taken(line_count(flags.lines)).value_or(std::nullopt);
  logs.since = reader.duration("--since", flags.since);
  if (!reader.errors.empty()) return std::move(reader.errors);
  if (flags.follow && !logs.tail && !logs.since) logs.tail = kFollowTail;
  logs.follow = flags.follow;
  logs.form = flags.client.json ? api::StreamForm::ndjson : api::StreamForm::text;
  logs.color = screen.color;
  logs.prefix = !flags.no_prefix;
  logs.terminal = screen.width.has_value();
  return logs;
}

Outcome logs(const LogsFlags& flags, const Context& context) {
  const auto screen = screen_of(flags.client.color, context.environment);
  if (!screen) return failed({screen.error()});
  const auto request = request_of(flags, *screen);
  if (!request) return failed(request.error());
  return relay(flags.client, context, *request);
}

}  // namespace

Command logs_command() {
  const auto flags = std::make_shared<LogsFlags>();
  Command command{
      .usage = "[SEL]...",
      .summary = "Print what processes have written, and with -f what they write from now on",
      .details =
          "SEL is a type, an instance, a glob ('work*') or all. Without -f: all that the supervisor still\n"
          "has; with -f: the last 10 lines, then whatever comes.\n",
      .group = Group::look,
  };
  add_selectors(*command.flags, flags->client);
  const auto lines = "Lines";
  add_switch(*command.flags, "-f,--follow", flags->follow, "go on with what is written from now on")
      ->group(lines);
  add_value(*command.flags, "-n,--lines", flags->lines, "N", "only the last N lines of the past")
      ->group(lines);
  add_value(*command.flags, "--since", flags->since, "DURATION",
            "only what was written since then: 90s, 10m, 2h")
      ->group(lines);
  add_socket(*command.flags, flags->client);
  add_json(*command.flags, flags->client);
  add_color(*command.flags, flags->client);
  add_switch(*command.flags, "--no-prefix", flags->no_prefix, "print lines without the names")
      ->group("Output");
  command.carry_out = [flags](const Context& context) { return logs(*flags, context); };
  return command;
}

}  // namespace pm::cli
