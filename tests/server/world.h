#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fake_control.h"
#include "pm/api/http.h"
#include "pm/os/unique_fd.h"
#include "rules.h"

namespace pm::server {

/// One at the other end of the socket; it never blocks.
class Client {
 public:
  explicit Client(os::UniqueFd socket);

  /// As much as there is room for; how much that was.
  std::size_t send(std::string_view bytes);
  void say_no_more();  ///< half-closes
  void vanish() { socket_.reset(); }
  /// Takes what has come.
  void read();
  const std::string& received() {
    read();
    return received_;
  }
  bool hung_up() {
    read();
    return hung_up_;
  }
  bool got(std::string_view text) { return received().find(text) != std::string::npos; }
  /// The next whole answer, if it has come.
  struct Answer {
    int status = 0;
    std::string type, body;
  };
  bool answered();
  Answer take();

 private:
  os::UniqueFd socket_;
  std::string received_;
  bool hung_up_ = false;
};

/// A server on a socket in a directory of its own, over a supervisor that does as the test says.
class World {
 public:
  explicit World(Rules rules = {});
  ~World();

  Client connect();
  /// Asks on a connection of its own, and waits for the answer.
  Client::Answer ask(std::string_view method, std::string_view target, std::string_view body = {});
  Client::Answer get(std::string_view target) { return ask("GET", target); }

  /// One round of the server's loop.
  void turn();
  /// Turns until it is so; false if it does not come about.
  bool until(const std::function<bool()>& condition);
  /// Turns until there is nothing to do but wait for clients and timers.
  void settle();

  void close_server();  ///< begins to
  bool server_closed() const { return closed_; }
  const std::string& path() const { return path_; }

  FakeControl control;

 private:
  struct Machinery;
  std::string directory_, path_;
  std::unique_ptr<Machinery> machinery_;
  bool closed_ = false;
};

/// That the others are served all the same.
void expect_served(World& world);

std::string get(std::string_view target, std::string_view headers = {});

}  // namespace pm::server
