#include "pm/api/check.h"

#include <gtest/gtest.h>

namespace pm::api {

TEST(CheckJson, ShowsInstancesInOrderAndIdleTypes) {
  const CheckReport report{
      .processes = {{{"web", 1}, "puma -p $PORT", 5000, core::Restart::on_failure},
                    {{"web", 2}, "puma -p $PORT", 5001, core::Restart::always}},
      .idle = {"release"},
  };
  EXPECT_EQ(
      to_json(report),
      R"({"processes":[)"
      R"({"name":"web.1","type":"web","index":1,"command":"puma -p $PORT","port":5000,"restart":"on-failure"},)"
      R"({"name":"web.2","type":"web","index":2,"command":"puma -p $PORT","port":5001,"restart":"always"}],)"
      R"("idle":["release"]})");
}

TEST(CheckJson, HasNullForNoPort) {
  const CheckReport report{.processes = {{{"job", 1}, "true", std::nullopt, core::Restart::never}},
                           .idle = {}};
  EXPECT_EQ(
      to_json(report),
      R"({"processes":[{"name":"job.1","type":"job","index":1,"command":"true","port":null,"restart":"never"}],)"
      R"("idle":[]})");
}

TEST(CheckJson, IsEmptyWhenNothingRuns) {
  EXPECT_EQ(to_json(CheckReport{}), R"({"processes":[],"idle":[]})");
}

TEST(CheckJson, EscapesWhatJsonCannotHold) {
  const CheckReport report{.processes = {{{"x", 1}, "printf \"\t\\\xFF\x01é\"", 1, {}}}, .idle = {}};
  EXPECT_NE(to_json(report).find("\"printf \\\"\\t\\\\\xEF\xBF\xBD\\u0001é\\\"\""), std::string::npos)
      << to_json(report);
}

}  // namespace pm::api
