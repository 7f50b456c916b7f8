#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "attach_pace.h"
#include "attach_queue.h"
#include "catalogue.h"
#include "pm/api/attach.h"
#include "pm/api/http.h"
#include "pm/api/request.h"
#include "pm/supervisor/control.h"
#include "stream.h"
#include "stream_id.h"
#include "turns.h"

namespace pm::server {

struct Surroundings;

/// One client that looks at an instance, over a WebSocket (RFC 6455): api/attach.h tells what is said. What
/// it has not taken of a terminal's output is kept up to a limit; who falls behind that is given the screen
/// as it is once it can take something, and holds up nobody. Of an instance without a terminal it gets the
/// last lines and what follows.
class AttachSession : public Turns::Guest,
                      public supervisor::Viewer,
                      public std::enable_shared_from_this<AttachSession> {
 public:
  using Socket = boost::asio::basic_stream_socket<boost::asio::local::stream_protocol,
                                                  boost::asio::io_context::executor_type>;

  /// Takes its place in front of the instance. Faults: not_found; bad_request if several are meant.
  static boost::system::result<std::shared_ptr<AttachSession>, api::HttpFault> open(
      supervisor::Control& control, Catalogue& catalogue, const api::Attach& request, Epoch epoch);
  ~AttachSession() override;

  /// Answers the opening handshake with `key` on `socket`, and goes on until on_closed.
  void begin(Surroundings& around, Socket socket, const std::string& key, std::function<void()> on_closed);
  /// At the end of the run: says so, and closes.
  void finish();
  /// At once, without calling on_closed. Safe to call twice.
  void close();

  void take_turn() override;

 private:
  struct Wire;
  enum class Phase { opening, open, closing, closed };
  struct Message {
    bool binary;
    std::string bytes;
  };

  explicit AttachSession(const api::Attach& request);

  void on_output(std::string_view bytes) override;
  void on_refresh() override;
  void on_size(core::TerminalSize size) override;
  void on_input_room() override;
  void on_end(std::string_view reason) override;

  void on_open();
  void wake();
  void await_turn();
  void await_frame();
  void serve();
  std::string draw(AttachQueue::Screen screen);
  std::optional<Message> next_message();
  std::optional<Message> next_lines();
  void send(Message message);
  void on_sent();
  void read();
  void on_read(std::size_t size);
  void take_input(std::string_view bytes);
  void take_text(std::string_view bytes);
  void watch();
  void say_goodbye(unsigned short code, std::string_view reason);
  void hurry();
  void lose();

  api::Attach request_;
  Phase phase_ = Phase::opening;
  std::unique_ptr<supervisor::Attachment> attachment_;
  std::unique_ptr<Stream> lines_;  // of an instance without a terminal

  AttachQueue queue_;
  AttachPace pace_;
  std::uint64_t caught_up_ = 0;  // how far (Attachment::scrolled) this viewer has been given everything
  unsigned short end_code_ = 0;
  Message sending_;
  bool sending_now_ = false, queued_ = false;

  std::string text_;      // of a message that has not come to its end
  bool unheard_ = false;  // the program does not read, so its viewer is not heard
  bool watching_ = false;

  Surroundings* around_ = nullptr;
  std::unique_ptr<Wire> wire_;
  std::function<void()> on_closed_;
};

}  // namespace pm::server
