#include "ask.h"

#include <fmt/format.h>

#include "flags.h"
#include "live_line.h"
#include "pm/core/text.h"
#include "pm/os/file.h"
#include "pm/os/output.h"

namespace pm::cli {

using api::OperationReport;
using client::Client;
using core::Result;

namespace {

constexpr int kBadInput = 2, kFailed = 1;

}  // namespace

void add_selectors(CLI::App& app, ClientFlags& flags) {
  app.add_option("SEL", flags.selectors)->type_name("SEL");
}

void add_socket(CLI::App& app, ClientFlags& flags) {
  add_value(app, "-s,--socket", flags.socket, "PATH",
            "of the supervisor [the nearest .pm.sock upwards, PM_SOCKET]")
      ->group("Supervisor");
}

void add_no_wait(CLI::App& app, ClientFlags& flags) {
  add_switch(app, "--no-wait", flags.no_wait, "do not wait until it is done")->group("Supervisor");
}

void add_json(CLI::App& app, ClientFlags& flags) {
  add_switch(app, "--json", flags.json, "print the supervisor's answer, JSON")->group("Output");
}

void add_color(CLI::App& app, ClientFlags& flags) {
  add_value(app, "--color", flags.color, kColorWords, "use colours [auto: on a terminal, unless NO_COLOR]")
      ->group("Output");
}

std::string socket_of(const ClientFlags& flags, const Context& context) {
  const auto directory = os::current_directory();
  return client::find_socket(flags.socket, context.environment, directory ? *directory : "/");
}

core::Error traced(core::Error error, const ClientFlags& flags, const Context& context) {
  const auto variable = context.environment.find("PM_SOCKET");
  const bool by_variable =
      !flags.socket && variable != context.environment.end() && !variable->second.empty();
  if (error.kind == core::Error::Kind::no_supervisor && by_variable)
    error.hint += "\nPM_SOCKET names that socket";
  return error;
}

Result<Client> connect(const ClientFlags& flags, const Context& context) {
  auto client = Client::connect(socket_of(flags, context));
  if (!client) return traced(std::move(client.error()), flags, context);
  client->on_stopped(tell_of_stopped);
  return client;
}

Result<std::vector<std::string>> needed_selectors(const ClientFlags& flags, const std::string& command) {
  auto selectors = core::split_lists(flags.selectors);
  if (!selectors.empty()) return selectors;
  return core::bad_input(
      fmt::format("pm {} needs to know which processes", command),
      fmt::format("name types, instances, globs, or all: pm {0} web, pm {0} all", command));
}

void tell_of_stopped(core::Pid supervisor) {
  const auto pid = static_cast<int>(supervisor);
  os::complain(
      core::render({.what = fmt::format("the supervisor (pid {}) is stopped and does not answer", pid),
                    .hint = fmt::format("'fg' in its terminal, or 'kill -CONT {}', lets it go on", pid)},
                   "warning"));
}

std::string as_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text + "\n";
}

Outcome both(Outcome first, Outcome second) {
  return {.status = first.status != 0 ? first.status : second.status,
          .messages = std::move(first.messages) + second.messages};
}

Outcome refused(const Client::Answer& answer) {
  const bool theirs = answer.status == 400 || answer.status == 404 || answer.status == 422;
  return {.status = theirs ? kBadInput : kFailed,
          .messages = core::render(api::parse_error(answer.status, answer.body))};
}

Outcome ask(const ClientFlags& flags, const Context& context, const api::Request& request, const Told& told) {
  auto client = connect(flags, context);
  if (!client) return failed({client.error()});
  const auto answer = client->ask(request);
  if (!answer) return failed({answer.error()});
  if (!answer->ok()) return both(flags.json ? print(as_line(answer->body)) : Outcome{}, refused(*answer));
  return flags.json ? print(as_line(answer->body)) : told(answer->body);
}

namespace {

Outcome tell(const Report& report) {
  auto outcome = report.text.empty() ? Outcome{} : print(report.text);
  return report.errors.empty() ? outcome : both(std::move(outcome), failed(report.errors));
}

}  // namespace

Outcome operate(Client& client, const ClientFlags& flags, const Context& context, const api::Request& request,
                const std::vector<std::string>& selectors, const Reported& reported) {
  const auto screen = screen_of(std::nullopt, context.environment);
  auto answer = [&] {
    LiveLine live{!flags.json && has_live_terminal(context.environment), client.path(), selectors};
    client.on_stopped([&live](core::Pid supervisor) {
      live.erase();
      tell_of_stopped(supervisor);
    });
    return live.wanted() ? client.ask(request, LiveLine::kPace, [&] { live.refresh(); })
                         : client.ask(request);
  }();
  client.on_stopped({});
  if (!answer) return failed({answer.error()});
  if (flags.json) return both(print(as_line(answer->body)), answer->ok() ? Outcome{} : refused(*answer));
  const auto operation = api::parse_operation(answer->body);
  if (!answer->ok() && (!operation || operation->results.empty())) return refused(*answer);
  if (!operation) return failed({operation.error()});
  auto outcome = tell(reported(*operation, *screen));
  if (!answer->ok() && outcome.status == 0) return both(std::move(outcome), refused(*answer));
  return outcome;
}

}  // namespace pm::cli
