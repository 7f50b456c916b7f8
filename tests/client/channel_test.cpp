#include "pm/client/channel.h"

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>

namespace pm::client {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using Protocol = asio::local::stream_protocol;

std::string reply(std::string_view body, std::string_view status = "200 OK") {
  return "HTTP/1.1 " + std::string{status} +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string{body};
}

// A supervisor that says what the test wants, on the loop of the one who asks.
class Channels : public testing::Test {
 protected:
  Channels() {
    auto name = (fs::temp_directory_path() / "pm-channel-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    acceptor_.emplace(loop, Protocol::endpoint{path()});
    auto connected = Channel::connect(loop, path());
    channel = std::move(*connected);
    peer.emplace(acceptor_->accept());
  }
  ~Channels() override { fs::remove_all(folder_); }
  std::string path() const { return (folder_ / "socket").string(); }

  // The head of the next request.
  std::string hears() {
    std::string head;
    asio::async_read_until(*peer, asio::dynamic_buffer(heard_), "\r\n\r\n",
                           [&](const auto& error, std::size_t size) {
                             if (!error) head = heard_.substr(0, size), heard_.erase(0, size);
                           });
    while (head.empty() && loop.run_one() > 0) {}
    return head.substr(0, head.find('\r'));
  }
  void says(const std::string& bytes) { asio::write(*peer, asio::buffer(bytes)); }
  template <class Condition>
  void run_until(const Condition& condition) {
    while (!condition() && loop.run_one() > 0) {}
  }
  Channel::Answered note() {
    return [this](core::Result<Client::Answer> answer) {
      answers.push_back(answer ? std::to_string(answer->status) + " " + answer->body : answer.error().what);
    };
  }

  asio::io_context loop;
  std::unique_ptr<Channel> channel;
  std::optional<Protocol::socket> peer;
  std::vector<std::string> answers;

 private:
  fs::path folder_;
  std::optional<Protocol::acceptor> acceptor_;
  std::string heard_;
};

TEST_F(Channels, AnswerOneQuestionAfterTheOther) {
  channel->ask(api::GetStatus{}, note());
  channel->ask(api::GetFormation{}, note());
  EXPECT_EQ(hears(), "GET /v1/status HTTP/1.1");
  says(reply("first"));
  EXPECT_EQ(hears(), "GET /v1/formation HTTP/1.1");
  says(reply("second", "404 Not Found"));
  run_until([&] { return answers.size() == 2; });
  EXPECT_THAT(answers, ElementsAre("200 first", "404 second"));
}

TEST_F(Channels, AnswerFromTheLoopOnly) {
  channel->ask(api::GetStatus{}, note());
  EXPECT_TRUE(answers.empty());
}

TEST_F(Channels, AnswerAQuestionThatAnAnswerAsks) {
  channel->ask(api::GetStatus{}, [&](const auto&) { channel->ask(api::GetFormation{}, note()); });
  hears();
  says(reply("first"));
  EXPECT_EQ(hears(), "GET /v1/formation HTTP/1.1");
  says(reply("second"));
  run_until([&] { return !answers.empty(); });
  EXPECT_THAT(answers, ElementsAre("200 second"));
}

TEST_F(Channels, HandOnAStreamAsItComes) {
  std::string taken;
  channel->follow(
      api::FollowEvents{}, [&](std::string_view piece) { taken += piece; }, note());
  hears();
  says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\none\n\r\n");
  run_until([&] { return taken == "one\n"; });
  EXPECT_TRUE(answers.empty());
  says("4\r\ntwo\n\r\n0\r\n\r\n");
  run_until([&] { return !answers.empty(); });
  EXPECT_EQ(taken, "one\ntwo\n");
  EXPECT_THAT(answers, ElementsAre("200 "));
}

TEST_F(Channels, GiveARefusalOfAStreamWhole) {
  std::string taken;
  channel->follow(
      api::FollowEvents{}, [&](std::string_view piece) { taken += piece; }, note());
  hears();
  says(reply("refused", "503 Service Unavailable"));
  run_until([&] { return !answers.empty(); });
  EXPECT_EQ(taken, "");
  EXPECT_THAT(answers, ElementsAre("503 refused"));
}

TEST_F(Channels, FailEveryQuestionOnceTheSupervisorIsGone) {
  channel->ask(api::GetStatus{}, note());
  channel->ask(api::GetFormation{}, note());
  hears();
  peer.reset();
  run_until([&] { return answers.size() == 2; });
  channel->ask(api::GetStatus{}, note());
  run_until([&] { return answers.size() == 3; });
  EXPECT_THAT(answers, testing::Each(HasSubstr("went away")));
}

TEST_F(Channels, FailOnWhatIsNoHttp) {
  channel->ask(api::GetStatus{}, note());
  hears();
  says("220 mail.example.org ESMTP\r\n\r\n");
  run_until([&] { return !answers.empty(); });
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_THAT(answers.front(), testing::Not(HasSubstr("200")));
}

TEST_F(Channels, AreSilentOnceTheyAreDestroyed) {
  channel->ask(api::GetStatus{}, note());
  hears();
  says(reply("late"));
  channel.reset();
  loop.run();
  EXPECT_TRUE(answers.empty());
}

TEST_F(Channels, MayBeDestroyedByWhatTheyCall) {
  channel->follow(
      api::FollowEvents{}, [&](std::string_view) { channel.reset(); }, note());
  hears();
  says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\none\n\r\n");
  loop.run();
  EXPECT_FALSE(channel);
  EXPECT_TRUE(answers.empty());
}

TEST(ChannelConnect, SaysThatNobodyAnswers) {
  asio::io_context loop;
  const auto channel = Channel::connect(loop, "/nowhere-to-be-found/.pm.sock");
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.error().kind, core::Error::Kind::no_supervisor);
}

}  // namespace
}  // namespace pm::client
