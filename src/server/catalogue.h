#pragma once

#include <cstdint>
#include <vector>

#include "pm/supervisor/control.h"

namespace pm::server {

/// Which instances have a history: asked once a turn for all who follow, for it rarely changes.
class Catalogue {
 public:
  explicit Catalogue(supervisor::Control& control) : control_{control} { refresh(); }

  void refresh() {
    auto ids = control_.logged();
    const auto width = control_.name_width();
    if (ids == ids_ && width == width_) return;
    ids_ = std::move(ids);
    width_ = width;
    ++version_;
  }
  const std::vector<core::InstanceId>& ids() const { return ids_; }
  std::size_t name_width() const { return width_; }
  /// Another one whenever something is different.
  std::uint64_t version() const { return version_; }

 private:
  supervisor::Control& control_;
  std::vector<core::InstanceId> ids_;
  std::size_t width_ = 0;
  std::uint64_t version_ = 1;
};

}  // namespace pm::server
