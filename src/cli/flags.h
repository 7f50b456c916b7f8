#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "pm/core/error.h"
#include "pm/core/time.h"
#include "pm/supervisor/load.h"

namespace pm::cli {

/// A flag with one value; the last one given counts. `value` names it in the help; "a|b" lists what it may
/// be.
CLI::Option* add_value(CLI::App& app, const char* names, std::optional<std::string>& target,
                       const char* value, const char* help);

/// A flag that may be given several times.
CLI::Option* add_list(CLI::App& app, const char* names, std::vector<std::string>& target, const char* value,
                      const char* help);

CLI::Option* add_switch(CLI::App& app, const char* names, bool& target, const char* help);

/// The flags that say what the application is, as they were written.
struct SourceFlags {
  std::optional<std::string> procfile, root, options, socket, port, port_step, formation;
  std::vector<std::string> env_files, restart, except, names;
  bool no_env = false, no_socket = false, keep_env = false, no_port = false;
  friend bool operator==(const SourceFlags&, const SourceFlags&) = default;
};

void add_files(CLI::App& app, SourceFlags& flags);      ///< -f -d -e --no-env --keep-env -c
void add_formation(CLI::App& app, SourceFlags& flags);  ///< NAME|NAME=N -m -x
void add_ports(CLI::App& app, SourceFlags& flags);      ///< -p -P -N
void add_restart(CLI::App& app, SourceFlags& flags);    ///< -r

void add_socket_place(CLI::App& app, SourceFlags& flags);  ///< -s --no-socket

/// The request that the flags make here and now; reads stdin if the Procfile is there.
core::Checked<supervisor::LoadRequest> request_of(const SourceFlags& flags,
                                                  const config::Environment& environment);

/// One of the words of `choices` ("any|all"), as its place in the list.
/// Errors: bad_input, naming the flag and the nearest choice.
core::Result<std::size_t> choice(const char* flag, const std::string& word, const char* choices);

/// The words of "any|all".
std::vector<std::string> choices_of(std::string_view choices);

inline constexpr auto kColorWords = "auto|always|never";  // of --color, everywhere

/// Takes flags apart, collecting every fault.
class FlagReader {
 public:
  std::optional<int> port(const char* flag, const std::optional<std::string>& text, int from);
  std::optional<core::Duration> duration(const char* flag, const std::optional<std::string>& text);

  template <class Enum>
  std::optional<Enum> word(const char* flag, const std::optional<std::string>& text, const char* choices) {
    if (!text) return std::nullopt;
    const auto index = taken(choice(flag, *text, choices));
    return index ? std::optional{static_cast<Enum>(*index)} : std::nullopt;
  }

  template <class T>
  std::optional<T> taken(core::Result<T> result) {
    if (result) return std::move(*result);
    errors.push_back(std::move(result.error()));
    return std::nullopt;
  }

  std::vector<core::Error> errors;
};

}  // namespace pm::cli
