#include "pm/client/attachment.h"

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <filesystem>

#include "pm/os/pipe.h"
#include "pm/os/socket.h"

namespace pm::client {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using ErrorCode = boost::system::error_code;
using Socket = asio::basic_stream_socket<asio::local::stream_protocol, asio::io_context::executor_type>;

/// A supervisor that says what the test wants, on a path longer than a socket's address.
class AttachmentTo : public testing::Test {
 protected:
  AttachmentTo() {
    std::string name = std::filesystem::temp_directory_path() / "pm-attachment-XXXXXX";
    directory_ = ::mkdtemp(name.data());
    const auto deep = directory_ + "/" + std::string(120, 'd');
    std::filesystem::create_directories(deep);
    path_ = deep + "/socket";
    listener_.emplace(*os::UnixListener::listen(path_));
  }
  ~AttachmentTo() override {
    attachment_.reset();
    server_.reset();
    listener_.reset();
    std::filesystem::remove_all(directory_);
  }

  bool until(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      if (loop_.stopped()) loop_.restart();
      loop_.run_one_for(5ms);
    }
    return true;
  }
  void settle() {
    if (loop_.stopped()) loop_.restart();
    while (loop_.poll() > 0) continue;
  }

  void attach(api::Attach request = {.name = "web.1"}) {
    attachment_.emplace(
        loop_, path_, std::move(request),
        Attachment::Hooks{
            .on_begin = [this](const auto& begin) { told_.push_back("begin " + begin.process); },
            .on_bytes = [this](std::string_view bytes) { bytes_ += bytes; },
            .on_size = [this](auto size) { told_.push_back("size " + std::to_string(size.columns)); },
            .on_sent = [this] { told_.push_back("sent"); },
            .on_end =
                [this](core::Result<std::string> how) {
                  told_.push_back("end");
                  end_ = std::move(how);
                },
        });
  }
  /// Lets the client in, as far as the opening handshake.
  void accept() {
    auto accepted = listener_->accept();
    Socket socket{loop_};
    socket.assign(asio::local::stream_protocol{}, accepted.socket.release());
    server_.emplace(std::move(socket));
    bool open = false;
    server_->async_accept([&](ErrorCode ec) { open = !ec; });
    ASSERT_TRUE(until([&] { return open; }));
  }
  void refuse(std::string_view answer) {
    auto accepted = listener_->accept();
    Socket socket{loop_};
    socket.assign(asio::local::stream_protocol{}, accepted.socket.release());
    asio::write(socket, asio::buffer(answer.data(), answer.size()));
    ASSERT_TRUE(until([&] { return end_.has_value(); }));
  }
  void say(std::string_view text, bool binary = false) {
    server_->binary(binary);
    server_->write(asio::buffer(text.data(), text.size()));
  }
  /// The next message of the client's.
  std::string hear() {
    boost::beast::flat_buffer buffer;
    bool whole = false;
    server_->async_read(buffer, [&](ErrorCode ec, std::size_t) { whole = !ec; });
    EXPECT_TRUE(until([&] { return whole; }));
    return boost::beast::buffers_to_string(buffer.data());
  }

  asio::io_context loop_;
  std::string directory_, path_;
  std::optional<os::UnixListener> listener_;
  std::optional<websocket::stream<Socket>> server_;
  std::optional<Attachment> attachment_;
  std::vector<std::string> told_;
  std::string bytes_;
  std::optional<core::Result<std::string>> end_;
};

constexpr auto kBegin = R"({"process":"web.1","terminal":true,"size":[80,24],"state":"running"})";

TEST_F(AttachmentTo, TellsWhatItIsTold) {
  attach();
  accept();
  say(kBegin);
  say("\x1b[2Jhello", true);
  say(R"({"later":"version"})");
  say(R"({"size":[132,43]})");
  say(std::string(50'000, 'x'), true);
  say(R"({"end":"over"})");
  server_->async_close(websocket::close_code::normal, [](ErrorCode) {});
  ASSERT_TRUE(until([&] { return end_.has_value(); }));
  EXPECT_THAT(told_, ElementsAre("begin web.1", "size 132", "end"));
  EXPECT_EQ(bytes_, "\x1b[2Jhello" + std::string(50'000, 'x'));
  EXPECT_EQ(**end_, "over");
}

// Beast's limit is 16 MiB unless told otherwise.
TEST_F(AttachmentTo, TakesAScreenOfAnySize) {
  attach();
  accept();
  const std::string screen((16 << 20) + 1, 'x');
  server_->binary(true);
  server_->async_write(asio::buffer(screen), [](ErrorCode, std::size_t) {});
  ASSERT_TRUE(until([&] { return bytes_.size() == screen.size() || end_; }));
  EXPECT_EQ(bytes_.size(), screen.size());
  EXPECT_FALSE(end_);
}

TEST_F(AttachmentTo, SendsWhatIsTypedAndTheLastSize) {
  attach();
  attachment_->resize({1, 1});
  attachment_->resize({90, 30});
  EXPECT_TRUE(attachment_->write("early "));
  EXPECT_TRUE(attachment_->write("bird"));
  EXPECT_EQ(attachment_->unsent(), 10u);
  accept();
  EXPECT_EQ(hear(), R"({"resize":[90,30]})");
  EXPECT_EQ(hear(), "early bird");
  EXPECT_TRUE(until([&] { return !told_.empty(); }));
  EXPECT_THAT(told_, ElementsAre("sent"));
  EXPECT_EQ(attachment_->unsent(), 0u);
}

TEST_F(AttachmentTo, KeepsSoMuchAndNoMore) {
  attach();
  accept();
  const std::string half(Attachment::kMostUnsent / 2, 'x');
  int taken = 0;
  while (attachment_->write(half)) {  // what the socket has room for goes
    ++taken;
    settle();
  }
  EXPECT_GE(taken, 2);
  EXPECT_LE(attachment_->unsent(), Attachment::kMostUnsent);
  std::size_t heard = 0;
  while (heard < taken * half.size()) heard += hear().size();
  EXPECT_TRUE(until([&] { return attachment_->unsent() == 0; }));
  EXPECT_TRUE(attachment_->write(half));
}

TEST_F(AttachmentTo, NobodySaysSo) {
  listener_.reset();
  attach();
  EXPECT_TRUE(told_.empty()) << "not from within the call";
  ASSERT_TRUE(until([&] { return end_.has_value(); }));
  EXPECT_EQ(end_->error().kind, core::Error::Kind::no_supervisor);
}

TEST_F(AttachmentTo, ASupervisorThatRefusesGivesItsReason) {
  attach();
  const std::string body =
      R"({"error":{"code":"not_found","message":"no process is called 'web.1'","hint":"there are: x"}})";
  refuse("HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_EQ(end_->error().kind, core::Error::Kind::not_found);
  EXPECT_EQ(end_->error().what, "no process is called 'web.1'");
  EXPECT_EQ(end_->error().hint, "there are: x");
}

TEST_F(AttachmentTo, ASupervisorThatSpeaksNonsenseIsNone) {
  attach();
  refuse("hello\r\n\r\n");
  EXPECT_EQ(end_->error().kind, core::Error::Kind::no_supervisor);
}

TEST_F(AttachmentTo, OneThatGoesAwaySaysSo) {
  attach();
  accept();
  say(kBegin);
  ASSERT_TRUE(until([&] { return !told_.empty(); }));
  server_->next_layer().close();
  ASSERT_TRUE(until([&] { return end_.has_value(); }));
  EXPECT_EQ(end_->error().kind, core::Error::Kind::no_supervisor);
  EXPECT_THAT(end_->error().what, HasSubstr("went away"));
  EXPECT_FALSE(attachment_->write("x"));
}

TEST_F(AttachmentTo, ACloseWithoutAnEndIsAnErrorWithItsReason) {
  attach();
  accept();
  server_->async_close({websocket::close_code::policy_error, "no such size"}, [](ErrorCode) {});
  ASSERT_TRUE(until([&] { return end_.has_value(); }));
  EXPECT_EQ(end_->error().kind, core::Error::Kind::failed);
  EXPECT_EQ(end_->error().what, "no such size");
}

TEST_F(AttachmentTo, WhatMakesNoSenseEndsIt) {
  attach();
  accept();
  say("hello");
  ASSERT_TRUE(until([&] { return end_.has_value(); }));
  EXPECT_EQ(end_->error().kind, core::Error::Kind::failed);
}

TEST_F(AttachmentTo, IsSilentOnceItIsGone) {
  attach();
  accept();
  say(kBegin);
  attachment_.reset();
  settle();
  EXPECT_TRUE(told_.empty());
}

TEST_F(AttachmentTo, MayBeDestroyedByItsHooks) {
  Attachment::Hooks hooks;
  hooks.on_begin = [this](const auto&) { attachment_.reset(); };
  hooks.on_end = [this](const auto&) { told_.push_back("end"); };
  attachment_.emplace(loop_, path_, api::Attach{.name = "web.1"}, std::move(hooks));
  accept();
  say(kBegin);
  ASSERT_TRUE(until([&] { return !attachment_; }));
  settle();
  EXPECT_TRUE(told_.empty());
}

}  // namespace
}  // namespace pm::client
