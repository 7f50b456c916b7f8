#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pm/core/name.h"
#include "pm/core/restart.h"

namespace pm::api {

/// One instance of a formation that was checked and not started.
struct CheckedInstance {
  core::InstanceId id;
  std::string command;
  std::optional<int> port;
  core::Restart restart = core::Restart::on_failure;
};

/// What `pm check` found.
struct CheckReport {
  std::vector<CheckedInstance> processes;
  std::vector<std::string> idle;  ///< types with no instance
};

/// {"processes":[{"name":"web.1","type":"web","index":1,"command":…,"port":5000,"restart":"on-failure"}],
/// "idle":["release"]}, port null where there is none. Bytes that are no UTF-8 become U+FFFD.
std::string to_json(const CheckReport& report);

}  // namespace pm::api
