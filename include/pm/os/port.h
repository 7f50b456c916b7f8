#pragma once

namespace pm::os {

/// Whether somebody listens on the TCP port, on whichever address of this machine. `port`: 1 to 65535.
bool port_is_taken(int port);

}  // namespace pm::os
