#pragma once

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "attach_session.h"
#include "desk.h"
#include "pm/api/http.h"
#include "pm/core/time.h"
#include "pm/log/buffer.h"
#include "pm/os/unique_fd.h"
#include "rules.h"
#include "turns.h"

namespace pm::server {

class Sessions;

/// What all sessions share.
struct Surroundings {
  boost::asio::io_context& loop;
  const Rules& rules;
  Desk& desk;
  Turns& turns;
  Counters& counters;
  /// Nothing stays in them between two callbacks.
  std::array<char, 64 << 10> read_room = {};
  log::Buffer chunk = {};
};

/// One client, from accept to goodbye; owned by Sessions and by the wait in progress. One thing happens at a
/// time: it reads, waits for the supervisor, or writes (or all is left to an AttachSession); so a client that
/// asks without reading is not heard, and no more than one answer is held for it.
class Session : public Turns::Guest, public std::enable_shared_from_this<Session> {
 public:
  Session(Surroundings& around, Sessions& owner, os::UniqueFd socket);

  void start();
  /// Answers nothing but the fault.
  void refuse(const api::HttpFault& fault);
  /// At the end of the run: gives the answer in progress, then ends.
  void finish();
  /// At once. Safe to call twice.
  void close();

  /// Since when it waits for its client to say something; nullopt while it is served.
  std::optional<core::TimePoint> quiet_since() const;

  void take_turn() override;

 private:
  enum class Phase { fresh, reading, waiting, streaming, writing, attached, lingering, closed };

  void advance();
  void read();
  void on_readable();
  void on_impatience();
  void answer(const api::HttpRequest& http);
  void reply(const api::HttpReply& reply);
  void begin_stream(std::unique_ptr<Stream> stream);
  void after_chunk();
  void drop_stream();
  std::optional<api::HttpFault> too_many_streams() const;
  void hand_over(std::shared_ptr<AttachSession> attached, const std::string& key);
  void wait_for(supervisor::Ticket ticket);
  Desk::Later later();
  void watch();
  void write();
  void on_written(std::size_t size);
  void after_write();
  void linger();
  void set_patience(core::TimePoint deadline);

  using Socket = AttachSession::Socket;
  Surroundings& around_;
  Sessions& owner_;
  Socket socket_;
  boost::asio::steady_timer patience_;
  Phase phase_ = Phase::fresh;
  api::RequestDecoder decoder_;
  std::string outbox_;
  std::size_t written_ = 0;  // of the outbox

  core::TimePoint quiet_since_;                                 // the last time that it had been served
  std::optional<core::TimePoint> request_since_;                // its first byte
  bool keep_alive_ = true, chunks_ = true, head_only_ = false;  // of the request in progress
  bool refused_ = false;                                        // a fault is all that is still said
  bool at_end_ = false;  // the client says nothing more, but may listen
  bool watching_ = false;

  unsigned waits_ = 0;         // tells the wait in progress from earlier ones
  supervisor::Ticket ticket_;  // while waiting
  std::unique_ptr<Stream> stream_;
  Stream::Next next_ = Stream::Next::now;
  std::shared_ptr<AttachSession> attached_;  // speaks for this one since its handshake
};

}  // namespace pm::server
