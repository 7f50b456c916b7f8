#pragma once

#include <string>
#include <vector>

#include "command.h"

namespace pm::cli {

/// What a shell may offer as the value of a flag.
struct Value {
  enum class Kind { none, text, file, directory, words, types, counts, processes } kind = Kind::none;
  std::vector<std::string> words = {};  ///< for Kind::words
};

Value value_of(const CLI::Option& option);

/// What a shell may offer as an argument that is no flag; the first one may be special.
struct Arguments {
  Value first, others;
};
Arguments arguments_of(const Command& command);

/// Every flag of every command that says which supervisor or which files are meant, except where a command
/// uses its letter for something else.
bool names_application(const CLI::Option& option);

/// Completion scripts for all commands, made of what their flags declare: names, values, help.
std::string bash_completion(const std::vector<Command>& commands);
std::string zsh_completion(const std::vector<Command>& commands);
std::string fish_completion(const std::vector<Command>& commands);

}  // namespace pm::cli
