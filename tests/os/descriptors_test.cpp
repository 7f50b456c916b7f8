#include "pm/os/descriptors.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace pm::os {
namespace {

TEST(DescriptorsAbove, CountsDownToTheLimit) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  if (limit.rlim_cur == RLIM_INFINITY) GTEST_SKIP() << "there is no limit";
  const auto last = static_cast<int>(limit.rlim_cur) - 1;
  EXPECT_EQ(descriptors_above(last), 0u);
  EXPECT_EQ(descriptors_above(last - 10), 10u);
}

}  // namespace
}  // namespace pm::os
