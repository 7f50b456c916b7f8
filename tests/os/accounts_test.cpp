#include "pm/os/accounts.h"

#include <gtest/gtest.h>

namespace pm::os {

namespace {

const Accounts kAccounts{
    "root:x:0:0:root:/root:/bin/bash\n"
    "# a remark\n"
    "\n"
    "www:x:33:33:www:/var/www:/usr/sbin/nologin\n"
    "bare:x:1001:100::\n"
    "33:x:7:7::/home/thirtythree:/bin/sh\n"
    "broken:x:many:1:::\n"
    "last:x:1002:100:no newline:/home/last:/bin/zsh",
    "root:x:0:\nwww:x:33:\nlog:x:4:syslog,www\nusers:x:100:www\nodd:x:one:www\n"};

}  // namespace

TEST(AccountsUser, IsFoundByName) {
  EXPECT_EQ(kAccounts.user("www"), (Identity{.user = 33,
                                             .group = 33,
                                             .groups = {4, 100},
                                             .name = "www",
                                             .home = "/var/www",
                                             .shell = "/usr/sbin/nologin"}));
}

TEST(AccountsUser, MayLackWhatOthersHave) {
  EXPECT_EQ(kAccounts.user("bare"),
            (Identity{.user = 1001, .group = 100, .name = "bare", .home = "/", .shell = "/bin/sh"}));
  EXPECT_EQ(kAccounts.user("last")->shell, "/bin/zsh");
}

TEST(AccountsUser, IsFoundByNumberUnlessThatIsAName) {
  EXPECT_EQ(kAccounts.user("0")->name, "root");
  EXPECT_EQ(kAccounts.user("33")->user, 7u);
}

TEST(AccountsUser, NeedsNoEntryForANumber) {
  const Identity stranger{.user = 4711, .group = 4711, .name = "4711", .home = "/", .shell = "/bin/sh"};
  EXPECT_EQ(kAccounts.user("4711"), stranger);
  EXPECT_EQ((Accounts{"", ""}.user("4711")), stranger);
}

TEST(AccountsUser, IsNobodyElse) {
  for (const auto* name :
       {"ww", "wwww", "", "broken", "#", "-1", "4294967295", "4294967296", "7x", "a remark"})
    EXPECT_EQ(kAccounts.user(name), std::nullopt) << name;
}

TEST(AccountsGroup, IsFoundByNameOrNumber) {
  EXPECT_EQ(kAccounts.group("users"), 100u);
  EXPECT_EQ(kAccounts.group("4711"), 4711u);
  EXPECT_EQ(kAccounts.group("odd"), std::nullopt);
  EXPECT_EQ(kAccounts.group("nobody"), std::nullopt);
}

TEST(AccountsNames, AreThoseOfTheFiles) {
  EXPECT_EQ(kAccounts.user_name(33), "www");
  EXPECT_EQ(kAccounts.user_name(34), "34");
  EXPECT_EQ((Accounts{"a:\nb:x\n", "g:\n"}.user_names()), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ((Accounts{"a:\nb:x\n", "g:\n"}.group_names()), (std::vector<std::string>{"g"}));
}

}  // namespace pm::os
