#include "pm/os/pipe.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "pm/os/syscall.h"

namespace pm::os {

using core::Result;

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) == -1) return system_error("cannot make a pipe");
  return Pipe{UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

void set_nonblocking(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

std::optional<std::size_t> read_some(int fd, std::span<char> room) {
  const auto size = retry([&] { return ::read(fd, room.data(), room.size()); });
  if (size >= 0) return static_cast<std::size_t>(size);
  if (errno == EAGAIN) return std::nullopt;
  return 0;  // EIO: the end of a PTY, after all its data
}

std::optional<std::size_t> write_some(int fd, std::string_view bytes) {
  const auto size = retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
  if (size >= 0) return static_cast<std::size_t>(size);
  if (errno == EAGAIN) return 0;
  return std::nullopt;
}

namespace {

winsize to_winsize(TerminalSize size) {
  return {.ws_row = static_cast<unsigned short>(size.rows),
          .ws_col = static_cast<unsigned short>(size.columns),
          .ws_xpixel = 0,
          .ws_ypixel = 0};
}

}  // namespace

Result<Pty> open_pty(TerminalSize size) {
  Pty pty;
  pty.master = UniqueFd{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)};
  if (!pty.master) return system_error("cannot open a pseudo-terminal");
  if (::unlockpt(pty.master.get()) == -1) return system_error("cannot unlock a pseudo-terminal");
  // By descriptor (ioctl_tty(2)), for the path may mean something else where /dev/pts is another mount.
  pty.slave = UniqueFd{::ioctl(pty.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)};
  if (!pty.slave) return system_error("cannot open the child's side of a pseudo-terminal");
  resize_pty(pty.master.get(), size);
  return pty;
}

void resize_pty(int master, TerminalSize size) {
  const auto window = to_winsize(size);
  ::ioctl(master, TIOCSWINSZ, &window);
}

std::optional<TerminalSize> terminal_size(int fd) {
  winsize window{};
  if (::ioctl(fd, TIOCGWINSZ, &window) == -1 || window.ws_col == 0 || window.ws_row == 0) return std::nullopt;
  return core::bounded({window.ws_col, window.ws_row});
}

bool is_terminal(int fd) { return ::isatty(fd) == 1; }

bool has_controlling_terminal() {
  return bool{
      UniqueFd{retry([] { return ::open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); })}};
}

}  // namespace pm::os
