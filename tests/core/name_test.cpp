#include "pm/core/name.h"

#include <gtest/gtest.h>

namespace pm::core {
namespace {

TEST(TypeName, HasLettersDigitsUnderscoresAndHyphens) {
  for (const auto name : {"web", "WEB-2_x", "0", "-", "_"}) EXPECT_TRUE(is_type_name(name)) << name;
  for (const auto name : {"", "web.1", "my app", "wéb", "web:", "a/b", "*"})
    EXPECT_FALSE(is_type_name(name)) << name;
  EXPECT_FALSE(is_type_name({"a\0b", 3}));
}

TEST(InstanceName, IsTypeDotNumber) {
  EXPECT_EQ(to_string(InstanceId{"web", 12}), "web.12");
  EXPECT_EQ(parse_instance("web.12"), (InstanceId{"web", 12}));
}

class NoInstance : public testing::TestWithParam<const char*> {};
TEST_P(NoInstance, IsRefused) { EXPECT_EQ(parse_instance(GetParam()), std::nullopt); }
INSTANTIATE_TEST_SUITE_P(Texts, NoInstance,
                         testing::Values("", "web", "web.", ".1", "web.0", "web.01", "web.-1", "web.+1",
                                         "web.1 ", "web.1x", "a.b.1", "web.99999999999999", "web.1.5"));

}  // namespace
}  // namespace pm::core
