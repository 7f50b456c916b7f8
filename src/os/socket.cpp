#include "pm/os/socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "pm/os/spawn.h"
#include "pm/os/syscall.h"

namespace pm::os {

using core::Error;
using core::Pid;
using core::Result;

namespace {

constexpr auto kElsewhere = "name another place with --socket, or have none with --no-socket";

// What the name of a socket file is as an address; `handle` is a descriptor of the file or of its directory,
// by which a path is reached that is longer than an address holds.
class Address {
 public:
  static Result<Address> of_file(const std::string& path, int handle) {
    return make(path, fmt::format("/proc/self/fd/{}", handle));
  }
  static Result<Address> of_entry(const std::string& path, int directory, const std::string& name) {
    return make(path, fmt::format("/proc/self/fd/{}/{}", directory, name));
  }

  int bind(int socket) const { return ::bind(socket, generic(), sizeof name_); }
  int connect(int socket) const {
    return retry([&] { return ::connect(socket, generic(), sizeof name_); });
  }

 private:
  static Result<Address> make(const std::string& path, const std::string& detour) {
    Address address;
    const bool fits = path.size() < sizeof address.name_.sun_path;
    if (!fits && ::access("/proc/self/fd", X_OK) == -1)
      return Error{
          .what = fmt::format("the path '{}' is too long for a socket where there is no /proc", path),
          .hint = "name a shorter one with --socket"};
    const auto& chosen = fits ? path : detour;
    std::copy(chosen.begin(), chosen.end(), address.name_.sun_path);
    return address;
  }

  const sockaddr* generic() const { return reinterpret_cast<const sockaddr*>(&name_); }

  sockaddr_un name_{.sun_family = AF_UNIX, .sun_path = {}};
};

UniqueFd make_socket(int flags) { return UniqueFd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0)}; }

Error nobody_listens(const std::string& path, int code) {
  auto error = system_error(fmt::format("nobody listens at '{}'", path), code);
  error.kind = Error::Kind::no_supervisor;
  return error;
}

Error cannot_create(const std::string& path, int code = errno) {
  auto error = system_error(fmt::format("cannot create the socket '{}'", path), code);
  error.hint = kElsewhere;
  return error;
}

// A directory that is held open, and a name in it.
struct Place {
  std::string path, directory, name;
  UniqueFd handle;

  std::string beside(const std::string& other) const { return fmt::format("{}/{}", directory, other); }
};

Result<Place> open_place(const std::string& path) {
  const auto slash = path.rfind('/');
  Place place{.path = path,
              .directory = slash == path.npos ? "." : path.substr(0, slash),
              .name = slash == path.npos ? path : path.substr(slash + 1),
              .handle = UniqueFd{}};
  if (place.name.empty()) return Error{.what = fmt::format("the path '{}' names no socket", path)};
  const auto open = [&](int flags) {
    const auto directory = place.directory.empty() ? "/" : place.directory.c_str();
    return UniqueFd{retry([&] { return ::open(directory, flags | O_DIRECTORY | O_CLOEXEC); })};
  };
  place.handle = open(O_RDONLY);
  if (!place.handle && errno == EACCES) place.handle = open(O_PATH);  // may not be listed, and not be locked
  if (!place.handle) return cannot_create(path);
  return place;
}

// Keeps others out who take a socket over in the same directory. One who holds the lock for long is no pm,
// and a file system may know no locks: then only a tie of two starts is left to chance.
void lock_directory(const Place& place, core::Duration patience) {
  constexpr int kPauseMs = 5;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (::flock(place.handle.get(), LOCK_EX | LOCK_NB) == -1 && (errno == EWOULDBLOCK || errno == EINTR) &&
         std::chrono::steady_clock::now() < deadline)
    ::poll(nullptr, 0, kPauseMs);
}

Error in_use(const std::string& path, Pid holder) {
  const auto who = holder == Pid::none ? std::string{"another process"}
                                       : fmt::format("process {}", static_cast<int>(holder));
  return {.kind = Error::Kind::conflict,
          .what = fmt::format("{} already listens at '{}'", who, path),
          .hint = "pm ps shows it, pm quit ends it; or name another socket with --socket"};
}

// That nothing is in the way at `place`, or only what somebody has left behind.
Result<void> check_free(const Place& place) {
  const UniqueFd file{::openat(place.handle.get(), place.name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
  if (!file && errno == ENOENT) return {};
  if (!file) return cannot_create(place.path);
  struct stat info {};
  if (::fstat(file.get(), &info) == -1) return cannot_create(place.path);
  if (!S_ISSOCK(info.st_mode))  // connect(2) would say ECONNREFUSED of it, as of a socket left behind
    return Error{.what = fmt::format("'{}' exists and is no socket", place.path), .hint = kElsewhere};

  const auto address = Address::of_file(place.path, file.get());
  if (!address) return address.error();
  const auto probe = make_socket(SOCK_NONBLOCK);
  if (!probe) return system_error("cannot make a socket");
  if (address->connect(probe.get()) == 0) {
    const auto peer = peer_of(probe.get());
    return in_use(place.path, peer ? peer->pid : Pid::none);
  }
  if (errno == ECONNREFUSED || errno == ENOENT) return {};
  if (errno == EAGAIN) return in_use(place.path, Pid::none);  // so many wait for it that no more may
  auto error = system_error(fmt::format("cannot tell who listens at '{}'", place.path));
  error.kind = Error::Kind::conflict;  // it may well be another user's supervisor, of the same application
  error.hint = kElsewhere;
  return error;
}

// A listener under a name of its own: ready before it can be found.
struct Draft {
  UniqueFd socket;
  std::string name;
  struct stat info {};
};

Result<Draft> draft_beside(const Place& place) {
  Draft draft{.socket = make_socket(SOCK_NONBLOCK), .name = fmt::format(".pm-{}.sock", ::getpid())};
  if (!draft.socket) return system_error("cannot make a socket");
  const int directory = place.handle.get();
  const auto address = Address::of_entry(place.beside(draft.name), directory, draft.name);
  if (!address) return address.error();
  ::unlinkat(directory, draft.name.c_str(), 0);  // of one who was killed at this very place
  if (address->bind(draft.socket.get()) == -1) return cannot_create(place.path);
  if (::fchmodat(directory, draft.name.c_str(), 0600, 0) == 0 &&
      ::listen(draft.socket.get(), SOMAXCONN) == 0 &&
      ::fstatat(directory, draft.name.c_str(), &draft.info, AT_SYMLINK_NOFOLLOW) == 0)
    return draft;
  auto error = cannot_create(place.path);
  ::unlinkat(directory, draft.name.c_str(), 0);
  return error;
}

Result<void> publish(const Place& place, const Draft& draft) {
  const int directory = place.handle.get();
  if (::renameat(directory, draft.name.c_str(), directory, place.name.c_str()) == 0) return {};
  auto error = cannot_create(place.path);
  ::unlinkat(directory, draft.name.c_str(), 0);
  return error;
}

// The file is watched by itself, for a directory is a busy place. Its unlinking, and a rename over it,
// changes the number of its links: IN_DELETE_SELF would come only with the end of the socket that is bound to
// it. Of the directory only its own end or move is of interest.
UniqueFd watch(const Place& place) {
  UniqueFd events{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
  if (!events) return events;
  if (::inotify_add_watch(events.get(), place.path.c_str(), IN_ATTRIB | IN_MOVE_SELF | IN_DONT_FOLLOW) == -1)
    return UniqueFd{};
  const auto directory = place.directory.empty() ? "/" : place.directory.c_str();
  ::inotify_add_watch(events.get(), directory, IN_MOVE_SELF | IN_DELETE_SELF);
  return events;
}

bool is_ours(const std::string& path, unsigned long device, unsigned long inode) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 && info.st_dev == device && info.st_ino == inode;
}

}  // namespace

std::optional<Peer> peer_of(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == -1) return std::nullopt;
  return Peer{.pid = Pid{credentials.pid}, .user = credentials.uid};
}

bool may_command(const Peer& peer) { return peer.user == 0 || peer.user == ::geteuid(); }

Result<UniqueFd> connect_unix(const std::string& path) {
  const UniqueFd file{retry([&] { return ::open(path.c_str(), O_PATH | O_CLOEXEC); })};
  if (!file && (errno == ENOENT || errno == ENOTDIR)) return nobody_listens(path, errno);
  if (!file) return system_error(fmt::format("cannot connect to '{}'", path));
  const auto address = Address::of_file(path, file.get());
  if (!address) return address.error();
  auto socket = make_socket(0);
  if (!socket) return system_error("cannot make a socket");
  if (address->connect(socket.get()) == 0) return socket;
  if (errno == ECONNREFUSED || errno == ENOENT) return nobody_listens(path, errno);
  return system_error(fmt::format("cannot connect to '{}'", path));
}

Result<UnixListener> UnixListener::listen(std::string path, core::Duration patience) {
  auto place = open_place(path);
  if (!place) return place.error();
  lock_directory(*place, patience);
  if (auto unused = check_free(*place); !unused) return unused.error();
  auto draft = draft_beside(*place);
  if (!draft) return draft.error();
  if (auto published = publish(*place, *draft); !published) return published.error();

  UnixListener listener;
  listener.path_ = std::move(path);
  listener.fd_ = std::move(draft->socket);
  listener.device_ = draft->info.st_dev;
  listener.inode_ = draft->info.st_ino;
  listener.watch_ = watch(*place);
  return listener;
}

UnixListener::UnixListener(UnixListener&&) noexcept = default;

UnixListener& UnixListener::operator=(UnixListener&& other) noexcept {
  remove();
  path_ = std::move(other.path_);
  fd_ = std::move(other.fd_);
  watch_ = std::move(other.watch_);
  device_ = other.device_;
  inode_ = other.inode_;
  return *this;
}

UnixListener::~UnixListener() { remove(); }

// As long as the socket listens, nobody takes the file for one that was left behind, and no other file can
// get the number of its inode: so it goes first.
void UnixListener::remove() {
  if (fd_ && is_ours(path_, device_, inode_)) ::unlink(path_.c_str());
  fd_.reset();
}

// A shortage is told also if nobody waits: accept(2) takes the number of the new descriptor first.
UnixListener::Accepted UnixListener::accept() const {
  for (;;) {
    UniqueFd socket{::accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (socket) return {.socket = std::move(socket)};
    if (errno == EINTR || errno == ECONNABORTED) continue;
    const bool shortage = errno != EAGAIN && is_shortage(errno);
    pollfd waiting{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    return {.socket = UniqueFd{}, .shortage = shortage && ::poll(&waiting, 1, 0) == 1};
  }
}

bool UnixListener::lost() {
  alignas(inotify_event) std::array<char, 4096> events;
  while (watch_ && ::read(watch_.get(), events.data(), events.size()) > 0) continue;
  return !is_ours(path_, device_, inode_);
}

}  // namespace pm::os
