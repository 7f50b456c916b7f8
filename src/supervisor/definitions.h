#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pm/config/application.h"
#include "pm/core/snapshot.h"
#include "pm/core/supervision.h"

namespace pm::supervisor {

/// What each type is run from. Types may come from different readings of the files: a restart takes over what
/// they say for the types it is about, a reload for all.
class Definitions {
 public:
  explicit Definitions(config::Application application);

  /// Of a type that there is, or was: one that a reload took away is known for as long as the supervisor
  /// lives.
  const core::ProcessType& type(const std::string& name) const { return entry(name).type; }
  std::optional<int> port(const core::InstanceId& id) const;
  /// What all types of that reading find in their environment.
  const config::Environment& common_environment(const std::string& type) const;
  config::Environment own_environment(const core::InstanceId& id) const;
  const std::string& procfile() const { return procfile_; }

  /// `fresh`, with every type where it was: with the ports it had. Errors: ports past the last one.
  core::Checked<config::Application> settled(config::Application fresh) const;
  /// Takes over what `fresh`, which settled() gave, says of `types`; it has all of them.
  void adopt(const config::Application& fresh, std::span<const std::string> types);
  /// Takes over everything; what has become of the types.
  core::ReloadEvent adopt_all(const config::Application& fresh);

 private:
  /// One reading of the files; shared by the types that are run from it.
  struct Reading {
    config::Application application;
    config::Environment common;
  };
  struct Entry {
    core::ProcessType type;
    std::shared_ptr<const Reading> reading;
    bool current = true;  // the latest reload still had it
  };
  const Entry& entry(const std::string& name) const { return entries_.at(name); }
  static std::shared_ptr<const Reading> reading_of(config::Application application);

  std::map<std::string, Entry> entries_;
  std::string procfile_;
};

/// The types of an application as the core takes them.
core::TypePlan plan_of(const core::ProcessType& type);

}  // namespace pm::supervisor
