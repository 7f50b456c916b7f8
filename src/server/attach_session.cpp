#include "attach_session.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <utility>

#include "clock.h"
#include "log_stream.h"
#include "pm/api/reply.h"
#include "pm/core/overloaded.h"
#include "pm/term/terminal.h"
#include "session.h"

namespace pm::server {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using ErrorCode = boost::system::error_code;

namespace {

// Of the past of an instance without a terminal: what fits a screen.
constexpr std::size_t kLines = 24;

// What is heard at once: more than anybody types, and a paste comes in few pieces.
constexpr std::size_t kHeard = 16 << 10;

api::HttpFault fault_of(const core::Error& error) {
  if (error.kind != core::Error::Kind::bad_input) return api::to_fault({error});
  return {.status = 400, .code = "bad_request", .message = error.what, .hint = error.hint};
}

std::string with_carriage_returns(std::string_view lines) {
  std::string text;
  text.reserve(lines.size() + lines.size() / 16);
  for (const char c : lines) {
    if (c == '\n') text += '\r';
    text += c;
  }
  return text;
}

// More than a terminal can have kept.
int rows_above(std::size_t wanted) {
  constexpr std::size_t kMost = term::Terminal::kScrollbackBytes;
  return static_cast<int>(std::min(wanted, kMost));
}

bool keeps_rows(const api::Attach& request) { return request.scrollback > 0; }

// RFC 6455, 5.5: what remains of 125 bytes beside the code.
std::string_view short_reason(std::string_view reason) { return reason.substr(0, 123); }

}  // namespace

/// A socket that a WebSocket ends on without waiting for the other side: it has been told what is to be said,
/// and may have no intention to leave.
struct AbruptSocket : AttachSession::Socket {
  explicit AbruptSocket(AttachSession::Socket socket) : AttachSession::Socket{std::move(socket)} {}
};

// Found by Beast through their arguments (websocket/teardown.hpp).
void teardown(boost::beast::role_type, AbruptSocket& socket, ErrorCode& ec) {
  socket.shutdown(AttachSession::Socket::shutdown_both, ec);
}

template <class Handler>
void async_teardown(boost::beast::role_type role, AbruptSocket& socket, Handler&& handler) {
  ErrorCode ec;
  teardown(role, socket, ec);
  asio::post(socket.get_executor(),
             [handler = std::forward<Handler>(handler), ec]() mutable { std::move(handler)(ec); });
}

/// The WebSocket, and what its operations need for as long as they last.
struct AttachSession::Wire {
  Wire(asio::io_context& loop, Socket socket)
      : stream{AbruptSocket{std::move(socket)}}, patience{loop}, frame{loop} {}
  websocket::stream<AbruptSocket, false> stream;
  asio::steady_timer patience;  // at the end
  asio::steady_timer frame;
  std::array<char, kHeard> heard;
};

boost::system::result<std::shared_ptr<AttachSession>, api::HttpFault> AttachSession::open(
    supervisor::Control& control, Catalogue& catalogue, const api::Attach& request, Epoch epoch) {
  std::shared_ptr<AttachSession> session{new AttachSession{request}};
  auto attached = control.attach(request.name, *session, {.size = request.size, .watch = request.watch});
  if (!attached) return fault_of(attached.error());
  const auto name = core::to_string(attached->id);
  session->attachment_ = std::move(attached->attachment);
  const bool terminal = session->attachment_->terminal();
  const auto processes = control.processes({name});
  session->queue_.begin({.process = name,
                         .terminal = terminal,
                         .size = session->attachment_->size(),
                         .state = processes ? processes->front().state : ""});
  if (terminal) return session;
  const api::FollowLogs lines{.selectors = {name},
                              .tail = request.size ? static_cast<std::size_t>(request.size->rows) : kLines,
                              .follow = true,
                              .form = api::StreamForm::text,
                              .color = true,
                              .prefix = false};
  auto stream = LogStream::open(control, catalogue, lines, epoch, wall_clock());
  if (!stream) return stream.error();
  session->lines_ = std::move(*stream);
  return session;
}

AttachSession::AttachSession(const api::Attach& request) : request_{request}, queue_{keeps_rows(request)} {}

AttachSession::~AttachSession() = default;

void AttachSession::begin(Surroundings& around, Socket socket, const std::string& key,
                          std::function<void()> on_closed) {
  around_ = &around;
  on_closed_ = std::move(on_closed);
  wire_ = std::make_unique<Wire>(around.loop, std::move(socket));
  auto& stream = wire_->stream;
  stream.auto_fragment(false);
  stream.read_message_max(0);  // the bytes of one are taken as they come
  stream.set_option(websocket::stream_base::decorator{
      [](websocket::response_type& response) { response.erase(http::field::server); }});
  // A goodbye of the client's is answered by the stream itself, which may take time if nobody reads.
  stream.control_callback([this](websocket::frame_type kind, boost::beast::string_view) {
    if (kind == websocket::frame_type::close) hurry();
  });
  http::request<http::empty_body> request{http::verb::get, "/", 11};
  request.set(http::field::host, "pm");
  request.set(http::field::connection, "Upgrade");
  request.set(http::field::upgrade, "websocket");
  request.set(http::field::sec_websocket_version, "13");
  request.set(http::field::sec_websocket_key, key);
  stream.async_accept(request, [self = shared_from_this()](ErrorCode ec) {
    if (self->phase_ == Phase::closed) return;
    ec ? self->lose() : self->on_open();
  });
}

void AttachSession::on_open() {
  phase_ = Phase::open;
  serve();
  read();
}

// ---- What the supervisor tells

void AttachSession::on_output(std::string_view bytes) {
  queue_.output(bytes);
  if (queue_.has_news()) wake();
}

void AttachSession::on_refresh() {
  queue_.refresh();
  if (queue_.has_news()) wake();
}

void AttachSession::on_size(core::TerminalSize size) {
  queue_.resized(size);
  if (!queue_.wants_screen()) caught_up_ = attachment_->scrolled();
  if (queue_.has_news()) wake();
}

void AttachSession::on_input_room() {
  if (!std::exchange(unheard_, false) || phase_ != Phase::open) return;
  read();
}

void AttachSession::on_end(std::string_view reason) {
  if (queue_.wants_screen()) queue_.keep_screen(draw(queue_.take_screen()));
  if (lines_) lines_->end();
  queue_.end(reason);
  end_code_ = websocket::close_code::normal;
  wake();
}

void AttachSession::finish() {
  queue_.end("the supervisor has ended");
  end_code_ = websocket::close_code::going_away;
  if (lines_) lines_->end();
  if (phase_ == Phase::opening) return lose();
  serve();
}

// ---- What is sent

void AttachSession::wake() {
  if (phase_ != Phase::open || sending_now_ || queued_) return;
  switch (pace_.when(steady_now())) {
    case AttachPace::When::now: return serve();
    case AttachPace::When::in_turn: return await_turn();
    case AttachPace::When::next_frame: return await_frame();
  }
}

void AttachSession::await_turn() {
  queued_ = true;
  around_->turns.want(shared_from_this());
}

void AttachSession::await_frame() {
  queued_ = true;
  wire_->frame.expires_at(pace_.next_frame());
  wire_->frame.async_wait([self = shared_from_this()](ErrorCode ec) {
    if (!ec && self->phase_ == Phase::open) self->await_turn();
  });
}

void AttachSession::take_turn() {
  queued_ = false;
  queue_.more_lines();
  serve();
}

void AttachSession::serve() {
  if (phase_ != Phase::open || sending_now_) return;
  if (auto message = next_message()) send(std::move(*message));
}

std::string AttachSession::draw(AttachQueue::Screen screen) {
  const auto known = std::exchange(caught_up_, attachment_->scrolled());
  return screen.anew ? attachment_->replay(rows_above(request_.scrollback)) : attachment_->catch_up(known);
}

std::optional<AttachSession::Message> AttachSession::next_message() {
  auto next = queue_.next();
  if (!next) return std::nullopt;
  return std::visit(core::overloaded{
                        [](AttachQueue::Text& text) {
                          return std::optional{Message{false, std::move(text.json)}};
                        },
                        [this](AttachQueue::Output& output) {
                          if (output.last) caught_up_ = attachment_->scrolled();
                          return std::optional{Message{true, std::move(output.bytes)}};
                        },
                        [this](AttachQueue::Screen& screen) {
                          return std::optional{Message{true, draw(screen)}};
                        },
                        [this](AttachQueue::Lines) { return next_lines(); },
                    },
                    *next);
}

// Where they are over, the end may come at once.
std::optional<AttachSession::Message> AttachSession::next_lines() {
  auto& chunk = around_->chunk;
  chunk.clear();
  switch (lines_->fill(chunk)) {
    case Stream::Next::now: break;
    case Stream::Next::never:
      lines_.reset();
      queue_.no_more_lines();
      break;
    case Stream::Next::later:
      if (!chunk.empty()) break;  // there is another look before more is awaited
      queue_.await_lines();
      around_->turns.await(lines_->waits_for(), shared_from_this());
  }
  if (chunk.empty()) return next_message();
  return Message{true, with_carriage_returns(chunk.view())};
}

void AttachSession::send(Message message) {
  sending_ = std::move(message);
  sending_now_ = true;
  wire_->stream.binary(sending_.binary);
  wire_->stream.async_write(asio::buffer(sending_.bytes),
                            [self = shared_from_this()](ErrorCode ec, std::size_t) {
                              self->sending_now_ = false;
                              if (self->phase_ != Phase::open) return;
                              ec ? self->lose() : self->on_sent();
                            });
}

void AttachSession::on_sent() {
  if (sending_.binary) pace_.note_sent(sending_.bytes.size(), steady_now());
  sending_.bytes = {};
  if (queue_.over()) return say_goodbye(end_code_, "");
  if (queue_.has_news()) wake();
}

// ---- What is heard

void AttachSession::read() {
  wire_->stream.async_read_some(asio::buffer(wire_->heard),
                                [self = shared_from_this()](ErrorCode ec, std::size_t size) {
                                  if (self->phase_ == Phase::closed) return;
                                  ec ? self->lose() : self->on_read(size);
                                });
}

void AttachSession::on_read(std::size_t size) {
  const std::string_view bytes{wire_->heard.data(), size};
  if (phase_ == Phase::open) wire_->stream.got_text() ? take_text(bytes) : take_input(bytes);
  if (!unheard_) return read();
  watch();
}

void AttachSession::take_input(std::string_view bytes) {
  if (!queue_.terminal() || request_.watch || bytes.empty()) return;
  unheard_ = !attachment_->write(bytes);
}

void AttachSession::take_text(std::string_view bytes) {
  if (text_.size() + bytes.size() > api::kLongestAttachText)
    return say_goodbye(websocket::close_code::too_big, "the text is longer than any that means something");
  text_ += bytes;
  if (!wire_->stream.is_message_done()) return;
  const auto size = api::parse_resize(std::exchange(text_, {}));
  if (!size)
    return say_goodbye(websocket::close_code::policy_error,
                       fmt::format("{}; {}", size.error().what, size.error().hint));
  attachment_->resize(*size);
  // Even if nothing has come of it: a terminal that was resized may show anything.
  if (!keeps_rows(request_)) on_refresh();
}

// Who is not heard can still leave.
void AttachSession::watch() {
  if (std::exchange(watching_, true)) return;
  wire_->stream.next_layer().async_wait(Socket::wait_error, [self = shared_from_this()](ErrorCode) {
    self->watching_ = false;
    if (self->phase_ != Phase::closed && self->unheard_) self->lose();
  });
}

// ---- The end

void AttachSession::say_goodbye(unsigned short code, std::string_view reason) {
  if (phase_ != Phase::open) return;
  phase_ = Phase::closing;
  hurry();
  const auto brief = short_reason(reason);
  wire_->stream.async_close({static_cast<websocket::close_code>(code), {brief.data(), brief.size()}},
                            [self = shared_from_this()](ErrorCode) {
                              if (self->phase_ != Phase::closed) self->lose();
                            });
}

void AttachSession::hurry() {
  wire_->patience.expires_after(around_->rules.linger);
  wire_->patience.async_wait([weak = weak_from_this()](ErrorCode ec) {
    if (const auto self = weak.lock(); self && !ec && self->phase_ != Phase::closed) self->lose();
  });
}

void AttachSession::lose() {
  close();
  if (const auto on_closed = std::exchange(on_closed_, {})) on_closed();
}

void AttachSession::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  attachment_.reset();
  lines_.reset();
  if (!wire_) return;
  wire_->patience.cancel();
  wire_->frame.cancel();
  ErrorCode ignored;
  wire_->stream.next_layer().close(ignored);
  around_->turns.leave(*this);
}

}  // namespace pm::server
