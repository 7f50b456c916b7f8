#pragma once

#include <optional>
#include <string>
#include <vector>

#include "command.h"
#include "pm/client/client.h"
#include "report.h"

namespace pm::cli {

/// What the commands that ask a running supervisor have in common, each of those that it takes.
struct ClientFlags {
  std::optional<std::string> socket, color;
  std::vector<std::string> selectors;  ///< as written, comma lists too
  bool json = false, no_wait = false;
};

void add_selectors(CLI::App& app, ClientFlags& flags);
void add_socket(CLI::App& app, ClientFlags& flags);   ///< -s
void add_no_wait(CLI::App& app, ClientFlags& flags);  ///< --no-wait
void add_json(CLI::App& app, ClientFlags& flags);     ///< --json
void add_color(CLI::App& app, ClientFlags& flags);    ///< --color

/// The socket that the flags and the environment mean, from where we are.
std::string socket_of(const ClientFlags& flags, const Context& context);
/// The error of whoever found no supervisor there; says so, if it was PM_SOCKET that led there.
core::Error traced(core::Error error, const ClientFlags& flags, const Context& context);
core::Result<client::Client> connect(const ClientFlags& flags, const Context& context);

/// The selectors, or the error that there are none: `example` shows how `command` wants them.
core::Result<std::vector<std::string>> needed_selectors(const ClientFlags& flags, const std::string& command);

/// Says that the supervisor is stopped, for a command that waits on.
void tell_of_stopped(core::Pid supervisor);

/// Asks once, and hands a good answer to `told`; tells errors, and with --json any answer as it is.
using Told = std::function<Outcome(const std::string& body)>;
Outcome ask(const ClientFlags& flags, const Context& context, const api::Request& request, const Told& told);

/// Asks `client` for an operation. While it lasts a line on a terminal shows which of `selectors` are on
/// their way; `reported` makes the answer readable.
using Reported = std::function<Report(const api::OperationReport&, const Screen&)>;
Outcome operate(client::Client& client, const ClientFlags& flags, const Context& context,
                const api::Request& request, const std::vector<std::string>& selectors,
                const Reported& reported);

/// An answer that is no success: its errors, with the exit status that its kind asks for.
Outcome refused(const client::Client::Answer& answer);

/// `text` with exactly one newline at its end.
std::string as_line(std::string text);

/// One outcome after the other: the messages of both, the first status that is not 0.
Outcome both(Outcome first, Outcome second);

}  // namespace pm::cli
