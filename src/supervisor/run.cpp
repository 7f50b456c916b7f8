#include "pm/supervisor/run.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "channels.h"
#include "pm/core/color.h"
#include "pm/core/selector.h"
#include "pm/core/suggest.h"
#include "pm/os/append_file.h"
#include "pm/os/output.h"
#include "pm/os/pipe.h"
#include "pm/os/signals.h"
#include "supervisor.h"

namespace pm::supervisor {

using core::Error;
using core::InstanceId;

namespace {

std::vector<InstanceId> instances_of(const config::Application& application) {
  std::vector<InstanceId> ids;
  for (const auto& type : application.types)
    for (int number = 1; number <= type.instances; ++number) ids.push_back({type.name, number});
  return ids;
}

// A name on the command line that is wrong is wrong usage, not something that happens to be missing.
Error wrong_flag(std::string_view flag, Error error) {
  error.kind = Error::Kind::bad_input;
  return std::move(error).in(flag);
}

core::ExitWhen to_core(ExitWhen when) {
  switch (when) {
    case ExitWhen::any: return core::ExitWhen::any;
    case ExitWhen::failure: return core::ExitWhen::failure;
    case ExitWhen::all: return core::ExitWhen::all;
    case ExitWhen::never: return core::ExitWhen::never;
  }
  return core::ExitWhen::all;
}

core::Result<core::RunPolicy> run_policy(const ExitOptions& options,
                                         const std::vector<InstanceId>& instances) {
  core::RunPolicy policy;
  if (!options.code_from.empty()) {
    const std::vector<std::string> selector{options.code_from};
    auto named = core::select(selector, instances);
    if (!named) return wrong_flag("--exit-code-from", named.error());
    policy.exit_code_from = named->front();
    policy.exit_when = core::ExitWhen::named;
  }
  if (options.when) policy.exit_when = to_core(*options.when);
  return policy;
}

// `names` are the arguments, such as web or web=0; what they name is what somebody wants to run.
Error nothing_to_run(const config::Application& application, const std::vector<std::string>& names) {
  const auto named = names.empty() ? "all" : names.front().substr(0, names.front().find('='));
  const bool all = named == "all";
  return core::bad_input(
      all ? "the formation is empty: every process has 0 instances"
          : fmt::format("the formation is empty: '{}' has 0 instances", named),
      fmt::format("start some, for example: pm start {}=1", all ? application.types.front().name : named));
}

core::Result<log::Palette> palette(const std::vector<std::string>& colors) {
  if (colors.empty()) return log::Palette{};
  std::vector<std::string> sgr;
  for (const auto& color : colors) {
    auto parsed = core::parse_color(color);
    if (!parsed)
      return core::bad_input(fmt::format("--colors: '{}' is no colour", color),
                             core::did_you_mean(color, core::color_names()));
    sgr.push_back(std::move(*parsed));
  }
  return log::Palette{std::move(sgr)};
}

bool use_color(ColorMode mode, const config::Environment& environment) {
  if (mode != ColorMode::automatic) return mode == ColorMode::always;
  const auto no_color = environment.find("NO_COLOR");
  const bool refused =
      no_color != environment.end() && !no_color->second.empty();  // no-color.org: unless it is empty
  const auto term = environment.find("TERM");
  const bool dumb = term != environment.end() && term->second == "dumb";
  return !refused && !dumb && os::is_terminal(1);
}

core::Checked<Setup> make_setup(const LoadRequest& request, const Options& options, std::string socket) {
  const auto sources = gather(request);
  if (!sources) return sources.error();
  auto application = application_of(*sources);
  if (!application) return application.error();
  application->socket = socket;
  const auto instances = instances_of(*application);

  std::vector<Error> errors;
  auto run = run_policy(options.exit, instances);
  if (!run) errors.push_back(run.error());
  auto colors = palette(options.output.colors);
  if (!colors) errors.push_back(colors.error());
  if (auto muted = core::select(options.output.mute, instances); !muted)
    errors.push_back(wrong_flag("--mute", muted.error()));
  if (instances.empty() && options.exit.when != ExitWhen::never)
    errors.push_back(nothing_to_run(*application, request.flags.names));
  if (!errors.empty()) return errors;

  const auto& output = options.output;
  return Setup{
      .request = again(request, *sources),
      .application = std::move(*application),
      .run = *run,
      .style = {.json = output.format == OutputFormat::json,
                .color = output.format == OutputFormat::text && use_color(output.color, request.environment),
                .prefix = output.prefix,
                .quiet = output.quiet,
                .timestamps = output.timestamps,
                .width = name_width(instances)},
      .palette = std::move(*colors),
      .mute = output.mute,
      .log_dir = output.log_dir,
      .log_file = output.log_file,
      .from_terminal = options.from_terminal,
      .background = options.background,
      .init = options.init,
      .socket = std::move(socket)};
}

}  // namespace

core::Checked<int> run(const LoadRequest& request, const Options& options, keeper::Kept kept,
                       const Hooks& hooks) {
  SocketPlace place;
  if (hooks.open_service) {
    auto found = socket_place(request);
    if (!found) return std::vector{found.error()};
    place = std::move(*found);
  }
  auto setup = make_setup(request, options, place.path);
  if (!setup) return setup.error();
  const auto warnings = setup->application.warnings;
  const auto log_dir = setup->log_dir;

  os::unblock_signals();
  os::ignore_output_signals();
  boost::asio::io_context loop{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};  // one thread: no locks
  Supervisor supervisor{loop, std::move(*setup), std::move(kept)};
  std::unique_ptr<Service> service;
  if (!place.path.empty()) {  // first: who runs here already is what a person has to know before all else
    auto opened = hooks.open_service(loop, supervisor);
    if (!opened) return std::vector{opened.error()};
    service = std::move(*opened);
  }
  for (const auto& warning : warnings) os::complain(core::render(warning, "warning"));
  if (!log_dir.empty())
    if (auto made = os::make_directories(log_dir); !made) return std::vector{made.error()};
  if (auto prepared = supervisor.prepare(); !prepared) return std::vector{prepared.error()};
  supervisor.start(service.get(), hooks.started);
  loop.run();
  return core::Checked<int>{boost::system::in_place_value, supervisor.exit_status()};
}

}  // namespace pm::supervisor
