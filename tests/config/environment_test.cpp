#include <gtest/gtest.h>

#include "pm/config/application.h"

namespace pm::config::environment_test {

Application shop() {
  Application application;
  application.ports = core::Ports{};
  application.environment = {{"HOME", "/home/me"}, {"PORT", "1"}, {"PS", "outer.1"}};
  for (const auto name : {"web", "web-api", "web_api"}) {
    auto& type = application.types.emplace_back();
    type.name = name;
    type.index = static_cast<int>(application.types.size()) - 1;
  }
  return application;
}

TEST(EnvironmentOf, TellsAnInstanceWhoAndWhereItIs) {
  const auto application = shop();
  EXPECT_EQ(environment_of(application, application.types[1], 3), (Environment{{"HOME", "/home/me"},
                                                                               {"PORT", "5102"},
                                                                               {"PS", "web-api.3"},
                                                                               {"PM_TYPE", "web-api"},
                                                                               {"PM_INSTANCE", "3"},
                                                                               {"PM_PORT_WEB", "5000"},
                                                                               {"PM_PORT_WEB_API", "5100"}}));
}

TEST(EnvironmentOf, LeavesPortAloneWithoutPorts) {
  auto application = shop();
  application.ports.reset();
  const auto environment = environment_of(application, application.types[0], 1);
  EXPECT_EQ(environment.at("PORT"), "1");
  EXPECT_FALSE(environment.contains("PM_PORT_WEB"));
}

TEST(EnvironmentOf, NamesTheControlSocketAndNeverThatOfAnother) {
  auto application = shop();
  application.environment["PM_SOCKET"] = "/outer/.pm.sock";
  const auto socket = [&] { return environment_of(application, application.types[0], 1)["PM_SOCKET"]; };
  EXPECT_EQ(socket(), "/outer/.pm.sock");
  application.socket = "/shop/.pm.sock";
  EXPECT_EQ(socket(), "/shop/.pm.sock");
  application.socket = "";
  EXPECT_FALSE(environment_of(application, application.types[0], 1).contains("PM_SOCKET"));
}

TEST(EnvironmentOf, LetsTheTypesOwnWinOverAllOthers) {
  auto application = shop();
  application.types[0].env = {{"HOME", "/srv"}, {"PORT", "80"}, {"QUEUE", "default"}};
  const auto environment = environment_of(application, application.types[0], 1);
  EXPECT_EQ(environment.at("HOME"), "/srv");
  EXPECT_EQ(environment.at("PORT"), "80");
  EXPECT_EQ(environment.at("QUEUE"), "default");
}

TEST(EnvironmentOf, NamesNoPortThatThereIsNot) {
  auto application = shop();
  application.ports = core::Ports{65535, 1};
  const auto environment = environment_of(application, application.types[0], 1);
  EXPECT_EQ(environment.at("PORT"), "65535");
  EXPECT_FALSE(environment.contains("PM_PORT_WEB_API"));
}

}  // namespace pm::config::environment_test
