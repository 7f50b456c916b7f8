#include <fmt/format.h>

#include <filesystem>

#include "flags.h"
#include "open_panes.h"
#include "pm/core/text.h"
#include "pm/keeper/keeper.h"
#include "pm/os/daemon.h"
#include "pm/os/file.h"
#include "pm/os/pipe.h"
#include "pm/server/server.h"
#include "pm/supervisor/run.h"
#include "start_there.h"

namespace pm::cli {

using core::Checked;
using core::Error;

namespace {

constexpr auto kExitWhen = "any|failure|all|never";  // in the order of supervisor::ExitWhen
constexpr auto kFormat = "text|json";                // supervisor::OutputFormat
constexpr auto kPty = "auto|always|never";           // core::PtyMode
constexpr auto kTimestamps = "%H:%M:%S";

struct StartFlags {
  SourceFlags source;
  std::optional<std::string> timeout, exit_when, exit_code_from;
  std::optional<std::string> color, format, pty, log_dir, log_file;
  std::string timestamps;
  std::vector<std::string> colors, mute;
  bool no_prefix = false, quiet = false, daemon = false, panes = false, init = false;
  bool no_wait = false, json = false;  ///< of a supervisor that runs already
  friend bool operator==(const StartFlags&, const StartFlags&) = default;
};

/// Whether nothing is said but which processes are meant, and where a supervisor may run them already.
bool names_alone(const StartFlags& flags) {
  const auto& said = flags.source;
  return flags == StartFlags{.source = {.procfile = said.procfile,
                                        .root = said.root,
                                        .socket = said.socket,
                                        .names = said.names},
                             .daemon = flags.daemon,
                             .no_wait = flags.no_wait,
                             .json = flags.json};
}

void add_supervision(CLI::App& app, StartFlags& flags) {
  const auto group = "Supervision";
  add_value(app, "-t,--timeout", flags.timeout, "SECONDS", "from the stop signal to SIGKILL [5]")
      ->group(group);
  add_restart(app, flags.source);
  add_value(app, "--exit-when", flags.exit_when, kExitWhen, "which ends of processes end the run [all]")
      ->group(group);
  add_value(app, "--exit-code-from", flags.exit_code_from, "NAME", "end with this process, and its exit code")
      ->group(group);
  add_switch(app, "--init", flags.init, "pass other signals on to the processes [if PID 1]")->group(group);
  add_switch(app, "-D,--daemon", flags.daemon, "go on in the background once all is started")->group(group);
  add_switch(app, "--panes", flags.panes, "show each process in a terminal, as pm panes does")->group(group);
}

void add_output(CLI::App& app, StartFlags& flags) {
  const auto group = "Output";
  app.add_flag(fmt::format("-T{{{0}}},--timestamps{{{0}}}", kTimestamps), flags.timestamps,
               "the time before each line, by strftime(3) [%H:%M:%S]")
      ->type_name("[=FORMAT]")
      ->take_last()
      ->group(group);
  add_value(app, "--color", flags.color, kColorWords,
            "colour the names [auto: on a terminal, unless NO_COLOR]")
      ->group(group);
  add_list(app, "--colors", flags.colors, "COLOR,...", "the colours of the names, in turn")->group(group);
  add_value(app, "--format", flags.format, kFormat, "plain lines, or a JSON object a line [text]")
      ->group(group);
  add_switch(app, "--no-prefix", flags.no_prefix, "print lines without the names")->group(group);
  add_value(app, "--pty", flags.pty, kPty, "terminals for the processes [auto: if pm has one]")->group(group);
  add_value(app, "--log-dir", flags.log_dir, "DIR", "also write a file per process in there")->group(group);
  add_value(app, "--log-file", flags.log_file, "FILE", "with -D, --panes: print to it [only pm logs has it]")
      ->group(group);
  add_list(app, "--mute", flags.mute, "NAME,...", "do not print what these write")->group(group);
  add_switch(app, "-q,--quiet", flags.quiet, "print few lines of pm's own")->group(group);
}

std::string absolute(const std::string& directory, const std::string& path) {
  return (std::filesystem::path{directory} / path).lexically_normal().string();
}

supervisor::Options options_of(const StartFlags& flags, const std::string& directory, FlagReader& reader) {
  supervisor::Options options;
  options.exit.when = reader.word<supervisor::ExitWhen>("--exit-when", flags.exit_when, kExitWhen);
  options.exit.code_from = flags.exit_code_from.value_or("");
  auto& output = options.output;
  output.format =
      reader.word<supervisor::OutputFormat>("--format", flags.format, kFormat).value_or(output.format);
  output.color =
      reader.word<supervisor::ColorMode>("--color", flags.color, kColorWords).value_or(output.color);
  output.colors = core::split_lists(flags.colors);
  if (!flags.timestamps.empty()) output.timestamps = flags.timestamps;
  output.prefix = !flags.no_prefix;
  output.quiet = flags.quiet;
  output.mute = core::split_lists(flags.mute);
  if (flags.log_dir) output.log_dir = absolute(directory, *flags.log_dir);
  if (flags.log_file) output.log_file = absolute(directory, *flags.log_file);
  if (flags.log_file && !flags.daemon && !flags.panes)
    reader.errors.push_back(
        core::bad_input("--log-file is for a pm in the background",
                        "add -D; or redirect the output, or take --log-dir for a file per process"));
  options.background = flags.daemon || flags.panes;
  options.init = flags.init;
  options.from_terminal = os::is_terminal(0) || os::is_terminal(1) || os::is_terminal(2);
  return options;
}

/// What makes no sense beside --panes.
void check_panes(const StartFlags& flags, FlagReader& reader) {
  const auto refuse = [&](bool given, const char* flag, const char* hint) {
    if (given)
      reader.errors.push_back(core::bad_input(fmt::format("--panes and {} exclude each other", flag), hint));
  };
  refuse(flags.daemon, "--daemon", "pm start -D, and pm panes whenever you want to look");
  refuse(flags.source.no_socket, "--no-socket", "the panes reach the supervisor through its socket");
  refuse(flags.pty == "never", "--pty never", "a pane is a terminal; pm logs -f shows output without one");
  refuse(flags.format && !flags.log_file, "--format", "it is for what is printed: add --log-file");
  refuse(!flags.timestamps.empty() && !flags.log_file, "--timestamps",
         "they are for what is printed: add --log-file");
  if (auto usable = panes::check_terminal(); !usable) reader.errors.push_back(usable.error());
}

/// Whether the first end is to end the run: then nothing is restarted that nobody asked to restart.
bool ends_early(const supervisor::ExitOptions& exit) {
  return !exit.code_from.empty() || exit.when == supervisor::ExitWhen::any ||
         exit.when == supervisor::ExitWhen::failure;
}

void add_running(CLI::App& app, StartFlags& flags) {
  const auto group = "With names, where a supervisor answers already";
  add_switch(app, "--no-wait", flags.no_wait, "do not wait until they have started")->group(group);
  add_switch(app, "--json", flags.json, "print the supervisor's answer, JSON")->group(group);
}

/// From here on this is another process, and the one that was called its keeper.
Outcome run_here(const supervisor::LoadRequest& request, const supervisor::Options& options,
                 const supervisor::Hooks& hooks) {
  auto kept = keeper::enter();
  if (!kept) return failed({kept.error()});
  const auto status = supervisor::run(request, options, std::move(*kept), hooks);
  return status ? Outcome{.status = *status} : failed(status.error());
}

/// What is left to say for the process that the person has called.
Outcome report(const os::Foreground& foreground, const supervisor::LoadRequest& request, bool quiet) {
  if (!foreground.end) {
    const auto place = supervisor::socket_place(request);
    const bool answers = place && !place->path.empty() && os::exists(place->path);
    const auto ways = answers ? "pm ps, pm logs, pm quit" : "SIGTERM stops it";
    const auto pid = static_cast<int>(foreground.background);
    return quiet ? Outcome{} : print(fmt::format("pm runs in the background with pid {}; {}\n", pid, ways));
  }
  if (foreground.end->code()) return {.status = foreground.end->status()};  // it has said why
  return {.status = foreground.end->status(),
          .messages = core::render(
              {.what = fmt::format("the start in the background was {}", core::describe(*foreground.end))})};
}

/// The same, with errors that say that PM_SOCKET led there.
supervisor::OpenService named_by_variable(supervisor::OpenService open) {
  return [open = std::move(open)](auto& loop, auto& control) {
    auto opened = open(loop, control);
    if (opened) return opened;
    auto error = opened.error();
    error.hint += "\nPM_SOCKET names that socket";
    return decltype(opened){std::move(error)};
  };
}

Outcome run_in_background(const supervisor::LoadRequest& request, const supervisor::Options& options,
                          supervisor::Hooks hooks) {
  auto side = os::go_into_background(options.output.log_file);
  if (!side) return failed({side.error()});
  if (const auto* foreground = std::get_if<os::Foreground>(&*side))
    return report(*foreground, request, options.output.quiet);
  hooks.started = [&background = std::get<os::Background>(*side)] { return background.started(); };
  return run_here(request, options, hooks);
}

/// The children's terminals are ours, whatever this one is; its size is none of their business.
void prepare_terminals(config::Environment& environment) {
  environment["TERM"] = "xterm-256color";
  environment["COLORTERM"] = "truecolor";
  environment.erase("LINES");
  environment.erase("COLUMNS");
}

/// The settings of the panes. What can be read only once is kept in `request`.
Checked<panes::Settings> settings_for(supervisor::LoadRequest& request) {
  const auto sources = supervisor::gather(request);
  if (!sources) return sources.error();
  request = supervisor::again(std::move(request), *sources);
  request.again = false;
  if (!sources->options) return panes_settings({});
  const auto options = config::parse_panes(*sources->options);
  if (!options) return options.error();
  return panes_settings(*options);
}

/// How the run came out that was looked at to its end.
Outcome end_of_run(const os::Foreground& foreground, const std::vector<std::string>& failed) {
  const auto end = os::wait_for_end(foreground);
  if (end.code()) return {.status = end.status(), .messages = ended_run(failed)};
  return {.status = end.status(),
          .messages = core::render({.what = fmt::format("the supervisor was {}", core::describe(end))})};
}

Outcome run_with_panes(supervisor::LoadRequest request, const supervisor::Options& options,
                       supervisor::Hooks hooks, const std::string& socket) {
  const auto environment = request.environment;
  const auto settings = settings_for(request);
  if (!settings) return failed(settings.error());
  prepare_terminals(request.environment);
  auto side = os::go_into_background(options.output.log_file);
  if (!side) return failed({side.error()});
  if (auto* background = std::get_if<os::Background>(&*side)) {
    hooks.started = [background] { return background->started(); };
    return run_here(request, options, hooks);
  }
  const auto& foreground = std::get<os::Foreground>(*side);
  if (foreground.end) return report(foreground, request, options.output.quiet);
  const auto outcome = open_panes(socket, *settings, environment);
  if (outcome && outcome->end == panes::End::left) return left_panes();
  if (!outcome && outcome.error().kind != Error::Kind::no_supervisor) return failed({outcome.error()});
  return end_of_run(foreground, outcome ? outcome->failed : std::vector<std::string>{});
}

Outcome start(const StartFlags& flags, const Context& context) {
  FlagReader reader;
  auto request = request_of(flags.source, context.environment);
  const auto options = options_of(flags, request ? request->directory : "", reader);
  if (flags.panes) check_panes(flags, reader);
  const auto timeout = reader.duration("--timeout", flags.timeout);
  const auto pty = reader.word<core::PtyMode>("--pty", flags.pty, kPty);
  auto errors = request ? std::vector<Error>{} : std::move(request.error());
  errors.insert(errors.end(), reader.errors.begin(), reader.errors.end());
  if (!errors.empty()) return failed(errors);

  if (auto outcome = start_there(*request,
                                 {.no_wait = flags.no_wait,
                                  .json = flags.json,
                                  .panes = flags.panes,
                                  .names_alone = names_alone(flags)},
                                 context))
    return *std::move(outcome);
  request->flags.timeout = timeout;
  request->flags.pty = pty;
  if (ends_early(options.exit)) request->flags.default_restart = core::Restart::never;
  const auto place = supervisor::socket_place(*request);
  if (!place) return failed({place.error()});
  supervisor::Hooks hooks;
  if (!place->path.empty()) hooks.open_service = server::open_at(place->path, place->required);
  if (place->required && !request->socket)
    hooks.open_service = named_by_variable(std::move(hooks.open_service));
  if (flags.panes) return run_with_panes(std::move(*request), options, std::move(hooks), place->path);
  return flags.daemon ? run_in_background(*request, options, hooks) : run_here(*request, options, hooks);
}

}  // namespace

Command start_command() {
  const auto flags = std::make_shared<StartFlags>();
  Command command{
      .usage = "[NAME | NAME=N]...",
      .summary = "Run the formation until it ends or is stopped",
      .details =
          "Bare names start those types only; NAME=N sets a number; types not named keep their default.\n"
          "Where a supervisor answers at the socket already, bare names (of types or instances) start "
          "there.\n",
      .group = Group::run,
  };
  add_files(*command.flags, flags->source);
  add_socket_place(*command.flags, flags->source);
  add_formation(*command.flags, flags->source);
  add_ports(*command.flags, flags->source);
  add_supervision(*command.flags, *flags);
  add_output(*command.flags, *flags);
  add_running(*command.flags, *flags);
  command.carry_out = [flags](const Context& context) { return start(*flags, context); };
  return command;
}

}  // namespace pm::cli
