#include "identities.h"

#include <gtest/gtest.h>

namespace pm::supervisor {

namespace {

const os::Accounts kAccounts{"www:x:33:33::/var/www:/bin/sh\n", "www:x:33:\nlog:x:4:www\n"};

core::Written written(std::string text, int line = 2) {
  return {std::move(text),
          {.kind = core::Error::Kind::bad_input, .where = core::Location{"pm.toml", line, 8}}};
}

core::ProcessType type(const char* name, core::Standing standing) {
  core::ProcessType type;
  type.name = name;
  type.standing = std::move(standing);
  return type;
}

}  // namespace

TEST(IdentityOf, IsPmsOwnUnlessSaidOtherwise) {
  const auto identity = identity_of({.nice = 5}, kAccounts);
  ASSERT_TRUE(identity);
  EXPECT_EQ(*identity, std::nullopt);
}

TEST(IdentityOf, IsTheUserWithHisGroups) {
  const auto identity = *identity_of({.user = written("www")}, kAccounts);
  EXPECT_EQ(identity->user, 33u);
  EXPECT_EQ(identity->group, 33u);
  EXPECT_EQ(identity->groups, std::vector<std::uint32_t>{4});
}

TEST(IdentityOf, TakesAnotherGroup) {
  const auto identity = *identity_of({.user = written("www"), .group = written("log")}, kAccounts);
  EXPECT_EQ(identity->group, 4u);
  const auto own = os::own_identity(kAccounts);
  EXPECT_EQ((*identity_of({.group = written("log")}, kAccounts))->user, own.user);
}

TEST(IdentityOf, TellsWhereSomebodyUnknownIsNamed) {
  const auto user = identity_of({.user = written("wwww")}, kAccounts);
  ASSERT_FALSE(user);
  EXPECT_EQ(core::render(user.error()),
            "pm: error: pm.toml:2:8: there is no user 'wwww'\n  hint: did you mean 'www'?\n");
  const auto group = identity_of({.group = written("staff")}, kAccounts);
  ASSERT_FALSE(group);
  EXPECT_EQ(group.error().what, "there is no group 'staff'");
  EXPECT_EQ(group.error().hint, "a number needs no line in /etc/group");
}

TEST(CheckIdentities, TellsEveryFaultOnce) {
  const auto nobody = written("no such user, ever", 2), none = written("no such group, ever", 9);
  config::Application application;
  application.types = {type("a", {.user = nobody}), type("b", {.user = nobody}), type("c", {.group = none}),
                       type("d", {})};
  const auto checked = check_identities(application);
  ASSERT_FALSE(checked);
  ASSERT_EQ(checked.error().size(), 2u);
  EXPECT_EQ(checked.error()[1].where->line, 9);
}

TEST(EnvironmentOf, ASomebody) {
  EXPECT_EQ(
      environment_of(*kAccounts.user("www")),
      (config::Environment{{"USER", "www"}, {"LOGNAME", "www"}, {"HOME", "/var/www"}, {"SHELL", "/bin/sh"}}));
}

}  // namespace pm::supervisor
