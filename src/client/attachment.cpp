#include "pm/client/attachment.h"

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <utility>

#include "pm/api/reply.h"
#include "pm/client/client.h"
#include "pm/core/overloaded.h"
#include "shown.h"

namespace pm::client {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using core::Error;
using ErrorCode = boost::system::error_code;

/// What there is between the hooks and the socket; kept alive by the operation in progress, too.
class Attachment::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::io_context& loop, std::string path, api::Attach request, Hooks hooks)
      : loop_{loop},
        path_{std::move(path)},
        request_{std::move(request)},
        hooks_{std::move(hooks)},
        stream_{loop} {}

  void open();
  bool write(std::string_view bytes);
  std::size_t unsent() const { return waiting_.size() + (sending_input_ ? sending_.size() : 0); }
  void resize(core::TerminalSize size);
  void close();

 private:
  using Socket = asio::basic_stream_socket<asio::local::stream_protocol, asio::io_context::executor_type>;
  using Stream = websocket::stream<Socket, false>;

  void upgrade();
  void on_upgraded(ErrorCode ec);
  void read();
  void on_read(ErrorCode ec, std::size_t size);
  void take_text();
  void send();
  void on_sent(ErrorCode ec);
  void end_later(Error error);
  void end(core::Result<std::string> how);
  core::Result<std::string> end_of(ErrorCode ec) const;
  Error gone() const;

  asio::io_context& loop_;
  std::string path_;
  api::Attach request_;
  Hooks hooks_;
  Stream stream_;
  websocket::response_type response_;
  bool begun_ = false, over_ = false;

  std::array<char, 64 << 10> room_;
  std::string text_;                   // of a message that has not come to its end
  std::optional<std::string> reason_;  // of the end

  std::string waiting_, sending_;
  bool sending_any_ = false, sending_input_ = false;
  std::optional<core::TerminalSize> resize_;
};

// ---- The beginning

void Attachment::Connection::open() {
  auto client = Client::connect(path_);
  if (!client) return end_later(client.error());
  auto socket = std::move(*client).release();
  ErrorCode ec;
  stream_.next_layer().assign(asio::local::stream_protocol{}, socket.get(), ec);
  if (ec) return end_later({.what = fmt::format("cannot use a socket: {}", ec.message())});
  (void)socket.release();
  upgrade();
}

void Attachment::Connection::upgrade() {
  stream_.auto_fragment(false);  // what is typed is small
  stream_.read_message_max(0);   // a screen is one message, and taken as it comes
  stream_.async_handshake(response_, "pm", api::encode(request_).target,
                          [self = shared_from_this()](ErrorCode ec) { self->on_upgraded(ec); });
}

void Attachment::Connection::on_upgraded(ErrorCode ec) {
  if (over_) return;
  if (ec == websocket::error::upgrade_declined)
    return end(api::parse_error(static_cast<int>(response_.result_int()), response_.body()).front());
  if (ec) return end(gone());
  response_ = {};
  begun_ = true;
  send();
  read();
}

// ---- What comes

void Attachment::Connection::read() {
  stream_.async_read_some(asio::buffer(room_), [self = shared_from_this()](ErrorCode ec, std::size_t size) {
    self->on_read(ec, size);
  });
}

void Attachment::Connection::on_read(ErrorCode ec, std::size_t size) {
  if (over_) return;
  if (ec) return end(end_of(ec));
  const std::string_view bytes{room_.data(), size};
  if (stream_.got_text()) {
    text_ += bytes.substr(0, api::kLongestAttachText + 1 - text_.size());
    if (stream_.is_message_done()) take_text();
  } else if (hooks_.on_bytes && !bytes.empty()) {
    hooks_.on_bytes(bytes);
  }
  if (!over_) read();
}

void Attachment::Connection::take_text() {
  const auto news = api::parse_attach_news(std::exchange(text_, {}));
  if (!news) return end(news.error());
  if (!*news) return;
  std::visit(core::overloaded{
                 [this](const api::AttachBegin& begin) {
                   if (hooks_.on_begin) hooks_.on_begin(begin);
                 },
                 [this](const api::AttachResized& resized) {
                   if (hooks_.on_size) hooks_.on_size(resized.size);
                 },
                 [this](const api::AttachEnd& said) { reason_ = said.reason; },
             },
             **news);
}

// ---- What goes

bool Attachment::Connection::write(std::string_view bytes) {
  if (over_ || unsent() + bytes.size() > kMostUnsent) return false;
  waiting_ += bytes;
  send();
  return true;
}

void Attachment::Connection::resize(core::TerminalSize size) {
  resize_ = size;
  send();
}

void Attachment::Connection::send() {
  if (!begun_ || over_ || sending_any_ || (!resize_ && waiting_.empty())) return;
  sending_any_ = true;
  sending_input_ = !resize_;
  sending_ =
      resize_ ? api::resize_message(*std::exchange(resize_, std::nullopt)) : std::exchange(waiting_, {});
  stream_.binary(sending_input_);
  stream_.async_write(asio::buffer(sending_),
                      [self = shared_from_this()](ErrorCode ec, std::size_t) { self->on_sent(ec); });
}

// What keeps bytes from being sent comes to light when the next ones are read: there may be a reason yet.
void Attachment::Connection::on_sent(ErrorCode ec) {
  sending_any_ = false;
  if (over_ || ec) return;
  const bool all = std::exchange(sending_input_, false) && waiting_.empty();
  send();
  if (all && hooks_.on_sent) hooks_.on_sent();
}

// ---- The end

Error Attachment::Connection::gone() const {
  return {.kind = Error::Kind::no_supervisor,
          .what = fmt::format("the supervisor at {} went away", shown(path_)),
          .hint = "'pm ps' tells whether one is there again"};
}

core::Result<std::string> Attachment::Connection::end_of(ErrorCode ec) const {
  if (reason_) return *reason_;
  if (ec != websocket::error::closed) return gone();
  const std::string why{stream_.reason().reason.data(), stream_.reason().reason.size()};
  return Error{.what = why.empty() ? "the supervisor has ended the attachment" : why};
}

void Attachment::Connection::end_later(Error error) {
  asio::post(loop_, [self = shared_from_this(), error = std::move(error)] {
    if (!self->over_) self->end(error);
  });
}

void Attachment::Connection::end(core::Result<std::string> how) {
  close();
  if (hooks_.on_end) hooks_.on_end(std::move(how));
}

void Attachment::Connection::close() {
  over_ = true;
  ErrorCode ignored;
  stream_.next_layer().close(ignored);
}

// ---- For its owner

Attachment::Attachment(asio::io_context& loop, const std::string& path, api::Attach request, Hooks hooks)
    : connection_{std::make_shared<Connection>(loop, path, std::move(request), std::move(hooks))} {
  connection_->open();
}

Attachment::~Attachment() { close(); }

bool Attachment::write(std::string_view bytes) { return connection_->write(bytes); }
std::size_t Attachment::unsent() const { return connection_->unsent(); }
void Attachment::resize(core::TerminalSize size) { connection_->resize(size); }
void Attachment::close() { connection_->close(); }

}  // namespace pm::client
