#include "pm/client/channel.h"

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <optional>
#include <utility>

namespace pm::client {

namespace asio = boost::asio;
using core::Error;
using core::Result;

/// Kept alive by the channel and by the operation in progress; one thing happens at a time.
class Channel::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::io_context& loop, int socket) : socket_{loop, asio::local::stream_protocol{}, socket} {}

  void ask(std::string bytes, std::function<void(std::string_view)> take, Answered done) {
    questions_.push_back({std::move(bytes), std::move(take), std::move(done)});
    if (!std::exchange(busy_, true))
      asio::post(socket_.get_executor(), [self = shared_from_this()] { self->begin(); });
  }

  void close() {
    closed_ = true;
    questions_.clear();
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  struct Question {
    std::string bytes;
    std::function<void(std::string_view)> take;  // empty: the answer is wanted as a whole
    Answered done;
  };

  void begin() {
    if (closed_) return;
    if (questions_.empty()) {
      busy_ = false;
      return;
    }
    if (lost_) return finish(*lost_);
    decoder_ = {};
    body_.clear();
    asio::async_write(socket_, asio::buffer(questions_.front().bytes),
                      [self = shared_from_this()](const auto&, std::size_t) { self->read(); });
  }

  // What went wrong with the question comes to light here: an answer may be there all the same.
  void read() {
    if (closed_) return;
    socket_.async_read_some(asio::buffer(room_),
                            [self = shared_from_this()](const auto& error, std::size_t size) {
                              if (!self->closed_) self->on_read(!error, size);
                            });
  }

  void on_read(bool good, std::size_t size) {
    const auto pushed = good ? decoder_.push({room_.data(), size}) : decoder_.end();
    if (!pushed) return lose(good ? pushed.error() : gone());
    if (!good && !decoder_.complete()) return lose(gone());
    take_body();
    if (closed_) return;
    decoder_.complete() ? finish(Client::Answer{decoder_.status(), std::move(body_)}) : read();
  }

  void take_body() {
    if (!decoder_.has_head()) return;
    const auto piece = decoder_.take_body();
    const auto& take = questions_.front().take;
    const bool is_success = decoder_.status() >= 200 && decoder_.status() < 300;
    if (!take || !is_success) {
      body_ += piece;
    } else if (!piece.empty()) {
      const auto hold = take;  // it may close us
      hold(piece);
    }
  }

  void lose(Error error) {
    lost_ = std::move(error);
    finish(*lost_);
  }

  void finish(Result<Client::Answer> answer) {
    const auto question = std::move(questions_.front());
    questions_.pop_front();
    question.done(std::move(answer));
    if (!closed_) asio::post(socket_.get_executor(), [self = shared_from_this()] { self->begin(); });
  }

  Error gone() const {
    return {.kind = Error::Kind::no_supervisor,
            .what = "the supervisor went away before it had answered",
            .hint = "'pm ps' tells whether one is there again"};
  }

  asio::basic_stream_socket<asio::local::stream_protocol, asio::io_context::executor_type> socket_;
  std::array<char, 64 << 10> room_;
  api::ReplyDecoder decoder_;
  std::string body_;
  std::deque<Question> questions_;
  std::optional<Error> lost_;
  bool busy_ = false, closed_ = false;
};

Channel::Channel(std::shared_ptr<Connection> connection) : connection_{std::move(connection)} {}

Channel::~Channel() { connection_->close(); }

Result<std::unique_ptr<Channel>> Channel::connect(asio::io_context& loop, const std::string& path) {
  auto client = Client::connect(path);
  if (!client) return client.error();
  auto socket = std::move(*client).release();
  auto connection = std::make_shared<Connection>(loop, socket.get());
  socket.release();
  return std::unique_ptr<Channel>{new Channel{std::move(connection)}};
}

void Channel::ask(const api::Request& request, Answered done) {
  connection_->ask(api::encode(api::encode(request)), {}, std::move(done));
}

void Channel::follow(const api::Request& request, std::function<void(std::string_view)> take, Answered done) {
  connection_->ask(api::encode(api::encode(request)), std::move(take), std::move(done));
}

}  // namespace pm::client
