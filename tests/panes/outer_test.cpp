#include "outer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "pm/os/pipe.h"
#include "pm/os/readiness.h"
#include "pm/os/wait.h"

namespace pm::panes {
namespace {

constexpr int kNobody = 65534;
constexpr auto kEnd = "the end";

// A process whose stdout is the terminal of another user: it writes more than that takes, then finishes,
// tells `told` before it does so, and writes the end.
void write_as_another_user(int terminal, int told) {
  ::dup2(terminal, kStdout);
  if (::seteuid(kNobody) != 0) ::_exit(1);
  boost::asio::io_context loop;
  auto input = os::readiness_of(kStdout);
  if (!input) ::_exit(2);
  Outer outer{loop, std::move(*input), {.on_input = {}, .on_room = {}, .on_gone = {}}};
  while (outer.has_room()) outer.write(std::string(std::size_t{1} << 16, 'x'));
  (void)os::write_all(told, ".");
  outer.finish(std::chrono::minutes{1});
  (void)os::write_all(kStdout, kEnd);
  ::_exit(0);
}

std::string all_of(int master) {
  std::string text;
  std::array<char, 65536> room;
  for (;;) {
    os::wait_readable(std::array{master}, std::nullopt);
    const auto size = os::read_some(master, room);
    if (size && *size == 0) return text;
    text.append(room.data(), size.value_or(0));
  }
}

TEST(Outer, IsDoneWithTheTerminalOnceItHasFinished) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  auto pty = os::open_pty({80, 24});
  auto told = os::make_pipe();
  ASSERT_TRUE(pty && told);
  ASSERT_EQ(::fchmod(pty->slave.get(), 0600), 0);
  const auto child = ::fork();
  if (child == 0) write_as_another_user(pty->slave.get(), told->write.get());
  pty->slave.reset();
  told->write.reset();
  os::wait_readable(std::array{told->read.get()}, std::nullopt);
  EXPECT_TRUE(all_of(pty->master.get()).ends_with(std::string{"x"} + kEnd));
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace pm::panes
