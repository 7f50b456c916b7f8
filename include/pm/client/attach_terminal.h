#pragma once

#include <string>

#include "pm/api/request.h"
#include "pm/client/detach_keys.h"
#include "pm/core/error.h"

namespace pm::client {

struct TerminalEnd {
  std::string process;    ///< "web.1"
  bool detached = false;  ///< by the keys; else `reason` is why the other side has ended it
  std::string reason = {};
};

/// Makes this terminal (stdin and stdout) that of a process, until `keys` are typed or there is nothing more
/// to see; then it is as it was before, in every other case too. With request.watch stdin and stdout may be
/// anything. Errors: bad_input if there is no terminal, those of Attachment.
core::Result<TerminalEnd> attach_terminal(const std::string& socket, api::Attach request, DetachKeys keys);

}  // namespace pm::client
