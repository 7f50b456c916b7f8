#pragma once

#include <string>
#include <vector>

#include "pm/core/error.h"
#include "pm/panes/settings.h"

namespace pm::panes {

struct Options {
  std::string socket;  ///< of the supervisor, absolute
  Settings settings;
  std::string term, colorterm;  ///< what the variables TERM and COLORTERM say of this terminal
};

/// How the panes were left.
enum class End {
  left,   ///< the person went, or a signal said so; the supervisor goes on
  ended,  ///< the supervisor has ended in order
  lost,   ///< the supervisor is gone and has not said why
};

struct Outcome {
  End end = End::left;
  /// "web.1 exited with code 1": of what had failed for good by then.
  std::vector<std::string> failed = {};
};

/// Errors: bad_input if stdin or stdout is no terminal.
core::Result<void> check_terminal();

/// Takes over the terminal that is stdin and stdout, shows what the supervisor runs until the person leaves
/// or it ends, and gives the terminal back as it was. Errors: those of
/// check_terminal(); no_supervisor if none answers.
core::Result<Outcome> run(const Options& options);

}  // namespace pm::panes
