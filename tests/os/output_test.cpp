#include "pm/os/output.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <functional>
#include <string>

#include "pm/os/pipe.h"

namespace pm::os {
namespace {

namespace fs = std::filesystem;

/// Runs `body` in a process that has no /proc, where nothing can be opened anew; answers with its exit code.
int without_proc(const std::function<int()>& body) {
  std::string root = fs::temp_directory_path() / "pm-output-XXXXXX";
  if (!::mkdtemp(root.data())) return -1;
  const auto child = ::fork();
  if (child == 0) ::_exit(::chroot(root.c_str()) == 0 ? body() : 77);
  int status = 0;
  ::waitpid(child, &status, 0);
  fs::remove(root);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Writes all of `text`, waiting for room as a supervisor does.
int write_all(int fd, std::string_view text) {
  Output output{fd};
  while (!text.empty()) {
    const auto written = output.write(text);
    text.remove_prefix(written.size);
    if (text.empty()) break;
    if (written.error != EAGAIN) return 1;
    pollfd room{.fd = output.readiness(), .events = POLLIN, .revents = 0};
    ::poll(&room, 1, -1);
  }
  const auto end = output.finish();
  if (!end) return 2;  // there was no thread
  pollfd over{.fd = end.get(), .events = POLLIN, .revents = 0};
  return ::poll(&over, 1, -1) == 1 ? 0 : 3;
}

std::string numbers() {
  std::string text;
  for (int i = 0; text.size() < (1 << 20); ++i) text += std::to_string(i) + "\n";
  return text;
}

TEST(Output, AThreadWritesWhereNothingCanBeOpenedAnew) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can leave /proc behind";
  auto pipe = make_pipe();
  ASSERT_TRUE(pipe);
  const auto text = numbers();
  const auto reader = ::fork();
  if (reader == 0) {
    pipe->write.reset();
    std::string got;
    std::array<char, 65536> chunk;
    for (ssize_t size; (size = ::read(pipe->read.get(), chunk.data(), chunk.size())) > 0;)
      got.append(chunk.data(), static_cast<std::size_t>(size));
    ::_exit(got == text ? 0 : 1);
  }
  EXPECT_EQ(without_proc([&] { return write_all(pipe->write.get(), text); }), 0);
  pipe->write.reset();
  int status = 0;
  ::waitpid(reader, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace pm::os
