#include "pm/client/client.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace pm::client {
namespace {

namespace fs = std::filesystem;

class FindSocket : public testing::Test {
 protected:
  void SetUp() override {
    auto name = (fs::temp_directory_path() / "pm-client-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    top_ = name;
    fs::create_directories(top_ / "a/b");
  }
  void TearDown() override { fs::remove_all(top_); }
  std::string find(const std::string& directory, std::optional<std::string> flag = {},
                   const std::map<std::string, std::string>& environment = {}) const {
    return find_socket(flag, environment, (top_ / directory).string());
  }
  std::string path(const std::string& name) const { return (top_ / name).string(); }
  fs::path top_;
};

TEST_F(FindSocket, LooksUpwards) {
  EXPECT_EQ(find("a/b"), path("a/b/.pm.sock")) << "what would be there";
  std::ofstream{top_ / ".pm.sock"};
  EXPECT_EQ(find("a/b"), path(".pm.sock"));
  std::ofstream{top_ / "a/.pm.sock"};
  EXPECT_EQ(find("a/b"), path("a/.pm.sock"));
}

TEST_F(FindSocket, PrefersTheFlagThenTheVariable) {
  std::ofstream{top_ / ".pm.sock"};
  EXPECT_EQ(find("a", "x", {{"PM_SOCKET", "y"}}), path("a/x"));
  EXPECT_EQ(find("a", {}, {{"PM_SOCKET", "../y"}}), path("y"));
  EXPECT_EQ(find("a", {}, {{"PM_SOCKET", "/run/y"}}), "/run/y");
  EXPECT_EQ(find("a", {}, {{"PM_SOCKET", ""}}), path(".pm.sock"));
}

TEST_F(FindSocket, EndsAtTheTop) {
  EXPECT_EQ(find_socket({}, {}, "/nowhere-to-be-found"), "/nowhere-to-be-found/.pm.sock");
}

TEST(Connect, SaysHowToStartOne) {
  const auto client = Client::connect("/nowhere-to-be-found/.pm.sock");
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind, core::Error::Kind::no_supervisor);
  EXPECT_EQ(client.error().what, "no supervisor answers at /nowhere-to-be-found/.pm.sock");
}

}  // namespace
}  // namespace pm::client
