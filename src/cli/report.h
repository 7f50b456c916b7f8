#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pm/api/reply.h"
#include "screen.h"

namespace pm::cli {

/// What an operation has done, as text for a person: what came out as asked is told on stdout, the rest as
/// errors. Pure.
struct Report {
  std::string text = {};
  std::vector<core::Error> errors = {};
};

/// "web.1 restarted (pid 4711 → 4740, 0.4s)", an entry for each instance.
Report report_on(core::Verb verb, const api::OperationReport& operation, const Screen& screen);
/// "worker 1 → 3   worker.2 started (pid 4730), worker.3 started (pid 4731)", a line for each type that is
/// another number now, or is one of `named`.
Report report_on_scale(const api::OperationReport& operation, const std::vector<std::string>& named,
                       const Screen& screen);
Report report_on_reload(const api::OperationReport& operation, const Screen& screen);
Report report_on_signal(int signal, const api::OperationReport& operation, const Screen& screen);

}  // namespace pm::cli
