#include <fmt/format.h>

#include <algorithm>

#include "command.h"
#include "flags.h"
#include "pm/core/suggest.h"
#include "pm/os/foreground.h"
#include "pm/os/process_tree.h"
#include "pm/supervisor/load.h"

namespace pm::cli {

using config::Application;
using core::Error;
using os::ForegroundCommand;

namespace {

using Arguments = std::vector<std::string>;

constexpr int kCannotRun = 126, kNotFound = 127;  // as the shell reports them

const core::ProcessType* find_type(const Application& application, const std::string& name) {
  const auto found = std::find_if(application.types.begin(), application.types.end(),
                                  [&](const auto& type) { return type.name == name; });
  return found == application.types.end() ? nullptr : &*found;
}

/// The command of a type, its shell given ARGS as "$@".
ForegroundCommand of_type(const Application& application, const core::ProcessType& type,
                          const Arguments& arguments) {
  auto line = type.shell;
  line.push_back(arguments.size() > 1 ? type.command + " \"$@\"" : type.command);
  if (arguments.size() > 1) line.insert(line.end(), arguments.begin(), arguments.end());  // NAME becomes $0
  return {line, config::environment_of(application, type, 1), type.cwd};
}

/// Any other command: it finds every PM_PORT_<TYPE>, but is no instance itself.
ForegroundCommand of_program(const Application& application, const Arguments& arguments) {
  return {arguments, config::common_environment(application), application.root};
}

Error explain(Error error, const Application& application, const std::string& name) {
  if (error.kind != Error::Kind::not_found) return error;
  Arguments names;
  for (const auto& type : application.types) names.push_back(type.name);
  if (const auto guess = core::nearest(name, names))
    error.hint = fmt::format("did you mean the process '{}'?", *guess);
  else
    error.hint = "it is neither a process of the Procfile nor a program in PATH";
  return error;
}

struct RunFlags {
  SourceFlags source;
  bool init = false;
};

Outcome run(const RunFlags& flags, const Context& context) {
  const auto& arguments = context.rest;
  if (arguments.empty())
    return failed(
        {core::bad_input("pm run needs a process or a command", "write pm run NAME, or pm run CMD ARGS...")});
  const auto request = request_of(flags.source, context.environment);
  if (!request) return failed(request.error());
  const auto application = supervisor::has_procfile(*request) ? supervisor::load(*request)
                                                              : supervisor::load_environment(*request);
  if (!application) return failed(application.error());

  const auto* type = find_type(*application, arguments.front());
  const auto command = type ? of_type(*application, *type, arguments) : of_program(*application, arguments);
  const bool init = flags.init || os::own_pid() == core::Pid{1};
  const auto end = init ? os::run_as_init(command) : os::run_in_foreground(command);
  if (end) return {.status = end->status()};
  return {.status = end.error().kind == Error::Kind::not_found ? kNotFound : kCannotRun,
          .messages = core::render(explain(end.error(), *application, arguments.front()))};
}

}  // namespace

Command run_command() {
  const auto flags = std::make_shared<RunFlags>();
  Command command{
      .usage = "[--] NAME | CMD [ARGS]...",
      .summary = "Run a process of the Procfile, or any command, in its environment and this terminal",
      .details =
          "The exit code is the command's: 127 if it is not found, 126 if it cannot be run, 128+N after\n"
          "signal N.\n",
      .group = Group::run,
  };
  add_switch(*command.flags, "--init", flags->init,
             "be its init: all signals go to it, nothing is left [if PID 1]");
  add_files(*command.flags, flags->source);
  add_ports(*command.flags, flags->source);
  command.flags->prefix_command();
  command.carry_out = [flags](const Context& context) { return run(*flags, context); };
  return command;
}

}  // namespace pm::cli
