#pragma once

#include <string>

#include "pm/supervisor/control.h"

namespace pm::server {

/// The control socket at `path` (absolute): HTTP/1.1 and JSON as of pm(1) and docs/openapi.yaml, for root and
/// the owner of this process. Where `required` is false, a socket that cannot be created is a warning on
/// stderr and the service does nothing; one that somebody else holds is always a conflict.
supervisor::OpenService open_at(std::string path, bool required);

}  // namespace pm::server
