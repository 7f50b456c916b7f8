#pragma once

#include <string>
#include <vector>

#include "command.h"

namespace pm::cli {

/// What a shell may offer as the value of a flag.
struct Value {
  enum class Kind { none, text, file, directory, words, types } kind = Kind::none;
  std::vector<std::string> words = {};  ///< for Kind::words
};

Value value_of(const CLI::Option& option);

/// Completion scripts for all commands, made of what their flags declare: names, values, help.
std::string bash_completion(const std::vector<Command>& commands);
std::string zsh_completion(const std::vector<Command>& commands);
std::string fish_completion(const std::vector<Command>& commands);

}  // namespace pm::cli
