#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pm/core/selector.h"
#include "pm/supervisor/control.h"

namespace pm::server {

/// One viewer, as the supervisor has it.
class FakeAttachment : public supervisor::Attachment {
 public:
  /// What the test sees of it, and says.
  struct State {
    supervisor::Viewer* viewer = nullptr;  ///< nullptr: it has let go
    supervisor::AttachOptions options;
    bool terminal = true;
    core::TerminalSize size{80, 24};
    std::string screen = "the screen";
    std::string typed;
    bool full = false;
    std::vector<core::TerminalSize> resizes;
    int replays = 0;
    std::uint64_t scrolled = 0;
  };
  explicit FakeAttachment(std::shared_ptr<State> state) : state_{std::move(state)} {}
  ~FakeAttachment() override { state_->viewer = nullptr; }

  bool terminal() const override { return state_->terminal; }
  core::TerminalSize size() const override { return state_->size; }
  std::string replay(int) const override {
    ++state_->replays;
    return state_->screen;
  }
  std::uint64_t scrolled() const override { return state_->scrolled; }
  std::string catch_up(std::uint64_t scrolled) const override {
    return "rows since " + std::to_string(scrolled) + " and " + state_->screen;
  }
  bool write(std::string_view bytes) override {
    state_->typed += bytes;
    return !state_->full;
  }
  void resize(core::TerminalSize size) override { state_->resizes.push_back(size); }

 private:
  std::shared_ptr<State> state_;
};

/// A supervisor that does as the test says.
class FakeControl : public supervisor::Control {
 public:
  void listens(const os::UnixListener& listener) override { listened.push_back(listener.path()); }
  std::vector<std::string> listened;

  struct Asked {
    std::string what;
    Done done;
    std::weak_ptr<void> ticket;
    bool awaited() const { return !ticket.expired(); }
  };

  core::StatusSnapshot status() override {
    return {.version = "1", .started_at = 1'000'000, .processes = all()};
  }
  core::Result<std::vector<core::ProcessSnapshot>> processes(const Selectors& selectors) override {
    const auto ids = core::select(selectors, names());
    if (!ids) return ids.error();
    std::vector<core::ProcessSnapshot> found;
    for (const auto& process : all())
      if (std::find(ids->begin(), ids->end(), process.id) != ids->end()) found.push_back(process);
    return found;
  }
  core::Result<std::vector<core::Explanation>> explain(const Selectors& selectors) override {
    const auto found = processes(selectors);
    if (!found) return found.error();
    return std::vector<core::Explanation>(found->size(), {.process = found->front()});
  }
  core::Checked<supervisor::Ticket> operate(core::Verb verb, const Selectors& selectors, Done done) override {
    if (const auto found = processes(selectors); !found) return std::vector{found.error()};
    return ask(std::string{core::to_string(verb)} + " " + selectors.front(), std::move(done));
  }
  core::Checked<supervisor::Ticket> scale(std::span<const config::Change> changes, Done done) override {
    for (const auto& change : changes) counts[change.type] = change.count;
    return ask("scale", std::move(done));
  }
  core::Checked<Reloaded> reload(Done done) override {
    if (!faults.empty()) return faults;
    return Reloaded{.types = {.added = {"new"}}, .ticket = ask("reload", std::move(done))};
  }
  core::Result<std::vector<core::Settled>> signal(const Selectors& selectors, int signal) override {
    asked.push_back({.what = "signal " + std::to_string(signal) + " " + selectors.front()});
    return std::vector{core::Settled{.id = {"web", 1}}};
  }
  void shut_down() override { asked.push_back({.what = "shutdown"}); }
  std::map<std::string, int> formation() const override { return counts; }

  std::vector<core::InstanceId> logged() const override { return names(); }
  const log::History* history(const core::InstanceId& id) const override {
    const auto found = histories.find(id);
    return found == histories.end() ? nullptr : found->second.get();
  }
  supervisor::LineStyle line_style(const core::InstanceId&) const override { return {.sgr = "36"}; }
  std::size_t name_width() const override { return 8; }
  std::uint64_t log_bytes() const override { return 42; }
  core::Result<Attached> attach(const std::string& name, supervisor::Viewer& viewer,
                                const supervisor::AttachOptions& options) override {
    const auto ids = core::select(std::vector{name}, names());
    if (!ids) return ids.error();
    if (ids->size() != 1) return core::bad_input("several are meant");
    auto state = std::make_shared<FakeAttachment::State>();
    state->viewer = &viewer;
    state->options = options;
    state->terminal = terminals;
    viewers.push_back(state);
    return Attached{ids->front(), std::make_unique<FakeAttachment>(std::move(state))};
  }
  void observe(supervisor::Observer* who) override { observer = who; }

  // What the test does.

  void add(const core::InstanceId& id, std::size_t bytes = log::History::kDefaultBytes) {
    histories.emplace(id, std::make_unique<log::History>(bytes));
  }
  /// Whole lines that `id` writes together.
  void write(const core::InstanceId& id, const std::string& lines,
             log::Stream stream = log::Stream::stdout_) {
    const auto count = static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
    histories.at(id)->append(++order, time_us++, stream, lines, count);
    if (observer && observer->wants_lines()) observer->on_lines();
  }
  void happen(const std::string& state) {
    if (!observer) return;
    core::StateEvent event;
    event.process = {.id = {"web", 1}, .state = state};
    observer->on_event({.time = time_us++, .what = std::move(event)});
  }

  std::map<std::string, int> counts = {{"web", 1}};
  std::map<core::InstanceId, std::unique_ptr<log::History>> histories;
  std::vector<Asked> asked;
  std::vector<core::Error> faults;
  bool terminals = true;  ///< instances have one
  std::vector<std::shared_ptr<FakeAttachment::State>> viewers;
  supervisor::Observer* observer = nullptr;
  log::Order order = 0;
  std::int64_t time_us = 1'700'000'000'000'000;

 private:
  std::vector<core::InstanceId> names() const {
    std::vector<core::InstanceId> ids;
    for (const auto& [id, history] : histories) ids.push_back(id);
    return ids;
  }
  std::vector<core::ProcessSnapshot> all() const {
    std::vector<core::ProcessSnapshot> found;
    for (const auto& id : names()) found.push_back({.id = id, .state = "running"});
    return found;
  }
  supervisor::Ticket ask(std::string what, Done done) {
    auto ticket = std::make_shared<int>();
    asked.push_back({.what = std::move(what), .done = std::move(done), .ticket = ticket});
    return ticket;
  }
};

}  // namespace pm::server
