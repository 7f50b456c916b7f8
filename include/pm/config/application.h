#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pm/config/panes.h"
#include "pm/core/error.h"
#include "pm/core/process.h"

namespace pm::config {

using Environment = std::map<std::string, std::string>;

/// A file that was read: its name as the person wrote it (messages use it) and its bytes.
struct File {
  std::string name = {};
  std::string text = {};
};

/// What the command line asks for; nullopt or empty where it says nothing.
struct Flags {
  std::optional<std::string> formation = {};  ///< -m, "web=2,worker=3"
  std::vector<std::string> names = {};   ///< arguments: "web" starts that type only, "web=2" sets a count
  std::vector<std::string> except = {};  ///< -x, each a type or a comma list
  std::optional<int> port = {}, port_step = {};  ///< -p, -P
  bool no_port = false;                          ///< -N
  bool keep_env = false;                         ///< --keep-env: the real environment beats the env files
  std::optional<core::Duration> timeout = {};    ///< -t, for every type
  std::vector<std::string> restart = {};  ///< -r, each "POLICY", "NAME=POLICY" or a comma list of the latter
  /// What a type gets for which nobody names a restart policy and no max_restarts is set: `never` where the
  /// first end is to end the run (--exit-when any|failure, --exit-code-from), else on-failure.
  core::Restart default_restart = core::Restart::on_failure;
  std::optional<core::PtyMode> pty = {};  ///< --pty, for every type
};

/// Everything that decides what an application is; reading it was somebody else's work.
struct Sources {
  std::string root = {};  ///< absolute
  File procfile = {};
  std::vector<File> env_files = {};  ///< in order, later wins
  std::optional<File> options = {};  ///< pm.toml
  /// Of the supervisor itself; PM_FORMATION, PM_PORT, PM_PORT_STEP, PM_NO_PORT and PORT count.
  Environment environment = {};
  Flags flags = {};
  /// The flags and PM_FORMATION are those of an earlier start: names in them that the Procfile has no more
  /// mean nothing.
  bool again = false;
};

/// What is to run, with every setting resolved.
struct Application {
  std::string root = {};
  std::string procfile = {};                  ///< its name as in Sources
  std::vector<core::ProcessType> types = {};  ///< in the order of the Procfile, idle ones (0 instances) too
  std::optional<core::Ports> ports = {};      ///< nullopt: children get no PORT
  Environment environment = {};               ///< of every child: the real one and the env files
  /// The control socket, as PM_SOCKET for the children; "": there is none, and they are not to find another
  /// supervisor's; nullopt: as in `environment`.
  std::optional<std::string> socket = {};
  PanesOptions panes = {};
  bool cgroup = true;                      ///< each life gets one of its own, where that can be had
  std::vector<core::Error> warnings = {};  ///< nothing that stops the start, but that a person should know
};

/// Resolves `sources` by the precedence of pm(1): command line, environment, pm.toml, default.
/// Errors: every fault of every file and setting, in the order in which Sources names them; ports past the
/// last one are told once all else is right. Names go unchecked while the Procfile is faulty. A formation in
/// which nothing runs is no error.
core::Checked<Application> resolve(const Sources& sources);

/// What all children find in their environment: Application::environment and PM_PORT_<TYPE> for every type.
Environment common_environment(const Application& application);

/// What is different for each instance, and beats what all have: PORT, PS, PM_TYPE, PM_INSTANCE, and over
/// these the type's own `env` from pm.toml.
Environment own_environment(const Application& application, const core::ProcessType& type, int number);

/// Both together.
Environment environment_of(const Application& application, const core::ProcessType& type, int number);

}  // namespace pm::config
