#include "pm/os/cgroup.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "pm/os/pipe.h"
#include "pm/os/process_tree.h"

namespace pm::os {

namespace fs = std::filesystem;
using core::Pid;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

namespace {

struct Case {
  const char* name;
  const char* mountinfo;
  const char* membership;
  const char* path;
};
class CgroupIn : public testing::TestWithParam<Case> {};
TEST_P(CgroupIn, IsTheDirectoryBelowTheMount) {
  EXPECT_EQ(cgroup_in(GetParam().mountinfo, GetParam().membership), GetParam().path);
}
constexpr auto kUnified =
    "22 1 0:21 / /proc rw - proc proc rw\n"
    "30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
INSTANTIATE_TEST_SUITE_P(
    Of, CgroupIn,
    testing::Values(Case{"Unified", kUnified, "0::/system.slice/shop.service\n",
                         "/sys/fs/cgroup/system.slice/shop.service"},
                    Case{"TheRoot", kUnified, "0::/\n", "/sys/fs/cgroup"},
                    Case{"Hybrid",
                         "31 30 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
                         "40 30 0:37 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n",
                         "4:memory:/a\n0::/b\n", "/sys/fs/cgroup/unified/b"},
                    Case{"OnlyVersionOne", "31 30 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n",
                         "1:cpu:/\n0::/\n", ""},
                    Case{"NoMembership", kUnified, "1:cpu:/\n", ""}, Case{"Nothing", "", "", ""},
                    Case{"PartOfTheTree", "30 22 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n",
                         "0::/docker/abc/web\n", "/sys/fs/cgroup/web"},
                    Case{"AnotherPart", "30 22 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n",
                         "0::/user\n", ""},
                    Case{"OutsideOfTheNamespace", kUnified, "0::/../other\n", ""},
                    Case{"BlanksInThePath", "30 22 0:26 / /my\\040cgroups\\134 rw - cgroup2 cgroup rw\n",
                         "0::/a\n", "/my cgroups\\/a"}),
    [](const auto& test) { return std::string{test.param.name}; });

/// A plain directory that stands for the tree: what pm writes can be read there, and what the kernel would
/// say is written by the test.
class FakeTree : public testing::Test {
 protected:
  FakeTree() {
    std::string pattern = (fs::temp_directory_path() / "pm-cgroup-XXXXXX").string();
    own_ = ::mkdtemp(pattern.data());
    write("cgroup.type", "domain\n");
    write("cgroup.procs", "");
    write("cgroup.controllers", "cpuset cpu io memory hugetlb pids\n");
  }
  ~FakeTree() override { fs::remove_all(own_); }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((own_ / name).parent_path());
    std::ofstream{own_ / name} << text;
  }
  std::string read(const fs::path& path) const {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  std::vector<std::string> directories() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator{own_})
      if (entry.is_directory()) names.push_back(entry.path().filename());
    return names;
  }

  fs::path own_;
};

const core::Limits kLimits{.nproc = 64, .memory = 512'000'000, .cpu = core::CpuLimit{1.5}};

TEST_F(FakeTree, StaysAsItIsUntilTheFirstLife) {
  const Cgroups cgroups{own_};
  EXPECT_THAT(cgroups.base(), StartsWith((own_ / fmt::format("pm.{}-", ::getpid())).string()));
  EXPECT_THAT(directories(), IsEmpty());
}

TEST_F(FakeTree, GetsADirectoryForEachLife) {
  Cgroups cgroups{own_};
  {
    const auto web = cgroups.make("web.1@7", {});
    ASSERT_TRUE(web);
    EXPECT_EQ(web->path(), cgroups.base() + "/web.1@7");
    EXPECT_TRUE(fs::is_directory(web->path()));
    EXPECT_FALSE(cgroups.make("web.1@7", {})) << "there is one already";
  }
  EXPECT_FALSE(fs::exists(cgroups.base() + "/web.1@7"));
}

TEST_F(FakeTree, IsLeftWithoutATrace) {
  {
    Cgroups cgroups{own_};
    const auto web = cgroups.make("web.1@7", {});
    fs::create_directories(fs::path{web->path()} / "made" / "by its child");
  }
  EXPECT_THAT(directories(), IsEmpty());
}

TEST_F(FakeTree, KeepsLimits) {
  Cgroups cgroups{own_};
  const auto web = cgroups.make("web.1@7", kLimits);
  ASSERT_TRUE(web);
  EXPECT_EQ(web->limited(), (core::Controllers{.memory = true, .pids = true, .cpu = true}));
  EXPECT_EQ(web->memory_limit(), 512'000'000u);
  const fs::path path{web->path()};
  EXPECT_EQ(read(path / "memory.max"), "512000000");
  EXPECT_EQ(read(path / "memory.oom.group"), "1");
  EXPECT_EQ(read(path / "pids.max"), "64");
  EXPECT_EQ(read(path / "cpu.max"), "150000 100000");
}

TEST_F(FakeTree, TakesLimitsAway) {
  Cgroups cgroups{own_};
  const auto web = cgroups.make("web.1@7", {.nproc = core::kUnlimited, .memory = core::kUnlimited});
  EXPECT_EQ(read(fs::path{web->path()} / "memory.max"), "max");
  EXPECT_EQ(read(fs::path{web->path()} / "pids.max"), "max");
  EXPECT_EQ(web->memory_limit(), 0u);
}

TEST_F(FakeTree, PassesOnlyTheControllersThatAreNeeded) {
  Cgroups cgroups{own_};
  EXPECT_EQ(cgroups.make("web.1@7", {.nproc = 64})->limited(), (core::Controllers{.pids = true}));
  EXPECT_EQ(read(own_ / "cgroup.subtree_control"), "+pids");
  EXPECT_EQ(read(fs::path{cgroups.base()} / "cgroup.subtree_control"), "+pids");
}

TEST_F(FakeTree, DoesWithoutTheControllersThatAreNotThere) {
  write("cgroup.controllers", "cpu pids\n");
  Cgroups cgroups{own_};
  EXPECT_EQ(cgroups.make("web.1@7", kLimits)->limited(), (core::Controllers{.pids = true, .cpu = true}));
}

TEST_F(FakeTree, DoesWithoutControllersThatAreRefused) {
  fs::create_directory(own_ / "cgroup.subtree_control");  // whoever writes there fails
  Cgroups cgroups{own_};
  const auto web = cgroups.make("web.1@7", kLimits);
  ASSERT_TRUE(web);
  EXPECT_FALSE(web->limited().any());
}

TEST_F(FakeTree, IsLeftByPmItselfBeforeControllersArePassedOn) {
  write("cgroup.procs", fmt::format("{}\n", ::getpid()));
  Cgroups cgroups{own_};
  EXPECT_TRUE(cgroups.make("web.1@7", {.nproc = 64})->limited().pids);
  EXPECT_EQ(read(fs::path{cgroups.base() + ".supervisor"} / "cgroup.procs"), fmt::to_string(::getpid()));
}

TEST_F(FakeTree, IsNotLeftWhileOthersAreThere) {
  write("cgroup.procs", fmt::format("{}\n1\n", ::getpid()));
  Cgroups cgroups{own_};
  EXPECT_FALSE(cgroups.make("web.1@7", {.nproc = 64})->limited().any());
  EXPECT_FALSE(fs::exists(cgroups.base() + ".supervisor"));
  write("cgroup.procs", fmt::format("{}\n", ::getpid()));
  EXPECT_TRUE(cgroups.make("web.1@8", {.nproc = 64})->limited().pids) << "once they are gone";
}

TEST_F(FakeTree, MayHaveProcessesAtItsRoot) {
  fs::remove(own_ / "cgroup.type");
  write("cgroup.procs", fmt::format("{}\n1\n", ::getpid()));
  Cgroups cgroups{own_};
  EXPECT_TRUE(cgroups.make("web.1@7", {.nproc = 64})->limited().pids);
}

TEST_F(FakeTree, SaysWhatALifeUses) {
  Cgroups cgroups{own_};
  const auto web = cgroups.make("web.1@7", {});
  EXPECT_EQ(web->usage().cpu, std::nullopt);
  EXPECT_EQ(web->usage().memory, std::nullopt);
  const auto say = [&](const char* name, const char* text) {
    std::ofstream{fs::path{web->path()} / name} << text;
  };
  say("cpu.stat", "usage_usec 2500000\nuser_usec 2000000\n");
  say("memory.current", "67108864\n");
  EXPECT_EQ(web->usage().cpu, std::chrono::milliseconds{2500});
  EXPECT_EQ(web->usage().memory, 64u << 20);
}

TEST_F(FakeTree, SaysWhetherMemoryRanOut) {
  Cgroups cgroups{own_};
  const auto web = cgroups.make("web.1@7", {});
  EXPECT_FALSE(web->ran_out_of_memory());
  const auto say = [&](const char* text) { std::ofstream{fs::path{web->path()} / "memory.events"} << text; };
  say("low 0\nhigh 0\nmax 12\noom 1\noom_kill 0\noom_group_kill 0\n");
  EXPECT_FALSE(web->ran_out_of_memory());
  say("low 0\nhigh 0\nmax 12\noom 1\noom_kill 2\noom_group_kill 1\n");
  EXPECT_TRUE(web->ran_out_of_memory());
}

TEST_F(FakeTree, FindsProcessesInNestedCgroups) {
  Cgroups cgroups{own_};
  const auto web = cgroups.make("web.1@7", {});
  const auto base = fs::path{web->path()}.lexically_relative(own_).string();
  write(base + "/cgroup.procs", "11\n0\n12\n");
  write(base + "/made/by/its child/cgroup.procs", "13\n");
  EXPECT_THAT(web->processes(), ElementsAre(Pid{11}, Pid{12}, Pid{13}));
}

TEST_F(FakeTree, IsRidOfWhatADeadPmHasLeft) {
  const auto self = *process_info(own_pid());
  const auto alive = fmt::format("pm.{}-{}-1", ::getpid(), self.start_time);  // of another pid namespace
  const auto stale = fs::path{Cgroups{own_}.base()}.filename().string();
  const auto earlier =
      fmt::format("pm.{}-{}{}", ::getpid(), self.start_time - 1, stale.substr(stale.rfind('-')));
  for (const auto& name :
       {alive, earlier, earlier + ".supervisor", std::string{"pm.my-own"}, std::string{"other"}})
    fs::create_directory(own_ / name);
  fs::create_directory(own_ / earlier / "web.1@3");
  const Cgroups cgroups{own_};
  EXPECT_THAT(directories(), testing::UnorderedElementsAre(alive, "pm.my-own", "other"));
}

TEST(NoTree, GivesNoCgroup) {
  for (const auto* own : {"", "/nowhere"}) {
    Cgroups cgroups{own};
    EXPECT_EQ(cgroups.base(), "");
    EXPECT_FALSE(cgroups.make("web.1@1", {}));
  }
}

/// The real tree, where the test may write to it.
class RealTree : public testing::Test {
 protected:
  void SetUp() override {
    own_ = own_cgroup();
    if (own_.empty() || ::access(own_.c_str(), W_OK) != 0)
      GTEST_SKIP() << "no cgroup v2 tree is writable here";
  }

  /// A process that waits for its end in that cgroup.
  static pid_t start_in(const Cgroup& cgroup) {
    auto ready = make_pipe();
    const auto pid = ::fork();
    if (pid == 0) {
      std::ofstream{cgroup.path() + "/cgroup.procs"} << "0" << std::flush;
      if (::write(ready->write.get(), "", 1) == 1)
        for (;;) ::pause();
      ::_exit(1);
    }
    char byte;
    EXPECT_EQ(::read(ready->read.get(), &byte, 1), 1);
    return pid;
  }

  std::string own_;
};

TEST_F(RealTree, KnowsKillsAndForgetsItsProcesses) {
  std::string base;
  {
    Cgroups cgroups{own_};
    base = cgroups.base();
    const auto web = cgroups.make("web.1@1", {});
    ASSERT_TRUE(web);
    EXPECT_THAT(web->processes(), IsEmpty());
    const auto pid = start_in(*web);
    EXPECT_THAT(web->processes(), ElementsAre(Pid{pid}));
    EXPECT_TRUE(web->usage().cpu);
    web->kill();
    int status = 0;
    ASSERT_EQ(::waitpid(pid, &status, 0), pid);
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
    EXPECT_THAT(web->processes(), IsEmpty());
  }
  EXPECT_FALSE(fs::exists(base));
}

}  // namespace

}  // namespace pm::os
