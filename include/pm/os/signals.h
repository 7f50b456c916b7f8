#pragma once

namespace pm::os {

/// Whether `signal` is ignored at the moment, as after nohup(1).
bool is_ignored(int signal);

/// Writes to a broken pipe fail with EPIPE instead of ending the program, and output in the background goes
/// on on terminals that would stop it (stty tostop).
void ignore_output_signals();

}  // namespace pm::os
