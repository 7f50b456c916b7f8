#include "channels.h"

#include <algorithm>
#include <set>

namespace pm::supervisor {

namespace {

// Somebody who shrinks a formation may still want to read why; each of these may hold a whole history.
constexpr std::size_t kMostFormer = 16;

}  // namespace

std::size_t name_width(const std::vector<core::InstanceId>& instances) {
  std::size_t width = 2;  // "pm"
  for (const auto& id : instances) width = std::max(width, to_string(id).size());
  return width;
}

Channel& Channels::of(const core::InstanceId& id) {
  auto& channel = channels_[id];
  if (!channel) channel = std::make_unique<Channel>(printer_, make_setup_(id));
  return *channel;
}

const Channel* Channels::find(const core::InstanceId& id) const {
  const auto found = channels_.find(id);
  return found == channels_.end() ? nullptr : found->second.get();
}

void Channels::follow(const std::vector<core::InstanceId>& instances) {
  const std::set<core::InstanceId> there{instances.begin(), instances.end()};
  std::erase_if(former_, [&](const core::InstanceId& id) { return there.contains(id); });
  const std::set<core::InstanceId> former{former_.begin(), former_.end()};
  for (const auto& [id, channel] : channels_)
    if (!there.contains(id) && !former.contains(id)) {
      channel->screen().leave_formation();
      former_.push_back(id);
    }
  for (; former_.size() > kMostFormer; former_.pop_front()) channels_.erase(former_.front());

  if (printer_.set_width(name_width(instances))) restyle();
}

void Channels::restyle() {
  for (auto& [id, channel] : channels_) channel->restyle(make_setup_(id).sgr);
}

std::vector<core::InstanceId> Channels::logged(const std::vector<core::InstanceId>& instances) const {
  std::vector<core::InstanceId> ids;
  for (const auto& id : instances)
    if (channels_.contains(id)) ids.push_back(id);
  ids.insert(ids.end(), former_.begin(), former_.end());
  return ids;
}

}  // namespace pm::supervisor
