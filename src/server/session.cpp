#include "session.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "clock.h"
#include "pm/api/reply.h"
#include "pm/api/request.h"
#include "sessions.h"

namespace pm::server {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

Session::Session(Surroundings& around, Sessions& owner, os::UniqueFd socket)
    : around_{around},
      owner_{owner},
      socket_{around.loop},
      patience_{around.loop},
      quiet_since_{steady_now()} {
  ErrorCode ec;
  socket_.assign(asio::local::stream_protocol{}, socket.get(), ec);
  if (ec) return;  // whatever is done with it will fail, and end it
  (void)socket.release();
  socket_.non_blocking(true, ec);
}

void Session::start() { advance(); }

std::optional<core::TimePoint> Session::quiet_since() const {
  if (phase_ != Phase::reading && phase_ != Phase::lingering) return std::nullopt;
  return request_since_ ? *request_since_ : quiet_since_;
}

// ---- Reading

// What the client has said is answered, one request after the other; then it is heard again.
void Session::advance() {
  if (phase_ == Phase::closed) return;
  if (!keep_alive_) return close();
  if (const auto next = decoder_.next()) return *next ? answer(**next) : refuse(next->error());
  if (at_end_ && decoder_.within_request())
    return refuse({.status = 400, .code = "bad_request", .message = "the request breaks off"});
  if (at_end_) return close();
  if (decoder_.wants_continue()) {
    outbox_ = "HTTP/1.1 100 Continue\r\n\r\n";
    return write();
  }
  read();
}

void Session::read() {
  phase_ = Phase::reading;
  if (!decoder_.within_request())
    request_since_.reset();
  else if (!request_since_)
    request_since_ = steady_now();
  set_patience(request_since_ ? *request_since_ + around_.rules.request_patience
                              : quiet_since_ + around_.rules.idle_patience);
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](ErrorCode ec) {
    if (self->phase_ != Phase::reading) return;
    if (ec) return self->close();
    self->on_readable();
  });
}

void Session::on_readable() {
  ErrorCode ec;
  const auto size = socket_.read_some(asio::buffer(around_.read_room), ec);
  if (ec == asio::error::would_block) return read();
  if (ec && ec != asio::error::eof) return close();
  at_end_ = ec == asio::error::eof;
  decoder_.push({around_.read_room.data(), size});
  advance();
}

void Session::set_patience(core::TimePoint deadline) {
  patience_.expires_at(deadline);
  patience_.async_wait([weak = weak_from_this()](ErrorCode ec) {
    if (const auto self = weak.lock(); self && !ec) self->on_impatience();
  });
}

void Session::on_impatience() {
  if (patience_.expiry() > steady_now()) return;  // it was set anew meanwhile
  if (phase_ == Phase::reading && request_since_)
    return refuse({.status = 408,
                   .code = "request_timeout",
                   .message = "the request did not come to its end in time",
                   .hint = "end its head with an empty line"});
  if (phase_ == Phase::reading || phase_ == Phase::writing || phase_ == Phase::lingering) close();
}

// ---- Answering

void Session::answer(const api::HttpRequest& http) {
  ++around_.counters.requests;
  request_since_.reset();
  keep_alive_ = http.keep_alive;
  chunks_ = http.chunks;
  head_only_ = http.method == "HEAD";
  const auto request = api::decode(http);
  if (!request) return reply(api::to_reply(request.error()));
  const bool attaches = std::holds_alternative<api::Attach>(*request);
  if (attaches && decoder_.pending() > 0)
    return refuse({.status = 400,
                   .code = "bad_request",
                   .message = "something follows the request before it has been answered",
                   .hint = "wait for '101 Switching Protocols'"});
  if (const auto fault = too_many_streams(); attaches && fault) return reply(api::to_reply(*fault));
  phase_ = Phase::waiting;  // not idle: what is asked may end the run before it is answered
  auto answer = around_.desk.answer(*request, later());
  if (auto* whole = std::get_if<api::HttpReply>(&answer)) return reply(*whole);
  if (auto* pending = std::get_if<Desk::Pending>(&answer)) return wait_for(std::move(pending->ticket));
  if (auto* attached = std::get_if<std::shared_ptr<AttachSession>>(&answer))
    return hand_over(std::move(*attached), http.websocket_key);
  if (const auto fault = too_many_streams()) return reply(api::to_reply(*fault));
  begin_stream(std::get<std::unique_ptr<Stream>>(std::move(answer)));
}

void Session::reply(const api::HttpReply& reply) {
  ticket_.reset();
  if (owner_.finishing()) keep_alive_ = false;
  outbox_ = api::encode(reply, keep_alive_, head_only_);
  write();
}

void Session::refuse(const api::HttpFault& fault) {
  keep_alive_ = false;
  refused_ = true;
  outbox_ = api::encode(api::to_reply(fault), false);
  write();
}

void Session::wait_for(supervisor::Ticket ticket) {
  ticket_ = std::move(ticket);
  phase_ = Phase::waiting;
  patience_.cancel();
  watch();
}

// The report is made when its turn comes on the loop: by then the one who is told of it may be gone, and
// letting go of a ticket is nothing to do from within a call of its owner's.
Desk::Later Session::later() {
  return [weak = weak_from_this(), wait = ++waits_, loop = &around_.loop](auto make) {
    asio::post(*loop, [weak, wait, make = std::move(make)] {
      const auto self = weak.lock();
      if (self && self->phase_ == Phase::waiting && self->waits_ == wait) self->reply(make());
    });
  };
}

// While nothing is read, only a hang-up tells that the client has gone; one that has merely said all it has
// to say (a half-closed connection) still listens.
void Session::watch() {
  if (std::exchange(watching_, true)) return;
  socket_.async_wait(Socket::wait_error, [self = shared_from_this()](ErrorCode) {
    self->watching_ = false;
    if (self->phase_ == Phase::waiting || self->phase_ == Phase::streaming || self->stream_) self->close();
  });
}

// ---- Streams

void Session::begin_stream(std::unique_ptr<Stream> stream) {
  if (!chunks_) keep_alive_ = false;  // the end of the connection is that of the answer
  outbox_ = api::encode_stream_head(stream->type(), chunks_);
  if (head_only_) return write();
  stream_ = std::move(stream);
  ++around_.counters.streams;
  next_ = Stream::Next::now;
  if (owner_.finishing()) stream_->end();
  patience_.cancel();
  watch();
  after_chunk();
}

std::optional<api::HttpFault> Session::too_many_streams() const {
  if (around_.counters.streams < around_.rules.streams) return std::nullopt;
  return api::HttpFault{.status = 503,
                        .code = "unavailable",
                        .message = "too many clients follow a stream",
                        .hint = "end some of them, or ask without follow"};
}

void Session::hand_over(std::shared_ptr<AttachSession> attached, const std::string& key) {
  phase_ = Phase::attached;
  patience_.cancel();
  ++around_.counters.streams;
  attached_ = std::move(attached);
  attached_->begin(around_, std::move(socket_), key, [this] { close(); });
  if (owner_.finishing()) attached_->finish();
}

void Session::take_turn() {
  if (phase_ != Phase::streaming) return;
  auto& chunk = around_.chunk;
  chunk.clear();
  next_ = stream_->fill(chunk);
  if (!chunk.empty()) api::append_chunk(outbox_, chunk.view(), chunks_);
  if (next_ == Stream::Next::never) outbox_ += api::last_chunk(chunks_);
  outbox_.empty() ? after_chunk() : write();
}

void Session::after_chunk() {
  phase_ = Phase::streaming;
  switch (next_) {
    case Stream::Next::now: return around_.turns.want(shared_from_this());
    case Stream::Next::later: return around_.turns.await(stream_->waits_for(), shared_from_this());
    case Stream::Next::never: break;
  }
  drop_stream();
  if (owner_.finishing()) keep_alive_ = false;
  quiet_since_ = steady_now();
  advance();
}

void Session::drop_stream() {
  if (!stream_ && !attached_) return;
  stream_.reset();
  if (const auto attached = std::exchange(attached_, nullptr)) attached->close();
  --around_.counters.streams;
}

// ---- Writing

void Session::write() {
  phase_ = Phase::writing;
  if (!stream_) set_patience(steady_now() + around_.rules.idle_patience);  // who follows may pause at will
  const auto rest = std::string_view{outbox_}.substr(written_);
  socket_.async_write_some(asio::buffer(rest.data(), rest.size()),
                           [self = shared_from_this()](ErrorCode ec, std::size_t size) {
                             if (self->phase_ != Phase::writing) return;
                             if (ec) return self->close();
                             self->on_written(size);
                           });
}

void Session::on_written(std::size_t size) {
  written_ += size;
  if (written_ < outbox_.size()) return write();
  written_ = 0;
  outbox_ = {};
  after_write();
}

void Session::after_write() {
  // News that came meanwhile found nobody waiting for it, so there is another look before it is awaited.
  if (stream_ && next_ == Stream::Next::later) next_ = Stream::Next::now;
  if (stream_) return after_chunk();
  if (refused_) return linger();
  quiet_since_ = steady_now();
  advance();
}

// What is still on its way is taken and dropped, for a while: closing at once would cut off a client that
// writes before it reads.
void Session::linger() {
  if (at_end_) return close();
  if (phase_ != Phase::lingering) {
    phase_ = Phase::lingering;
    request_since_.reset();
    quiet_since_ = steady_now();
    set_patience(quiet_since_ + around_.rules.linger);
    ErrorCode ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
  }
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](ErrorCode ec) {
    if (self->phase_ != Phase::lingering) return;
    if (!ec) self->socket_.read_some(asio::buffer(self->around_.read_room), ec);
    if (ec && ec != asio::error::would_block) return self->close();
    self->linger();
  });
}

// ---- The end

void Session::finish() {
  switch (phase_) {
    case Phase::fresh:
    case Phase::reading:
    case Phase::lingering: return close();
    case Phase::attached: return attached_->finish();
    case Phase::waiting:
    case Phase::writing: keep_alive_ = false; break;
    case Phase::streaming:
    case Phase::closed: break;
  }
  if (stream_) stream_->end();
}

void Session::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  ticket_.reset();
  drop_stream();
  patience_.cancel();
  ErrorCode ignored;
  socket_.close(ignored);
  around_.turns.leave(*this);
  owner_.on_closed(*this);
}

}  // namespace pm::server
