#include <fmt/format.h>

#include "ask.h"
#include "pm/config/scale.h"
#include "pm/core/name.h"
#include "pm/core/text.h"

namespace pm::cli {

namespace {

using Changes = std::vector<config::Change>;

core::Checked<Changes> changes_of(const std::vector<std::string>& arguments) {
  if (arguments.empty())
    return std::vector{core::bad_input("pm scale needs to know what to change",
                                       "write pm scale worker=3, worker+1 or all=0")};
  Changes changes;
  std::vector<core::Error> errors;
  for (const auto& argument : arguments) {
    auto change = config::parse_change(argument);
    if (change && !core::is_type_name(change->type))
      errors.push_back(core::bad_input(
          fmt::format("'{}' is the name of no type of processes", core::printable(change->type)),
          "what is scaled is a type: pm scale web=2 runs web.1 and web.2"));
    else if (change)
      changes.push_back(std::move(*change));
    else
      errors.push_back(std::move(change.error()));
  }
  if (!errors.empty()) return errors;
  return changes;
}

api::Scale request_of(const Changes& changes, bool wait) {
  api::Scale scale{.counts = {}, .wait = wait};
  for (const auto& change : changes)
    scale.counts.emplace_back(
        change.type, change.relative ? fmt::format("{:+}", change.count) : std::to_string(change.count));
  return scale;
}

Outcome scale(const ClientFlags& flags, const Context& context) {
  const auto changes = changes_of(core::split_lists(flags.selectors));
  if (!changes) return failed(changes.error());
  auto client = connect(flags, context);
  if (!client) return failed({client.error()});
  std::vector<std::string> types;
  for (const auto& change : *changes) types.push_back(change.type);
  return operate(
      *client, flags, context, request_of(*changes, !flags.no_wait), types,
      [&](const auto& operation, const auto& screen) { return report_on_scale(operation, types, screen); });
}

}  // namespace

Command scale_command() {
  const auto flags = std::make_shared<ClientFlags>();
  Command command{
      .usage = "NAME=N | NAME+N | NAME-N ...",
      .summary = "Change how many instances of each type run",
      .details =
          "all=N means every type that is not named. A shrink stops the highest numbers; numbers and ports\n"
          "of the others stay. All of it is done, or, if one count is wrong, nothing.\n",
      .group = Group::change,
  };
  command.flags->add_option("COUNT", flags->selectors)->type_name("NAME=N");
  add_socket(*command.flags, *flags);
  add_no_wait(*command.flags, *flags);
  add_json(*command.flags, *flags);
  command.carry_out = [flags](const Context& context) { return scale(*flags, context); };
  return command;
}

}  // namespace pm::cli
