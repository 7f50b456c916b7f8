#include "flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "pm/core/suggest.h"
#include "pm/os/file.h"

namespace pm::cli {

using core::Checked;
using core::Error;
using core::Result;

CLI::Option* add_value(CLI::App& app, const char* names, std::optional<std::string>& target,
                       const char* value, const char* help) {
  return app.add_option(names, target, help)->type_name(value)->take_last();
}

CLI::Option* add_list(CLI::App& app, const char* names, std::vector<std::string>& target, const char* value,
                      const char* help) {
  return app.add_option(names, target, help)->type_name(value)->allow_extra_args(false);
}

CLI::Option* add_switch(CLI::App& app, const char* names, bool& target, const char* help) {
  return app.add_flag(names, target, help)->disable_flag_override();
}

void add_files(CLI::App& app, SourceFlags& flags) {
  const auto group = "Files";
  add_value(app, "-f,--procfile", flags.procfile, "FILE",
            "the Procfile, - is stdin [./Procfile, PM_PROCFILE]")
      ->group(group);
  add_value(app, "-d,--root", flags.root, "DIR", "where the processes run [the Procfile's, PM_ROOT]")
      ->group(group);
  add_list(app, "-e,--env", flags.env_files, "FILE,...", "env files, later wins [ROOT/.env, PM_ENV]")
      ->group(group);
  add_switch(app, "--no-env", flags.no_env, "read no env file")->group(group);
  add_switch(app, "--keep-env", flags.keep_env, "the environment beats the env files")->group(group);
  add_value(app, "-c,--config", flags.options, "FILE", "the options file [ROOT/pm.toml, PM_CONFIG]")
      ->group(group);
}

void add_formation(CLI::App& app, SourceFlags& flags) {
  const auto group = "Formation";
  app.add_option("NAME", flags.names)->type_name("NAME");
  add_value(app, "-m,--formation", flags.formation, "NAME=N,...",
            "how many of each, also all=N [1, release 0, PM_FORMATION]")
      ->join(',')
      ->group(group);
  add_list(app, "-x,--except", flags.except, "NAME,...", "leave these types out")->group(group);
}

void add_ports(CLI::App& app, SourceFlags& flags) {
  const auto group = "Formation";
  add_value(app, "-p,--port", flags.port, "N", "PORT of the first type [5000, PM_PORT]")->group(group);
  add_value(app, "-P,--port-step", flags.port_step, "N", "between the ports of two types [100, PM_PORT_STEP]")
      ->group(group);
  add_switch(app, "-N,--no-port", flags.no_port, "set no PORT [PM_NO_PORT]")->group(group);
}

void add_restart(CLI::App& app, SourceFlags& flags) {
  add_list(app, "-r,--restart", flags.restart, "[NAME=]POLICY,...",
           "start again: always, never or [on-failure]")
      ->group("Supervision");
}

void add_socket_place(CLI::App& app, SourceFlags& flags) {
  const auto group = "Files";
  add_value(app, "-s,--socket", flags.socket, "PATH", "the control socket [ROOT/.pm.sock, PM_SOCKET]")
      ->group(group);
  add_switch(app, "--no-socket", flags.no_socket, "have no control socket")->group(group);
}

namespace {

constexpr int kStandardInput = 0;

}  // namespace

std::optional<int> FlagReader::port(const char* flag, const std::optional<std::string>& text, int from) {
  if (!text) return std::nullopt;
  int value = 0;
  const auto end = text->data() + text->size();
  const auto [stop, fault] = std::from_chars(text->data(), end, value);
  if (fault == std::errc{} && stop == end && value >= from && value <= core::kLastPort) return value;
  errors.push_back(core::bad_input(fmt::format("{} '{}' is no port number", flag, *text),
                                   fmt::format("give a whole number from {} to {}", from, core::kLastPort)));
  return std::nullopt;
}

std::optional<core::Duration> FlagReader::duration(const char* flag, const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto value = core::parse_duration(*text);
  if (!value)
    errors.push_back(core::bad_input(fmt::format("{} '{}' is no duration", flag, *text),
                                     "give a number of seconds, or write 500ms, 1.5s, 2m"));
  return value;
}

Checked<supervisor::LoadRequest> request_of(const SourceFlags& flags,
                                            const config::Environment& environment) {
  FlagReader reader;
  const auto directory = os::current_directory();
  supervisor::LoadRequest request{
      .directory = directory ? *directory : std::string{},  // a deleted one matters only to relative names
      .procfile = flags.procfile,
      .root = flags.root,
      .env_files = flags.env_files,
      .no_env = flags.no_env,
      .options = flags.options,
      .socket = flags.socket,
      .no_socket = flags.no_socket,
      .standard_input = {},
      .environment = environment,
      .flags = {.formation = flags.formation,
                .names = flags.names,
                .except = flags.except,
                .port = reader.port("--port", flags.port, 1),
                .port_step = reader.port("--port-step", flags.port_step, 0),
                .no_port = flags.no_port,
                .keep_env = flags.keep_env,
                .timeout = {},
                .restart = flags.restart,
                .default_restart = core::Restart::on_failure,
                .pty = {}},
  };
  if (!reader.errors.empty()) return std::move(reader.errors);
  if (!supervisor::reads_standard_input(request)) return request;
  auto text = os::read_all(kStandardInput);
  if (!text) return std::vector{std::move(text.error()).in("reading the Procfile from stdin")};
  request.standard_input = std::move(*text);
  return request;
}

std::vector<std::string> choices_of(std::string_view choices) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= choices.size();) {
    const auto end = std::min(choices.find('|', begin), choices.size());
    words.emplace_back(choices.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

Result<std::size_t> choice(const char* flag, const std::string& word, const char* choices) {
  const auto words = choices_of(choices);
  const auto found = std::find(words.begin(), words.end(), word);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  return core::bad_input(fmt::format("{} cannot be '{}'", flag, word), core::did_you_mean(word, words));
}

}  // namespace pm::cli
