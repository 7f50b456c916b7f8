#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
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

/// One command of pm. `flags` writes what it parses to where `carry_out` reads it.
struct Command {
  std::string name;
  std::string alias = {};    ///< empty: none
  std::string usage = {};    ///< what follows the flags: "[NAME | NAME=N]..."
  std::string summary = {};  ///< one line
  std::string details = {};  ///< more lines for its own help, ending in a newline; may be empty
  std::unique_ptr<CLI::App> flags = no_flags();
  std::function<Outcome(const Context&)> carry_out = {};
};

std::vector<Command> all_commands();

Command start_command();
Command check_command();
Command run_command();
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
