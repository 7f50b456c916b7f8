#include "pm/os/socket.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <barrier>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "pm/os/process_tree.h"

namespace pm::os {

namespace fs = std::filesystem;
using core::Error;
using testing::HasSubstr;
using testing::IsEmpty;

class Socket : public testing::Test {
 protected:
  Socket() {
    std::string name = fs::temp_directory_path() / "pm-socket-XXXXXX";
    directory_ = ::mkdtemp(name.data());
  }
  ~Socket() override {
    std::error_code ignored;
    fs::permissions(directory_, fs::perms::owner_all, ignored);
    fs::remove_all(directory_, ignored);
  }

  std::string path(const std::string& name = "socket") const { return directory_ + "/" + name; }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator{directory_}) names.push_back(entry.path().filename());
    return names;
  }

  /// A socket that nobody listens at any more, as after SIGKILL.
  void leave_stale(const std::string& path) const {
    const UniqueFd socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(socket.get(), 1), 0);
  }

  std::string directory_;
};

bool readable(int fd) {
  pollfd watched{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&watched, 1, 0) == 1;
}

TEST_F(Socket, CarriesWhatIsSent) {
  const auto listener = UnixListener::listen(path());
  ASSERT_TRUE(listener) << listener.error().what;
  const auto client = connect_unix(path());
  ASSERT_TRUE(client) << client.error().what;
  const auto accepted = listener->accept();
  ASSERT_TRUE(accepted.socket);
  ASSERT_EQ(::write(client->get(), "hello", 5), 5);
  std::array<char, 8> text{};
  EXPECT_EQ(::read(accepted.socket.get(), text.data(), text.size()), 5);
  EXPECT_STREQ(text.data(), "hello");
}

TEST_F(Socket, KeepsItsDescriptorsFromChildren) {
  const auto listener = UnixListener::listen(path());
  const auto client = connect_unix(path());
  const auto accepted = listener->accept();
  for (const int fd : {listener->fd(), listener->watch_fd(), client->get(), accepted.socket.get()})
    EXPECT_TRUE(::fcntl(fd, F_GETFD) & FD_CLOEXEC);
  EXPECT_TRUE(::fcntl(accepted.socket.get(), F_GETFL) & O_NONBLOCK);
  EXPECT_FALSE(::fcntl(client->get(), F_GETFL) & O_NONBLOCK);
}

TEST_F(Socket, TellsThatNobodyWaits) {
  const auto listener = UnixListener::listen(path());
  const auto accepted = listener->accept();
  EXPECT_FALSE(accepted.socket);
  EXPECT_FALSE(accepted.shortage);
}

TEST_F(Socket, IsTheOwnersAlone) {
  const auto before = ::umask(0);
  const auto listener = UnixListener::listen(path());
  ::umask(before);
  struct stat info {};
  ASSERT_EQ(::lstat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
}

TEST_F(Socket, LeavesNothingElseBehind) {
  {
    const auto listener = UnixListener::listen(path());
    EXPECT_THAT(files(), testing::ElementsAre("socket"));
  }
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(Socket, TakesAStaleOneOver) {
  leave_stale(path());
  const auto refused = connect_unix(path());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Error::Kind::no_supervisor);
  const auto listener = UnixListener::listen(path());
  ASSERT_TRUE(listener) << listener.error().what;
  EXPECT_TRUE(connect_unix(path()));
}

TEST_F(Socket, NamesWhoListensAlready) {
  const auto first = UnixListener::listen(path());
  const auto second = UnixListener::listen(path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, Error::Kind::conflict);
  EXPECT_THAT(second.error().what, HasSubstr(fmt::format("process {} ", ::getpid())));
  EXPECT_THAT(second.error().hint, HasSubstr("--socket"));
  EXPECT_TRUE(connect_unix(path()));
}

TEST_F(Socket, IsAliveWhenItsBacklogIsFull) {
  const auto first = UnixListener::listen(path());
  ASSERT_EQ(::listen(first->fd(), 0), 0);
  const auto waits = connect_unix(path());
  const auto second = UnixListener::listen(path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, Error::Kind::conflict);
}

TEST_F(Socket, IsGivenToOneOfManyWhoAskAtOnce) {
  constexpr int kMany = 8;
  for (int round = 0; round < 20; ++round) {
    if (!fs::exists(path())) leave_stale(path());
    std::array<std::optional<core::Result<UnixListener>>, kMany> results;
    std::barrier start{kMany};
    std::vector<std::jthread> threads;
    for (auto& result : results)
      threads.emplace_back([&] {
        start.arrive_and_wait();
        result.emplace(UnixListener::listen(path()));
      });
    threads.clear();
    int winners = 0;
    for (auto& result : results) {
      if (*result)
        ++winners;
      else
        EXPECT_EQ(result->error().kind, Error::Kind::conflict);
    }
    EXPECT_EQ(winners, 1);
    EXPECT_TRUE(connect_unix(path()));
  }
}

TEST_F(Socket, IsNotHeldUpForeverByALock) {
  const UniqueFd holder{::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  ASSERT_EQ(::flock(holder.get(), LOCK_EX), 0);
  EXPECT_TRUE(UnixListener::listen(path()));
}

TEST_F(Socket, NeverTouchesWhatIsNoSocket) {
  std::ofstream{path()} << "precious";
  const auto listener = UnixListener::listen(path());
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().kind, Error::Kind::failed);
  EXPECT_THAT(listener.error().what, HasSubstr("no socket"));
  EXPECT_EQ(fs::file_size(path()), 8U);

  ASSERT_EQ(::symlink("nowhere", path("link").c_str()), 0);
  EXPECT_FALSE(UnixListener::listen(path("link")));
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(connect_unix(path()).error().kind, Error::Kind::no_supervisor);
}

TEST_F(Socket, SaysWhereADirectoryIsMissing) {
  const auto listener = UnixListener::listen(path("none/socket"));
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().kind, Error::Kind::failed);
  EXPECT_THAT(listener.error().what, HasSubstr(path("none/socket") + "': No such file or directory"));
  EXPECT_EQ(connect_unix(path("none/socket")).error().kind, Error::Kind::no_supervisor);
}

TEST_F(Socket, SaysThatADirectoryMayNotBeWrittenTo) {
  if (::geteuid() == 0) {  // whom no mode stops; here nobody may make a file
    const auto listener = UnixListener::listen("/proc/pm-test.sock");
    ASSERT_FALSE(listener);
    EXPECT_THAT(listener.error().what, HasSubstr("cannot create the socket '/proc/pm-test.sock': "));
    return;
  }
  fs::permissions(directory_, fs::perms::owner_read | fs::perms::owner_exec);
  const auto listener = UnixListener::listen(path());
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().kind, Error::Kind::failed);
  EXPECT_THAT(listener.error().what,
              HasSubstr("cannot create the socket '" + path() + "': Permission denied"));
  EXPECT_THAT(listener.error().hint, HasSubstr("--no-socket"));
}

struct Long {
  const char* name;
  std::string below;
};

class LongPath : public Socket, public testing::WithParamInterface<Long> {};

TEST_P(LongPath, Works) {
  const auto file = path(GetParam().below);
  ASSERT_GT(file.size(), sizeof sockaddr_un::sun_path);
  fs::create_directories(fs::path{file}.parent_path());
  {
    auto listener = UnixListener::listen(file);
    ASSERT_TRUE(listener) << listener.error().what;
    ASSERT_TRUE(connect_unix(file));
    EXPECT_TRUE(listener->accept().socket);
    EXPECT_EQ(UnixListener::listen(file).error().kind, Error::Kind::conflict);
    EXPECT_FALSE(listener->lost());
    fs::remove(file);
    EXPECT_TRUE(readable(listener->watch_fd()));
    EXPECT_TRUE(listener->lost());
    listener = UnixListener::listen(file);
    EXPECT_TRUE(connect_unix(file));
  }
  EXPECT_FALSE(fs::exists(file));
}

std::string repeat(const std::string& part, int times) {
  std::string text;
  while (times-- > 0) text += part;
  return text;
}

INSTANTIATE_TEST_SUITE_P(Socket, LongPath,
                         testing::Values(Long{"above_the_limit", repeat("d", 100) + "/socket"},
                                         Long{"deep", repeat("directory/", 60) + "socket"},
                                         Long{"as_a_name", repeat("n", 200)},
                                         Long{"in_every_part", repeat("d", 255) + "/" + repeat("n", 255)}),
                         [](const auto& test) { return std::string{test.param.name}; });

struct Change {
  const char* name;
  std::function<void(const std::string& directory)> make;
};

class Watch : public Socket, public testing::WithParamInterface<Change> {};

TEST_P(Watch, NoticesThatTheFileIsLost) {
  fs::create_directory(path("in"));
  auto listener = UnixListener::listen(path("in/socket"));
  ASSERT_TRUE(listener) << listener.error().what;
  EXPECT_FALSE(readable(listener->watch_fd()));
  EXPECT_FALSE(listener->lost());
  GetParam().make(directory_);
  EXPECT_TRUE(readable(listener->watch_fd()));
  EXPECT_TRUE(listener->lost());
  EXPECT_FALSE(readable(listener->watch_fd()));
}

INSTANTIATE_TEST_SUITE_P(
    Socket, Watch,
    testing::Values(
        Change{"deleted", [](const auto& base) { fs::remove(base + "/in/socket"); }},
        Change{"moved", [](const auto& base) { fs::rename(base + "/in/socket", base + "/other"); }},
        Change{"replaced",
               [](const auto& base) {
                 std::ofstream{base + "/new"} << "new";
                 fs::rename(base + "/new", base + "/in/socket");
               }},
        Change{"directory_deleted", [](const auto& base) { fs::remove_all(base + "/in"); }},
        Change{"directory_moved", [](const auto& base) { fs::rename(base + "/in", base + "/out"); }}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST_F(Socket, IsNotWokenByOtherFilesOrByClients) {
  auto listener = UnixListener::listen(path());
  std::ofstream{path("other")} << "text";
  fs::remove(path("other"));
  const auto client = connect_unix(path());
  EXPECT_FALSE(readable(listener->watch_fd()));
}

TEST_F(Socket, IsNotLostByAChangeOfItsMode) {
  auto listener = UnixListener::listen(path());
  fs::permissions(path(), fs::perms::owner_all);
  EXPECT_FALSE(listener->lost());
}

TEST_F(Socket, LeavesTheFileOfAnotherAlone) {
  auto first = std::make_unique<UnixListener>(UnixListener::listen(path()).value());
  fs::remove(path());
  const auto second = UnixListener::listen(path());
  ASSERT_TRUE(second) << second.error().what;
  first.reset();
  EXPECT_TRUE(connect_unix(path()));
}

TEST_F(Socket, IsReplacedByAssignment) {
  auto listener = UnixListener::listen(path());
  fs::remove(path());
  listener = UnixListener::listen(path());
  EXPECT_TRUE(connect_unix(path()));
  EXPECT_FALSE(listener->lost());
}

TEST_F(Socket, KnowsItsPeers) {
  const auto listener = UnixListener::listen(path());
  const auto client = connect_unix(path());
  const auto accepted = listener->accept();
  for (const int socket : {client->get(), accepted.socket.get()}) {
    const auto peer = peer_of(socket);
    ASSERT_TRUE(peer);
    EXPECT_EQ(peer->pid, own_pid());
    EXPECT_EQ(peer->user, ::geteuid());
    EXPECT_TRUE(may_command(*peer));
  }
  EXPECT_TRUE(may_command({.pid = {}, .user = 0}));
  EXPECT_FALSE(may_command({.pid = {}, .user = ::geteuid() + 1}));
  EXPECT_FALSE(peer_of(0));
}

}  // namespace pm::os
