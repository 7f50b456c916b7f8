#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "pm/api/request.h"
#include "pm/client/client.h"
#include "pm/core/error.h"

namespace boost::asio {
class io_context;
}

namespace pm::client {

/// A connection to a supervisor, for programs that do something else meanwhile. Its callbacks are called from
/// the loop, never from within a call; destroying it ends it at once, and no callback is called any more. A
/// callback may do that too.
class Channel {
 public:
  using Answered = std::function<void(core::Result<Client::Answer>)>;

  /// Errors: as of Client::connect.
  static core::Result<std::unique_ptr<Channel>> connect(boost::asio::io_context& loop,
                                                        const std::string& path);
  Channel(const Channel&) = delete;
  ~Channel();

  /// Asks, after whatever was asked before has been answered. Errors of the answer: no_supervisor if the
  /// supervisor has gone away, failed for what is no HTTP; then all that was asked fails.
  void ask(const api::Request& request, Answered done);

  /// Asks for a stream, and gives each piece of it to `take` as it comes; `done` once it has ended, with an
  /// empty body, or with all of it for an answer that is no success. Nothing else can be asked meanwhile.
  void follow(const api::Request& request, std::function<void(std::string_view)> take, Answered done);

 private:
  class Connection;
  explicit Channel(std::shared_ptr<Connection> connection);
  std::shared_ptr<Connection> connection_;
};

}  // namespace pm::client
