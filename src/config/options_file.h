#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pm/config/application.h"
#include "pm/config/panes.h"
#include "pm/core/error.h"
#include "pm/core/process.h"

namespace pm::config {

/// What a process table says; nullopt where it is silent.
struct ProcessOptions {
  std::optional<int> instances = {};
  std::optional<core::Restart> restart = {};
  std::optional<core::Duration> initial = {}, max = {}, reset_after = {};
  std::optional<double> factor = {}, jitter = {};
  std::optional<int> max_restarts = {};
  std::optional<int> stop_signal = {};
  std::optional<core::Duration> stop_timeout = {};
  std::optional<std::vector<int>> success_codes = {};
  std::map<std::string, std::string> env = {};
  std::optional<std::string> cwd = {};
  std::optional<std::vector<std::string>> shell = {};
  std::optional<std::string> color = {};
  std::optional<core::PtyMode> pty = {};
  core::Limits limits = {};
  core::Standing standing = {};
};

/// pm.toml.
struct Options {
  std::optional<int> port = {}, port_step = {};
  std::optional<bool> cgroup = {};
  ProcessOptions defaults = {};
  std::map<std::string, ProcessOptions> processes = {};
  PanesOptions panes = {};
};

/// Reads pm.toml for an application of `types`; if that is empty the types are unknown and go unchecked.
/// Errors: the first fault in syntax, else every unknown key, wrong value and unknown type, in their order.
core::Checked<Options> parse_options(const File& file, std::span<const std::string> types);

/// `base` with everything that `over` says over it; env by variable, limits by key.
ProcessOptions merged(ProcessOptions base, const ProcessOptions& over);

}  // namespace pm::config
