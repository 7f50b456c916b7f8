#include "ask.h"
#include "flags.h"
#include "open_panes.h"
#include "pm/os/file.h"

namespace pm::cli {

using core::Checked;
using core::Error;
using core::Result;

namespace {

struct PanesFlags {
  ClientFlags client;
  std::optional<std::string> options;
};

/// Where the supervisor's files are.
Result<std::string> root_of(client::Client& client) {
  const auto answer = client.ask(api::GetStatus{});
  if (!answer) return answer.error();
  if (!answer->ok()) return api::parse_error(answer->status, answer->body).front();
  const auto status = api::parse_status(answer->body);
  if (!status) return status.error();
  return status->root;
}

/// The options file: as the flag or PM_CONFIG name it, else the root's, if there is one.
Result<std::optional<config::File>> options_file(const PanesFlags& flags, const Context& context,
                                                 const std::string& root) {
  auto name = flags.options;
  if (const auto said = context.environment.find("PM_CONFIG");
      !name && said != context.environment.end() && !said->second.empty())
    name = said->second;
  auto text = os::read_file(name ? *name : root + "/pm.toml");
  if (text) return std::optional{config::File{name.value_or("pm.toml"), std::move(*text)}};
  if (!name && text.error().kind == Error::Kind::not_found) return std::optional<config::File>{};
  auto error = std::move(text.error()).in("reading the options file");
  error.kind = Error::Kind::bad_input;
  return error;
}

Checked<panes::Settings> settings(const PanesFlags& flags, const Context& context, const std::string& root) {
  const auto file = options_file(flags, context, root);
  if (!file) return std::vector{file.error()};
  if (!*file) return panes_settings({});
  const auto options = config::parse_panes(**file);
  if (!options) return options.error();
  return panes_settings(*options);
}

Outcome panes_here(const PanesFlags& flags, const Context& context) {
  if (auto usable = panes::check_terminal(); !usable) return failed({usable.error()});
  auto client = connect(flags.client, context);
  if (!client) return failed({client.error()});
  const auto root = root_of(*client);
  if (!root) return failed({root.error()});
  const auto wishes = settings(flags, context, *root);
  if (!wishes) return failed(wishes.error());
  const auto outcome = open_panes(client->path(), *wishes, context.environment);
  if (!outcome) return failed({outcome.error()});
  switch (outcome->end) {
    case panes::End::left: return left_panes();
    case panes::End::ended: return {.status = 0, .messages = ended_run(outcome->failed)};
    case panes::End::lost: break;
  }
  return failed({{.kind = Error::Kind::no_supervisor,
                  .what = "the supervisor is gone, and has not said why",
                  .hint = "'pm start' starts it anew"}});
}

}  // namespace

Command panes_command() {
  const auto flags = std::make_shared<PanesFlags>();
  Command command{
      .summary = "Show every process in a terminal of its own, side by side, as tmux does",
      .details =
          "Keys follow Ctrl-B: ? shows them all, d leaves and lets everything run on, Q ends everything.\n"
          "The table [panes] of pm.toml changes keys and layout.\n",
      .group = Group::look,
  };
  add_socket(*command.flags, flags->client);
  add_value(*command.flags, "-c,--config", flags->options, "FILE",
            "the options file [ROOT/pm.toml, PM_CONFIG]")
      ->group("Files");
  command.carry_out = [flags](const Context& context) { return panes_here(*flags, context); };
  return command;
}

}  // namespace pm::cli
