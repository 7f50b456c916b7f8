#include "attach_queue.h"

#include <utility>

namespace pm::server {

void AttachQueue::begin(api::AttachBegin begin) {
  terminal_ = stale_ = begin.terminal;
  lines_ = begin.terminal ? LinesAre::none : LinesAre::there;
  begin_ = std::move(begin);
}

void AttachQueue::output(std::string_view bytes) {
  if (stale_ || !terminal_) return;
  if (pending_.size() + bytes.size() > kMostPending) return refresh();
  pending_ += bytes;
}

// At the end the last screen has been kept, and there is no other.
void AttachQueue::refresh() {
  if (!terminal_ || end_) return;
  stale_ = true;
  pending_ = {};
}

void AttachQueue::resized(core::TerminalSize size) {
  if (!terminal_) return;
  if (begin_) {
    begin_->size = size;
    return;
  }
  const bool in_order = keeps_rows_ && !stale_ && !size_;
  size_ = size;
  if (in_order) {
    before_size_ = std::exchange(pending_, {});
  } else {
    known_ = false;
    refresh();
  }
}

// The lines up to the end may be there by now.
void AttachQueue::end(std::string_view reason) {
  if (!end_) end_ = reason;
  more_lines();
}

void AttachQueue::keep_screen(std::string bytes) {
  stale_ = false;
  pending_ = std::move(bytes);
}

void AttachQueue::await_lines() { lines_ = LinesAre::awaited; }
void AttachQueue::no_more_lines() { lines_ = LinesAre::none; }
void AttachQueue::more_lines() {
  if (lines_ == LinesAre::awaited) lines_ = LinesAre::there;
}

std::optional<AttachQueue::Message> AttachQueue::next() {
  if (begin_) return Text{api::to_json(*std::exchange(begin_, std::nullopt))};
  if (!before_size_.empty()) return Output{std::exchange(before_size_, {}), pending_.empty()};
  if (size_) return Text{api::to_json(api::AttachResized{*std::exchange(size_, std::nullopt)})};
  if (stale_) return take_screen();
  if (!pending_.empty()) return Output{std::exchange(pending_, {})};
  if (lines_ == LinesAre::there) return Lines{};
  if (lines_ == LinesAre::awaited || !end_ || std::exchange(end_said_, true)) return std::nullopt;
  return Text{api::to_json(api::AttachEnd{*end_})};
}

AttachQueue::Screen AttachQueue::take_screen() {
  stale_ = false;
  return {.anew = !keeps_rows_ || !std::exchange(known_, true)};
}

bool AttachQueue::has_news() const {
  return begin_ || size_ || stale_ || !pending_.empty() || lines_ == LinesAre::there ||
         (end_ && !end_said_ && lines_ == LinesAre::none);
}

}  // namespace pm::server
