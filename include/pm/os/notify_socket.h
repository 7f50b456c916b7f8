#pragma once

#include <string>
#include <string_view>

#include "pm/core/error.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

/// The socket at which a service manager listens for news (sd_notify(3)).
class NotifySocket {
 public:
  /// `address`: a path, or a name in the abstract namespace after '@'. Errors: one that is neither, or too
  /// long; no descriptor.
  static core::Result<NotifySocket> open(std::string_view address);

  /// False: there is no room now. Never waits. Errors: nobody listens there.
  core::Result<bool> send(std::string_view news) const;

 private:
  NotifySocket(UniqueFd socket, std::string address)
      : socket_{std::move(socket)}, address_{std::move(address)} {}

  UniqueFd socket_;
  std::string address_;
};

}  // namespace pm::os
