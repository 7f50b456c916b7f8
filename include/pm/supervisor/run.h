#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pm/core/error.h"
#include "pm/keeper/keeper.h"
#include "pm/supervisor/control.h"
#include "pm/supervisor/load.h"

namespace pm::supervisor {

/// Which ends of instances end the run.
enum class ExitWhen { any, failure, all, never };

enum class ColorMode { automatic, always, never };

enum class OutputFormat { text, json };

/// How a run ends.
struct ExitOptions {
  /// nullopt: with `code_from`, when that instance ended for good; without, `all`.
  std::optional<ExitWhen> when;
  /// The type or instance whose exit code becomes the run's ("web" is "web.1"); empty: the run's own.
  std::string code_from;
};

/// What the run prints, and where.
struct OutputOptions {
  OutputFormat format = OutputFormat::text;
  ColorMode color = ColorMode::automatic;  ///< automatic: on a terminal, unless NO_COLOR is set
  std::vector<std::string> colors;         ///< the palette, by type, in turn; empty: the built-in one
  std::optional<std::string> timestamps;   ///< a strftime(3) format before each prefix; nullopt: none
  bool prefix = true;
  bool quiet = false;             ///< none of pm's own lines but warnings and errors
  std::vector<std::string> mute;  ///< selectors of what is not printed; files and history have it
  std::string log_dir;            ///< a file per instance in there, absolute; empty: none
  std::string log_file;           ///< the file that stdout is, absolute, for it may be moved; empty: none
};

struct Options {
  ExitOptions exit;
  OutputOptions output;
  bool background = false;     ///< nobody can press Ctrl-C
  bool from_terminal = false;  ///< pm was started from a terminal: PTYs by default
  bool init = false;           ///< pm is the init of its processes, also where it is not PID 1
};

/// What the caller of run() takes part in.
struct Hooks {
  /// The control socket; empty: none. Its errors keep the run from beginning.
  OpenService open_service = {};
  /// Called once, when the service answers and the first spawns have happened; false: nobody waits for this
  /// start any more, and it is to end. May be empty.
  std::function<bool()> started = {};
};

/// Loads what `request` means, runs it under its keeper until it ends, and answers with pm's exit code.
/// Errors: what is wrong with the request or the options, and what kept the run from beginning.
core::Checked<int> run(const LoadRequest& request, const Options& options, keeper::Kept kept,
                       const Hooks& hooks);

}  // namespace pm::supervisor
