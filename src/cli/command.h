#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pm/cli/cli.h"
#include "pm/config/application.h"
#include "pm/core/error.h"

namespace pm::cli {

/// What a command finds when it is carried out.
struct Context {
  config::Environment environment;
  std::vector<std::string> rest;  ///< arguments that are no flags, where the command takes them as they are
};

/// A set of flags that holds only --help, and leaves what it does not know to parse().
std::unique_ptr<CLI::App> no_flags();

/// What the list of commands puts together.
enum class Group { run, look, change, other };

/// One command of pm. `flags` writes what it parses to where `carry_out` reads it.
struct Command {
  std::string name = {};
  std::string alias = {};    ///< empty: none
  std::string usage = {};    ///< what follows the flags: "[NAME | NAME=N]..."
  std::string summary = {};  ///< one line
  std::string details = {};  ///< more lines for its own help, ending in a newline; may be empty
  Group group = Group::other;
  std::unique_ptr<CLI::App> flags = no_flags();
  std::function<Outcome(const Context&)> carry_out = {};
};

/// A command by its name. To declare its flags takes time that the first child of `pm start` would wait for,
/// so that only the command that was asked for is made.
struct CommandName {
  std::string_view name, alias;
  Command (*declare)();
  Command make() const;
};

std::span<const CommandName> command_names();
std::vector<Command> all_commands();

Command start_command();
Command check_command();
Command run_command();
Command ps_command();
Command logs_command();
Command attach_command();
Command panes_command();
Command why_command();
Command events_command();
Command stop_command();
Command restart_command();
Command kill_command();
Command scale_command();
Command signal_command();
Command reload_command();
Command quit_command();
Command completion_command();

/// The flags of `command` in the order of its help: as declared, --help last.
std::vector<const CLI::Option*> flags_of(const Command& command);

/// "-f", "--procfile"
std::vector<std::string> spellings(const CLI::Option& option);

/// A command that could not do its work.
Outcome failed(const std::vector<core::Error>& errors);

/// What a command has to say on stdout. Errors: failed, if it cannot be written.
Outcome print(const std::string& text);

}  // namespace pm::cli
