#include "pm/client/client.h"

#include <array>
#include <chrono>
#include <filesystem>
#include <utility>

#include "pm/os/file.h"
#include "pm/os/pipe.h"
#include "pm/os/process_tree.h"
#include "pm/os/socket.h"
#include "pm/os/wait.h"
#include "shown.h"

namespace pm::client {

using core::Error;
using core::Result;

namespace {

constexpr auto kSocket = ".pm.sock", kVariable = "PM_SOCKET";

// How soon a silence is looked into.
constexpr core::Duration kLook = std::chrono::seconds{1};

// What one read takes at most: a full pipe's worth, so that a flood of lines costs few system calls.
constexpr std::size_t kRoom = 64 << 10;

std::string absolute(const std::string& directory, const std::string& path) {
  return (std::filesystem::path{directory} / path).lexically_normal().string();
}

}  // namespace

std::string shown(const std::string& path) {
  const auto here = os::current_directory();
  if (!here) return path;
  const auto relative = std::filesystem::path{path}.lexically_relative(*here).string();
  return relative.empty() || relative.starts_with("..") ? path : "./" + relative;
}

std::string find_socket(const std::optional<std::string>& flag,
                        const std::map<std::string, std::string>& environment, const std::string& directory) {
  if (flag) return absolute(directory, *flag);
  if (const auto found = environment.find(kVariable); found != environment.end() && !found->second.empty())
    return absolute(directory, found->second);
  for (std::filesystem::path place{directory};; place = place.parent_path()) {
    const auto path = (place / kSocket).string();
    if (os::exists(path)) return path;
    if (!place.has_relative_path()) return absolute(directory, kSocket);
  }
}

Result<Client> Client::connect(const std::string& path) {
  auto fd = os::connect_unix(path);
  if (fd) return Client{std::move(*fd), path};
  auto error = std::move(fd.error());
  if (error.kind != Error::Kind::no_supervisor) return error;
  error.what = fmt::format("no supervisor answers at {}", shown(path));
  error.hint = "start one here with 'pm start', or name another socket with --socket";
  return error;
}

Error Client::gone() const {
  return {.kind = Error::Kind::no_supervisor,
          .what = fmt::format("the supervisor at {} went away before it had answered", shown(path_)),
          .hint = "'pm ps' tells whether one is there again"};
}

/// What goes wrong here comes to light when the answer is read: it may be there already, as of a supervisor
/// with too many clients.
void Client::send(const api::Request& request) {
  silent_since_ = std::chrono::steady_clock::now();
  (void)os::write_all(fd_.get(), api::encode(api::encode(request)));
}

/// Whether something can be read within `limit`; without one it may be false, too, and is to be called again.
bool Client::wait(std::optional<core::Duration> limit) {
  if (!limit && on_stopped_) limit = kLook;
  const std::array fds{fd_.get()};
  if (os::wait_readable(fds, limit)) return true;
  look_for_stop();
  return false;
}

void Client::look_for_stop() {
  if (!on_stopped_ || std::chrono::steady_clock::now() - silent_since_ < kLook) return;
  const auto peer = os::peer_of(fd_.get());
  if (!peer || peer->pid == core::Pid::none) return;
  if (const auto info = os::process_info(peer->pid); info && info->stopped())
    std::exchange(on_stopped_, nullptr)(peer->pid);
}

Result<void> Client::read(api::ReplyDecoder& decoder) {
  std::array<char, kRoom> room;
  const auto size = os::read_some(fd_.get(), room).value_or(0);
  silent_since_ = std::chrono::steady_clock::now();
  if (size > 0) return decoder.push({room.data(), size});
  if (!decoder.end() || !decoder.complete()) return gone();
  return {};
}

Result<Client::Answer> Client::ask(const api::Request& request) { return ask(request, {}, {}); }

Result<Client::Answer> Client::ask(const api::Request& request, core::Duration pace,
                                   const std::function<void()>& meanwhile) {
  send(request);
  api::ReplyDecoder decoder;
  while (!decoder.complete()) {
    if (!wait(meanwhile ? std::optional{pace} : patience_)) {
      if (meanwhile)
        meanwhile();
      else if (patience_)
        return Error{.what = fmt::format("the supervisor at {} does not answer", shown(path_))};
    } else if (auto taken = read(decoder); !taken) {
      return std::move(taken.error());
    }
  }
  return Answer{decoder.status(), decoder.take_body()};
}

Result<Client::Answer> Client::follow(const api::Request& request,
                                      const std::function<bool(std::string_view)>& take, int output) {
  send(request);
  api::ReplyDecoder decoder;
  Answer answer;
  while (!decoder.complete()) {
    if (!wait(output < 0 ? std::nullopt : std::optional{kLook})) {
      // No line comes that would meet the same end.
      if (output >= 0 && os::reader_is_gone(output)) return answer;
      continue;
    }
    if (auto taken = read(decoder); !taken) return std::move(taken.error());
    if (!decoder.has_head()) continue;
    answer.status = decoder.status();
    const auto piece = decoder.take_body();
    if (!answer.ok())
      answer.body += piece;
    else if (!piece.empty() && !take(piece))
      return answer;
  }
  return answer;
}

}  // namespace pm::client
