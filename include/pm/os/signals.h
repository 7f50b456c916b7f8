#pragma once

namespace pm::os {

/// Whether `signal` is ignored at the moment, as after nohup(1).
bool is_ignored(int signal);

/// Writes to a broken pipe fail with EPIPE instead of ending the program, and output in the background goes
/// on on terminals that would stop it (stty tostop).
void ignore_output_signals();

/// From here on `signal` does nothing but be noted.
void note_signal(int signal);
/// Whether it has come since it was last asked for.
bool take_noted_signal(int signal);

/// Unblocks every signal: a parent may have left us deaf, and exec keeps the mask. Call it before any thread
/// is made.
void unblock_signals();

}  // namespace pm::os
