#include "pm/os/readiness.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "pm/os/pipe.h"
#include "pm/os/wait.h"

namespace pm::os {
namespace {

using namespace std::chrono_literals;

class Readiness : public testing::Test {
 protected:
  Readiness() : pipe{std::move(*make_pipe())}, readiness{std::move(*readiness_of(pipe.read.get()))} {}
  bool is_readable() const {
    return wait_readable(std::array{readiness.get()}, core::Duration{0}).has_value();
  }
  Pipe pipe;
  UniqueFd readiness;
};

TEST_F(Readiness, IsThatOfTheDescriptor) {
  EXPECT_FALSE(is_readable());
  ASSERT_EQ(::write(pipe.write.get(), "x", 1), 1);
  EXPECT_TRUE(is_readable());
  std::array<char, 4> room;
  read_some(pipe.read.get(), room);
  EXPECT_FALSE(is_readable());
  pipe.write.reset();
  EXPECT_TRUE(is_readable()) << "its end can be read";
}

TEST_F(Readiness, LeavesTheDescriptorAsItWas) {
  set_nonblocking(readiness.get());
  EXPECT_EQ(::fcntl(pipe.read.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(ReadinessOfNothing, IsAnError) { EXPECT_FALSE(readiness_of(-1)); }

}  // namespace
}  // namespace pm::os
