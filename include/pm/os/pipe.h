#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "pm/core/error.h"
#include "pm/core/terminal_size.h"
#include "pm/os/unique_fd.h"

namespace pm::os {

struct Pipe {
  UniqueFd read, write;
};

/// Both ends close on exec and block; see set_nonblocking.
core::Result<Pipe> make_pipe();

/// Sets O_NONBLOCK on the open file description: everyone who shares it is affected.
void set_nonblocking(int fd);

/// Reads what is there: its size, 0 at the end (a pipe without writers, a PTY that is closed on the other
/// side), nullopt if there is nothing at the moment.
std::optional<std::size_t> read_some(int fd, std::span<char> room);

/// Writes what there is room for: how much that was; nullopt: an error, nobody will read it.
std::optional<std::size_t> write_some(int fd, std::string_view bytes);

using core::TerminalSize;

struct Pty {
  UniqueFd master;  ///< does not block; EIO once every slave is closed and all data was read
  UniqueFd slave;
};

core::Result<Pty> open_pty(TerminalSize size);

void resize_pty(int master, TerminalSize size);

/// nullopt if `fd` is no terminal, or one without a size. At most core::kLargestTerminal.
std::optional<TerminalSize> terminal_size(int fd);

bool is_terminal(int fd);

/// Whether this process still has a controlling terminal.
bool has_controlling_terminal();

}  // namespace pm::os
