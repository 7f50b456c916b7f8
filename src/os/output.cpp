#include "pm/os/output.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "pm/os/append_file.h"
#include "pm/os/pipe.h"
#include "pm/os/syscall.h"

namespace pm::os {

namespace {

mode_t type_of(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 ? info.st_mode & S_IFMT : 0;
}

UniqueFd reopen(int fd) {
  const auto path = fmt::format("/proc/self/fd/{}", fd);
  return UniqueFd{retry([&] { return ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC); })};
}

UniqueFd duplicate(int fd) { return UniqueFd{::fcntl(fd, F_DUPFD_CLOEXEC, 3)}; }

// Copies until the end of `source` or until `target` fails; a full disk and the like lose what was in hand.
void copy_all(int source, int target) {
  std::array<char, 65536> chunk;
  for (;;) {
    const auto size = retry([&] { return ::read(source, chunk.data(), chunk.size()); });
    if (size <= 0) return;
    for (std::string_view rest{chunk.data(), static_cast<std::size_t>(size)}; !rest.empty();) {
      const auto written = retry([&] { return ::write(target, rest.data(), rest.size()); });
      if (written == -1 && errno == EAGAIN) {
        pollfd writable{.fd = target, .events = POLLOUT, .revents = 0};
        ::poll(&writable, 1, -1);
      } else if (written == -1 && errno == EPIPE) {
        return;
      } else if (written == -1) {
        break;
      } else {
        rest.remove_prefix(static_cast<std::size_t>(written));
      }
    }
  }
}

}  // namespace

Output::Output(int fd) : terminal_{is_terminal(fd)} {
  const auto type = type_of(fd);
  socket_ = type == S_IFSOCK;
  if (type == S_IFIFO || terminal_) {
    fd_ = reopen(fd);
    if (!fd_) start_thread(fd);
  }
  if (!fd_) fd_ = duplicate(fd);
}

Output::~Output() {
  fd_.reset();
  if (thread_.joinable())
    thread_.detach();  // it may be held up for ever; it has nothing but its own descriptors
}

void Output::start_thread(int target) {
  auto queue = make_pipe();
  auto done = make_pipe();
  auto copy = duplicate(target);
  if (!queue || !done || !copy) return;
  fd_ = std::move(queue->write);
  set_nonblocking(fd_.get());
  done_ = std::move(done->read);
  sigset_t all, before;  // signals belong to the loop's thread
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread{
      [source = std::move(queue->read), to = std::move(copy), end = std::move(done->write)]() mutable {
        copy_all(source.get(), to.get());
        source.reset();
        end.reset();
      }};
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Output::Written Output::write(std::string_view bytes) {
  Written result;
  while (result.size < bytes.size()) {
    const auto rest = bytes.substr(result.size);
    const auto size = retry([&] {
      return socket_ ? ::send(fd_.get(), rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                     : ::write(fd_.get(), rest.data(), rest.size());
    });
    if (size == -1) {
      result.error = errno;
      return result;
    }
    result.size += static_cast<std::size_t>(size);
  }
  return result;
}

int Output::readiness() {
  if (!readiness_) {
    readiness_ = UniqueFd{::epoll_create1(EPOLL_CLOEXEC)};
    epoll_event event{.events = EPOLLOUT, .data = {}};
    ::epoll_ctl(readiness_.get(), EPOLL_CTL_ADD, fd_.get(), &event);
  }
  return readiness_.get();
}

UniqueFd Output::finish() {
  if (!thread_.joinable()) return UniqueFd{};
  fd_.reset();
  return std::move(done_);
}

core::Result<void> Output::redirect(const std::string& path) {
  auto file = open_to_append(path);
  if (!file) return file.error();
  for (const int target : {1, 2}) ::dup2(file->get(), target);
  fd_ = std::move(*file);
  return {};
}

void ensure_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) != -1) continue;
    if (::open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) == -1)  // takes the lowest free number
      ::open("/",
             O_RDONLY |
                 O_DIRECTORY);  // of a container without devices: whoever reads or writes it gets an error
  }
}

void complain(std::string_view text) {
  pollfd writable{.fd = 2, .events = POLLOUT, .revents = 0};
  if (::poll(&writable, 1, 0) == 1 && (writable.revents & POLLOUT))
    retry([&] { return ::write(2, text.data(), text.size()); });
}

}  // namespace pm::os
