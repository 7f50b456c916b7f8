#include "usage_meter.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

namespace pm::supervisor {
namespace {

using namespace std::chrono_literals;

// A life that began at this moment.
constexpr core::TimePoint kBegin{1000s};

class Usage : public testing::Test {
 protected:
  /// What is seen of a life that has used so much of a processor by then.
  core::ProcessSnapshot seen(core::Duration after, core::Duration cpu) {
    std::array processes{core::ProcessSnapshot{
        .id = {"web", 1}, .pid = core::Pid{::getpid()}, .generation = 1, .uptime = after}};
    meter_.measure(processes, kBegin + after, [&](const auto&) { return os::CgroupUsage{cpu, 4096}; });
    return processes[0];
  }

 private:
  UsageMeter meter_;
};

TEST_F(Usage, IsThatSinceTheBeginningThenThatSinceTheLastLook) {
  EXPECT_EQ(seen(1s, 500ms).cpu_percent, 50);
  EXPECT_EQ(seen(3s, 600ms).cpu_percent, 5);
}

TEST_F(Usage, IsKeptForALookSoonAfter) {
  EXPECT_EQ(seen(1s, 500ms).cpu_percent, 50);
  EXPECT_EQ(seen(1s + 10ms, 510ms).cpu_percent, 50);
}

TEST_F(Usage, CannotBeToldRightAfterTheBeginning) {
  const auto process = seen(2ms, 10ms);
  EXPECT_EQ(process.cpu_percent, std::nullopt);
  EXPECT_EQ(process.rss_bytes, 4096);
  EXPECT_EQ(seen(1002ms, 110ms).cpu_percent, 10);
}

}  // namespace
}  // namespace pm::supervisor
