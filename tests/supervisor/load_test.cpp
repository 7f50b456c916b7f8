#include "pm/supervisor/load.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace pm::supervisor {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A directory of its own for each test.
class Load : public testing::Test {
 protected:
  Load() {
    std::string pattern = (fs::temp_directory_path() / "pm-load-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    request_.directory = directory_.string();
  }
  ~Load() override { fs::remove_all(directory_); }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((directory_ / name).parent_path());
    std::ofstream{directory_ / name} << text;
  }

  fs::path directory_;
  LoadRequest request_;
};

TEST_F(Load, ReadsWhatLiesInTheDirectory) {
  write("Procfile", "web: true\n");
  write(".env", "A=1\n");
  write("pm.toml", "[defaults]\n");
  const auto sources = gather(request_);
  ASSERT_TRUE(sources);
  EXPECT_EQ(sources->root, directory_);
  EXPECT_EQ(sources->procfile.name, "Procfile");
  EXPECT_EQ(sources->procfile.text, "web: true\n");
  ASSERT_THAT(sources->env_files, SizeIs(1));
  EXPECT_EQ(sources->env_files.front().name, ".env");
  ASSERT_TRUE(sources->options);
  EXPECT_EQ(sources->options->name, "pm.toml");
}

TEST_F(Load, NeedsOnlyTheProcfile) {
  write("Procfile", "web: true\n");
  const auto sources = gather(request_);
  ASSERT_TRUE(sources);
  EXPECT_THAT(sources->env_files, IsEmpty());
  EXPECT_FALSE(sources->options);
}

TEST_F(Load, TellsAllFilesThatAreMissing) {
  request_.env_files = {"a,b"};
  request_.options = "c";
  const auto sources = gather(request_);
  ASSERT_FALSE(sources);
  ASSERT_THAT(sources.error(), SizeIs(4));
  EXPECT_THAT(sources.error()[0].what, HasSubstr("no Procfile here"));
  EXPECT_EQ(sources.error()[3].what, "there is no options file 'c'");
  for (const auto& error : sources.error()) EXPECT_EQ(error.kind, core::Error::Kind::bad_input);
}

TEST_F(Load, KnowsTheWayToAProcfileOfAnotherNameInTheRoot) {
  write("app/Procfile.dev", "");
  request_.root = "app";
  const auto sources = gather(request_);
  ASSERT_FALSE(sources);
  EXPECT_EQ(sources.error()[0].hint, "there is 'app/Procfile.dev': name it with -f app/Procfile.dev");
}

TEST_F(Load, PrefersFlagsToVariables) {
  write("flag/Procfile", "");
  write("variable/Procfile", "");
  request_.environment = {{"PM_PROCFILE", "variable/Procfile"}};
  EXPECT_EQ(gather(request_)->root, directory_ / "variable");
  request_.procfile = "flag/Procfile";
  EXPECT_EQ(gather(request_)->root, directory_ / "flag");
  request_.root = "./variable/../";
  EXPECT_EQ(gather(request_)->root, directory_);
}

TEST_F(Load, TakesTheProcfileOfStandardInputAsOftenAsNeeded) {
  request_.procfile = "-";
  request_.standard_input = "web: true\n";
  EXPECT_TRUE(reads_standard_input(request_));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(gather(request_)->procfile.text, "web: true\n");
  EXPECT_EQ(gather(request_)->root, directory_);
}

TEST_F(Load, SeesWhatChangedSince) {
  write("Procfile", "web: true\n");
  EXPECT_EQ(load(request_)->types.size(), 1);
  write("Procfile", "web: true\nworker: true\n");
  EXPECT_EQ(load(request_)->types.size(), 2);
}

TEST_F(Load, HasAnEnvironmentWithoutAProcfile) {
  write(".env", "A=1\n");
  request_.environment = {{"PM_FORMATION", "web=2"}};
  EXPECT_FALSE(has_procfile(request_));
  const auto application = load_environment(request_);
  ASSERT_TRUE(application);
  EXPECT_THAT(application->types, IsEmpty());
  EXPECT_EQ(application->environment.at("A"), "1");
  EXPECT_EQ(application->environment.at("PM_FORMATION"), "web=2");
}

TEST_F(Load, ReadsAPipeOnlyOnce) {
  write("Procfile", "web: true\n");
  const auto pipe = (directory_ / "secrets").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  request_.env_files = {"secrets"};
  std::thread writer{[&] { std::ofstream{pipe} << "A=1\n"; }};
  const auto sources = gather(request_);
  writer.join();
  ASSERT_TRUE(sources);
  write("Procfile", "web: false\n");
  const auto anew = gather(again(request_, *sources));  // nobody writes now
  ASSERT_TRUE(anew);
  EXPECT_EQ(anew->env_files.front().text, "A=1\n");
  EXPECT_EQ(anew->procfile.text, "web: false\n");
}

TEST_F(Load, FindsTheSocketBesideTheProcfile) {
  write("app/Procfile", "web: true\n");
  request_.procfile = "app/Procfile";
  EXPECT_EQ(socket_place(request_)->path, directory_ / "app/.pm.sock");
  EXPECT_FALSE(socket_place(request_)->required);
  request_.environment["PM_SOCKET"] = "run/pm.sock";
  EXPECT_EQ(socket_place(request_)->path, directory_ / "run/pm.sock");
  EXPECT_TRUE(socket_place(request_)->required);
  request_.socket = "/tmp/other.sock";
  EXPECT_EQ(socket_place(request_)->path, "/tmp/other.sock");
  request_.no_socket = true;
  EXPECT_EQ(socket_place(request_)->path, "");
}

}  // namespace pm::supervisor
