#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pm/config/application.h"
#include "pm/core/error.h"

namespace pm::supervisor {

/// Where an application is to be found, as the person said it: enough to read it again at any later time.
struct LoadRequest {
  std::string directory;                ///< absolute; relative names start here
  std::optional<std::string> procfile;  ///< -f; "-" is `standard_input`
  std::optional<std::string> root;      ///< -d
  std::vector<std::string> env_files;   ///< -e, each a name or a comma list
  bool no_env = false;                  ///< --no-env
  std::optional<std::string> options;   ///< -c
  std::optional<std::string> socket;    ///< -s
  bool no_socket = false;               ///< --no-socket
  /// The Procfile "-": whoever makes the request reads it, for stdin can be read only once.
  std::optional<std::string> standard_input;
  /// Files that can be read only once (a pipe: <(command), mkfifo(1)), with what they said; see again().
  std::map<std::string, std::string> kept;
  bool again = false;  ///< the flags are those of an earlier start, see config::Sources
  /// Of the supervisor itself. PM_PROCFILE, PM_ROOT, PM_ENV and PM_CONFIG stand in for what is not said
  /// above, the other variables of pm(1) for what `flags` does not say.
  config::Environment environment;
  config::Flags flags;
};

/// Whether the Procfile comes from stdin, by flag or variable.
bool reads_standard_input(const LoadRequest& request);

/// Whether somebody named a Procfile, or one lies at its default place.
bool has_procfile(const LoadRequest& request);

/// Finds and reads every file that `request` means. Without a Procfile in the current directory the one in a
/// named root counts.
/// Errors: all files that are missing or cannot be read.
core::Checked<config::Sources> gather(const LoadRequest& request);

/// Where the control socket of this application is.
struct SocketPlace {
  std::string path;       ///< absolute; empty: there is to be none
  bool required = false;  ///< somebody asked for it, by flag or variable
};

/// --socket, PM_SOCKET, or .pm.sock in the root; reads no file. Errors: as for the root in gather().
core::Result<SocketPlace> socket_place(const LoadRequest& request);

/// `request` for reading everything anew later, without ever waiting for a writer: what is no regular file
/// keeps what `sources`, the first reading, found in it.
LoadRequest again(LoadRequest request, const config::Sources& sources);

/// Makes an application of what was gathered, and knows the users and groups of the machine. Errors: every
/// fault of every file and setting; users and groups that there are not are told once all else is right.
core::Checked<config::Application> application_of(const config::Sources& sources);

/// A warning for each directory that a process is to start in and that is not there yet.
std::vector<core::Error> missing_directories(const config::Application& application);

/// Gathers and resolves. Errors: every fault of every file and setting.
core::Checked<config::Application> load(const LoadRequest& request);

/// What there is without a Procfile: an application of no types, with the environment that its children would
/// find. Errors: as for load.
core::Checked<config::Application> load_environment(const LoadRequest& request);

}  // namespace pm::supervisor
