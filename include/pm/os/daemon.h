#pragma once

#include <optional>
#include <string>
#include <variant>

#include "pm/core/error.h"
#include "pm/core/exit.h"
#include "pm/core/name.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

/// The process that goes on in the background: it leads a session of its own without a terminal, reads
/// nothing, and writes stdout to where it was told; stderr stays with the person until it has started.
class Background {
 public:
  explicit Background(UniqueFd report) : report_{std::move(report)} {}

  /// Lets the foreground go, and stderr follow stdout. False if the foreground is gone already: somebody has
  /// given up waiting for this start. SIGPIPE is to be ignored.
  bool started();

 private:
  UniqueFd report_;
};

/// The process that a person has called, and what came of the other one.
struct Foreground {
  core::Pid background{};
  std::optional<core::Exit> end = std::nullopt;  ///< nullopt: it has started
};

/// Waits for the end of a background that has started.
core::Exit wait_for_end(const Foreground& foreground);

/// Makes two processes of this one. The foreground answers once the background has started, or ended; the
/// background at once, without any descriptor but the standard ones. `output`: where stdout goes in the
/// background, made with mode 0640 if it is not there; empty: nowhere. Call it before there are threads.
/// Errors: failed, if `output` cannot be opened or no process be made.
core::Result<std::variant<Foreground, Background>> go_into_background(const std::string& output);

}  // namespace pm::os
