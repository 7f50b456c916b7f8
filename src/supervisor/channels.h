#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "channel.h"
#include "pm/core/supervision.h"

namespace pm::supervisor {

/// The channels of all instances, and their common look: the width of the names follows the formation.
class Channels {
 public:
  using MakeSetup = std::function<Channel::Setup(const core::InstanceId&)>;

  /// `make_setup` says what the channel of an instance is made of, when it is first needed.
  Channels(Printer& printer, MakeSetup make_setup) : printer_{printer}, make_setup_{std::move(make_setup)} {}

  Channel& of(const core::InstanceId& id);
  const Channel* find(const core::InstanceId& id) const;

  /// After the instances have changed: fits the width of the names to `instances`, and gives up the oldest
  /// histories of those that are not among them any more.
  void follow(const std::vector<core::InstanceId>& instances);
  /// After their colours have.
  void restyle();
  /// How many there are, those of former instances left out.
  std::size_t size() const { return channels_.size() - former_.size(); }
  /// In the order of `instances`, then those of former instances.
  std::vector<core::InstanceId> logged(const std::vector<core::InstanceId>& instances) const;

  template <class Do>
  void each(Do&& act) {
    for (auto& [id, channel] : channels_) act(*channel);
  }

 private:
  Printer& printer_;
  MakeSetup make_setup_;
  std::map<core::InstanceId, std::unique_ptr<Channel>> channels_;
  std::deque<core::InstanceId> former_;  // the latest last
};

/// Of the longest name, and "pm".
std::size_t name_width(const std::vector<core::InstanceId>& instances);

}  // namespace pm::supervisor
