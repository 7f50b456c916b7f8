#include "pm/os/wait.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <limits>
#include <vector>

#include "pm/os/syscall.h"

namespace pm::os {

using core::Result;

namespace {

// For ppoll(2), rounded up so that nobody spins for the rest of a millisecond.
timespec to_timespec(core::Duration duration) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(duration);
  return {.tv_sec = whole.count(), .tv_nsec = (duration - whole).count()};
}

}  // namespace

std::optional<std::size_t> wait_readable(std::span<const int> fds, std::optional<core::Duration> patience) {
  std::vector<pollfd> polled;
  for (const int fd : fds) polled.push_back({.fd = fd, .events = POLLIN, .revents = 0});
  const auto limit = to_timespec(std::max(patience.value_or(core::Duration{}), core::Duration{}));
  const auto count =
      retry([&] { return ::ppoll(polled.data(), polled.size(), patience ? &limit : nullptr, nullptr); });
  if (count <= 0) return std::nullopt;
  const auto found =
      std::find_if(polled.begin(), polled.end(), [](const auto& one) { return one.revents != 0; });
  return static_cast<std::size_t>(found - polled.begin());
}

bool reader_is_gone(int fd) {
  pollfd polled{.fd = fd, .events = 0, .revents = 0};
  return ::poll(&polled, 1, 0) == 1 && (polled.revents & (POLLERR | POLLHUP)) != 0;
}

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    auto size = retry([&] { return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL); });
    if (size == -1 && errno == ENOTSOCK)
      size = retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (size == -1 && errno == EAGAIN) {  // somebody who shares the descriptor has made it so
      pollfd polled{.fd = fd, .events = POLLOUT, .revents = 0};
      retry([&] { return ::poll(&polled, 1, -1); });
      continue;
    }
    if (size == -1) return system_error("cannot write");
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return {};
}

UniqueFd watch_end(core::Pid pid) {
  if (pid == core::Pid::none) return UniqueFd{};
  return UniqueFd{static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0))};
}

namespace {

// A signal handler can reach nothing else.
struct {
  volatile std::sig_atomic_t fd = -1;
  std::string_view text;
} last_words;

constexpr int kEndings[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

extern "C" void say_last_words(int signal) {
  if (last_words.fd >= 0) [[maybe_unused]]
    const auto size = ::write(last_words.fd, last_words.text.data(), last_words.text.size());
  ::raise(signal);  // the handler was taken away when it was called (SA_RESETHAND)
}

}  // namespace

LastWords::LastWords(int fd, std::string_view text) {
  last_words.text = text;
  last_words.fd = fd;
  for (const int signal : kEndings) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) == -1 || action.sa_handler != SIG_DFL) continue;  // nohup(1)
    action.sa_handler = say_last_words;
    action.sa_flags = SA_RESETHAND | SA_RESTART;
    ::sigaction(signal, &action, nullptr);
  }
}

LastWords::~LastWords() {
  for (const int signal : kEndings) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) == -1 || action.sa_handler != say_last_words) continue;
    action.sa_handler = SIG_DFL;
    ::sigaction(signal, &action, nullptr);
  }
  last_words.fd = -1;
}

}  // namespace pm::os
