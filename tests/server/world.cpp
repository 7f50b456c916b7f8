#include "world.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <chrono>
#include <filesystem>

#include "pm/os/pipe.h"
#include "pm/os/socket.h"
#include "server.h"

namespace pm::server {

using namespace std::chrono_literals;

Client::Client(os::UniqueFd socket) : socket_{std::move(socket)} { os::set_nonblocking(socket_.get()); }

std::size_t Client::send(std::string_view bytes) {
  const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

void Client::say_no_more() { ::shutdown(socket_.get(), SHUT_WR); }

void Client::read() {
  char room[64 << 10];
  while (socket_ && !hung_up_) {
    const auto size = ::recv(socket_.get(), room, sizeof room, 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) hung_up_ = true;
    if (size > 0) received_.append(room, static_cast<std::size_t>(size));
  }
}

bool Client::answered() {
  api::ReplyDecoder decoder;
  return decoder.push(received()) && decoder.complete();
}

Client::Answer Client::take() {
  // Byte by byte, so as not to take the beginning of the next one.
  api::ReplyDecoder decoder;
  std::size_t size = 0;
  while (size < received_.size() && !decoder.complete())
    EXPECT_TRUE(decoder.push(received_.substr(size++, 1)));
  EXPECT_TRUE(decoder.complete()) << received_;
  received_.erase(0, size);
  if (!decoder.has_head()) return {};
  return {decoder.status(), std::string{decoder.type()}, decoder.take_body()};
}

struct World::Machinery {
  boost::asio::io_context loop;
  std::unique_ptr<Server> server;
};

World::World(Rules rules) : machinery_{std::make_unique<Machinery>()} {
  std::string name = std::filesystem::temp_directory_path() / "pm-server-XXXXXX";
  directory_ = ::mkdtemp(name.data());
  path_ = directory_ + "/socket";
  control.add({"web", 1});
  auto listener = os::UnixListener::listen(path_);
  machinery_->server =
      std::make_unique<Server>(machinery_->loop, control, std::move(*listener), std::move(rules));
}

World::~World() {
  machinery_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

Client World::connect() {
  auto socket = os::connect_unix(path_);
  EXPECT_TRUE(socket) << path_;
  return Client{socket ? std::move(*socket) : os::UniqueFd{}};
}

void World::turn() {
  auto& loop = machinery_->loop;
  if (loop.stopped()) loop.restart();
  loop.run_one_for(5ms);
}

bool World::until(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    turn();
  }
  return true;
}

void World::settle() {
  if (machinery_->loop.stopped()) machinery_->loop.restart();
  while (machinery_->loop.poll() > 0) continue;
}

Client::Answer World::ask(std::string_view method, std::string_view target, std::string_view body) {
  auto client = connect();
  client.send(api::encode(api::ClientRequest{
      .method = std::string{method}, .target = std::string{target}, .body = std::string{body}}));
  EXPECT_TRUE(until([&] { return client.answered(); })) << client.received();
  return client.take();
}

void World::close_server() {
  machinery_->server->close([this] { closed_ = true; });
}

void expect_served(World& world) { EXPECT_EQ(world.get("/healthz").status, 200); }

std::string get(std::string_view target, std::string_view headers) {
  return "GET " + std::string{target} + " HTTP/1.1\r\nHost: pm\r\n" + std::string{headers} + "\r\n";
}

}  // namespace pm::server
