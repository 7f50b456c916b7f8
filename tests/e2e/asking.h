#pragma once

#include <future>
#include <string>
#include <vector>

#include "pm/api/reply.h"
#include "pm/api/request.h"
#include "pm/client/client.h"
#include "pm_process.h"

namespace pm::e2e {

/// Tests that ask a running supervisor through its control socket.
class Asking : public EndToEnd {
 protected:
  std::string socket() const { return path(".pm.sock"); }

  /// Waits until somebody answers at the socket.
  [[nodiscard]] bool await_socket() const { return await_file(".pm.sock"); }

  /// Asks on a connection of its own; status 0 if nobody answers.
  client::Client::Answer ask(const api::Request& request) const {
    auto client = client::Client::connect(socket());
    if (!client) return {0, core::render(client.error())};
    auto answer = client->ask(request);
    return answer ? *answer : client::Client::Answer{0, core::render(answer.error())};
  }
  std::future<client::Client::Answer> ask_aside(api::Request request) const {
    return std::async(std::launch::async, [this, request = std::move(request)] { return ask(request); });
  }

  client::Client::Answer operate(core::Verb verb, std::string selector) const {
    return ask(api::Operate{.verb = verb, .selectors = {std::move(selector)}});
  }
  client::Client::Answer scale(std::string type, std::string count) const {
    return ask(api::Scale{.counts = {{std::move(type), std::move(count)}}});
  }

  std::vector<core::ProcessSnapshot> processes(std::string selector = "all") const {
    const auto parsed = api::parse_processes(ask(api::GetProcesses{{std::move(selector)}}).body);
    return parsed ? *parsed : std::vector<core::ProcessSnapshot>{};
  }
  core::ProcessSnapshot process(std::string name) const {
    const auto found = processes(std::move(name));
    EXPECT_EQ(found.size(), 1u);
    return found.empty() ? core::ProcessSnapshot{} : found.front();
  }
  /// "web.1 running, web.2 stopped"
  std::string states() const {
    std::string text;
    for (const auto& process : processes())
      text += (text.empty() ? "" : ", ") + core::to_string(process.id) + ' ' + process.state;
    return text;
  }
  /// Waits until an instance is in that state.
  [[nodiscard]] bool await_state(const std::string& name, std::string_view state) const {
    for (const auto deadline = Clock::now() + kPatience; Clock::now() < deadline;)
      if (process(name).state == state) return true;
    ADD_FAILURE() << name << " never was " << state << ": " << states();
    return false;
  }
};

}  // namespace pm::e2e
