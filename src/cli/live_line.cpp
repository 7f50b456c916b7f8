#include "live_line.h"

#include <utility>

#include "pm/api/reply.h"
#include "pm/os/pipe.h"
#include "process_text.h"

namespace pm::cli {

namespace {

constexpr int kStderr = 2;
constexpr std::string_view kErase = "\r\x1b[K";
// An answer that takes longer would only hold up the one that is waited for.
constexpr core::Duration kPatience = std::chrono::seconds{1};

}  // namespace

LiveLine::LiveLine(bool wanted, std::string socket, std::vector<std::string> selectors)
    : wanted_{wanted}, socket_{std::move(socket)}, selectors_{std::move(selectors)} {}

LiveLine::~LiveLine() { erase(); }

void LiveLine::erase() {
  if (std::exchange(shown_, false)) (void)os::write_all(kStderr, kErase);
}

void LiveLine::refresh() {
  if (!wanted_ || lost_) return;
  if (const auto line = text())
    show(*line);
  else
    lost_ = true;
}

/// nullopt: there will be none any more.
std::optional<std::string> LiveLine::text() {
  if (!client_) {
    auto client = client::Client::connect(socket_);
    if (!client) return std::nullopt;
    client_ = std::move(*client);
    client_->set_patience(kPatience);
  }
  const auto answer = client_->ask(api::GetProcesses{selectors_});
  if (!answer) return std::nullopt;
  const auto processes =
      answer->ok() ? api::parse_processes(answer->body) : std::vector<core::ProcessSnapshot>{};
  if (!processes) return std::nullopt;
  const auto width = os::terminal_size(kStderr).value_or(os::TerminalSize{}).columns;
  return progress_line(*processes, wall_now(), static_cast<std::size_t>(width) - 1);  // the last might wrap
}

void LiveLine::show(const std::string& text) {
  if (text.empty() && !shown_) return;
  if (!last_words_) last_words_.emplace(kStderr, kErase);
  shown_ = true;
  (void)os::write_all(kStderr, std::string{kErase} + text);
}

}  // namespace pm::cli
