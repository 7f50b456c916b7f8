#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pm/api/http.h"
#include "pm/core/error.h"
#include "pm/core/operation.h"
#include "pm/core/snapshot.h"

namespace pm::api {

// Answers as JSON; bytes that are no UTF-8 become U+FFFD. What is not there is null. Every object may get
// further members in later versions.

/// {"error":{"code":…,"message":…,"hint":…,"details":[…]}}
HttpReply to_reply(const HttpFault& fault);
/// An error of the supervisor's: bad_input 422 invalid_configuration, not_found 404, conflict 409, failed 500
/// operation_failed. `details` hold every error as core::render writes it.
HttpFault to_fault(const std::vector<core::Error>& errors);

/// GET /v1/status
std::string to_json(const core::StatusSnapshot& status);
/// {"processes":[…]}
std::string to_json(std::span<const core::ProcessSnapshot> processes);
/// {"processes":[{…,"why":{"failures","last":{…},"restart":{…},"stop":{…},"last_lines"}}]}
std::string to_json(std::span<const core::Explanation> explanations);
/// {"formation":{"web":1}}
std::string to_json(const std::map<std::string, int>& formation);

/// What an operation has done. Every answer has `results`, one for each instance that was meant; operations
/// on processes have `processes` too, a scale the formation before and after it, a reload its types.
struct OperationReport {
  std::vector<core::Settled> results;
  std::vector<core::ProcessSnapshot> processes;
  std::map<std::string, int> formation, previous;  ///< a scale's
  std::optional<core::ReloadEvent> reload;
  bool accepted_only = false;  ///< ?wait=false: 202, results are not known yet
  friend bool operator==(const OperationReport&, const OperationReport&) = default;
};
/// 200; 202 for what is only accepted; 409 conflict if somebody else's request overtook an instance, 500
/// operation_failed if one failed: then with an `error` beside the rest.
HttpReply to_reply(const OperationReport& report);

/// One event as a line of NDJSON (with its newline): {"time","event","process","state","from","generation",
/// "pid","exit_code","signal","next_restart_s","reason"}; event is "state", "formation", "reload" or
/// "shutdown".
std::string to_json_line(const core::Event& event);

/// {"time":…,"process":"web.1","missed":12}: so many lines of it, or, without a process, events, were lost to
/// a slow reader. `missed` < 0: nobody knows how many.
std::string gap_json_line(core::WallTime time, std::string_view process, std::int64_t missed);

/// Prometheus text exposition format 0.0.4.
struct MetricsInput {
  core::StatusSnapshot status;
  std::uint64_t log_bytes = 0, events = 0, requests = 0;
  int clients = 0;
};
std::string to_metrics(const MetricsInput& input);

// The client's side. Errors: failed, if it is not what this version understands.

core::Result<core::StatusSnapshot> parse_status(std::string_view text);
core::Result<std::vector<core::ProcessSnapshot>> parse_processes(std::string_view text);
core::Result<std::vector<core::Explanation>> parse_explanations(std::string_view text);
core::Result<OperationReport> parse_operation(std::string_view text);
core::Result<core::Event> parse_event(std::string_view line);
/// The errors of an answer that is no success; operations may have a report beside it.
std::vector<core::Error> parse_error(int status, std::string_view text);

}  // namespace pm::api
