#include "pm/core/service_news.h"

#include <gtest/gtest.h>

#include <ostream>

namespace pm::core::service_news_test {

const TimePoint kNow{1000s};
const InstanceId kWeb1{"web", 1}, kWeb2{"web", 2}, kClock1{"clock", 1};

TypePlan type(std::string name, int instances, Duration grace) {
  TypePlan plan{std::move(name), instances, {}};
  plan.policy.stop.timeout = grace;
  return plan;
}

Supervision formation() { return {{type("web", 2, 5s), type("clock", 1, 90s)}, {ExitWhen::never, {}}}; }

void come_up(Supervision& core) {
  core.begin(kNow);
  for (const auto& id : core.instances()) core.spawned(id, core.find(id)->generation, Pid{42}, kNow);
}

TEST(ServiceNews, TellsWhatRuns) {
  auto core = formation();
  come_up(core);
  EXPECT_EQ(service_news(core), "READY=1\nSTATUS=3 running");
}

TEST(ServiceNews, CountsEachStateByItsName) {
  auto core = formation();
  come_up(core);
  core.gone(kWeb2, core.find(kWeb2)->generation, Exit::code(1), kNow, 0);
  core.stop(std::vector{kClock1}, kNow);
  EXPECT_EQ(service_news(core), "READY=1\nSTATUS=1 running, 1 stopping, 1 in backoff");
}

TEST(ServiceNews, IsReadyWithoutAnyProcess) {
  EXPECT_EQ(service_news({{type("web", 0, 5s)}, {ExitWhen::never, {}}}), "READY=1\nSTATUS=no processes");
}

TEST(ServiceNews, AsksForAsMuchTimeAsTheSlowestMayTake) {
  auto core = formation();
  come_up(core);
  core.shut_down(0, kNow);
  EXPECT_EQ(service_news(core),
            "STOPPING=1\nSTATUS=ending the run: 3 stopping\nEXTEND_TIMEOUT_USEC=100000000");
  core.gone(kClock1, core.find(kClock1)->generation, Exit::code(0), kNow, 0);
  EXPECT_EQ(service_news(core),
            "STOPPING=1\nSTATUS=ending the run: 2 stopping, 1 stopped\nEXTEND_TIMEOUT_USEC=15000000");
}

TEST(ServiceReport, TellsTheNewestOnce) {
  ServiceReport report;
  EXPECT_EQ(report.next(), "");
  report.is("one");
  report.is("two");
  EXPECT_EQ(report.next(), "two");
  report.told();
  report.is("two");
  EXPECT_EQ(report.next(), "");
}

TEST(ServiceReport, TellsAReloadAndWhatIsTrueAfterIt) {
  ServiceReport report;
  report.is("one");
  report.told();
  report.reload_begins(kNow);
  report.is("two");
  EXPECT_EQ(report.next(), reloading_news(kNow));
  report.told();
  EXPECT_EQ(report.next(), "");
  report.reload_ends();
  EXPECT_EQ(report.next(), "two");
}

TEST(ServiceReport, TellsThatAReloadIsOverEvenIfNothingHasChanged) {
  ServiceReport report;
  report.is("one");
  report.told();
  report.reload_begins(kNow);
  report.told();
  report.reload_ends();
  EXPECT_EQ(report.next(), "one");
}

TEST(ServiceReport, LeavesOutAReloadThatIsOverBeforeItCouldBeTold) {
  ServiceReport report;
  report.is("one");
  report.reload_begins(kNow);
  report.reload_ends();
  EXPECT_EQ(report.next(), "one");
}

TEST(ReloadingNews, HasTheTimeOfTheMonotonicClock) {
  EXPECT_EQ(reloading_news(kNow), "RELOADING=1\nMONOTONIC_USEC=1000000000");
}

struct AliveCase {
  const char* name;
  const char *usec, *pid;
  std::optional<Duration> interval;
};
std::ostream& operator<<(std::ostream& out, const AliveCase& c) { return out << c.name; }
class AliveInterval : public testing::TestWithParam<AliveCase> {};
TEST_P(AliveInterval, IsHalfOfWhatTheManagerWaits) {
  const auto& [name, usec, pid, interval] = GetParam();
  EXPECT_EQ(alive_interval(usec, pid, Pid{12}), interval);
}
INSTANTIATE_TEST_SUITE_P(Variables, AliveInterval,
                         testing::Values(AliveCase{"NobodyWaits", "", "", std::nullopt},
                                         AliveCase{"ForWhoeverSends", "30000000", "", 15s},
                                         AliveCase{"ForPm", "3", "12", 1500ns},
                                         AliveCase{"ForSomebodyElse", "30000000", "1", std::nullopt},
                                         AliveCase{"ForNobodyThatHasANumber", "30000000", "x", std::nullopt},
                                         AliveCase{"OnceInAThousandYears", "31536000000000000", "", 12h},
                                         AliveCase{"Never", "0", "", std::nullopt},
                                         AliveCase{"Negative", "-5", "", std::nullopt},
                                         AliveCase{"NoNumber", "30s", "", std::nullopt}),
                         [](const auto& test) { return std::string{test.param.name}; });

}  // namespace pm::core::service_news_test
