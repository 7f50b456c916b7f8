#include "pm/log/history.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "lines.h"

namespace pm::log {

namespace {

constexpr std::size_t kFirstCapacity = 4096;

// Logs of short lines that come one at a time would need more memory for the entries than for the text.
constexpr std::size_t kBytesPerEntry = 64, kFewestEntries = 16;

// The lines of `lines` after the first `count`.
std::string_view skip_lines(std::string_view lines, std::size_t count) {
  for (; count > 0; --count) lines.remove_prefix(lines.find('\n') + 1);
  return lines;
}

// The last whole lines that fit in `size` bytes.
std::string_view last_lines(std::string_view lines, std::size_t size) {
  if (lines.size() <= size) return lines;
  if (size == 0) return {};
  return lines.substr(lines.find('\n', lines.size() - size - 1) + 1);
}

}  // namespace

void History::append(Order order, std::int64_t time_us, Stream stream, std::string_view lines,
                     std::size_t count) {
  assert(count == count_lines(lines));
  next_ += count;
  const auto all = lines.size(), all_lines = count;
  lines = last_lines(lines, bound_);
  if (lines.size() < all) {
    count = count_lines(lines);
    dropped_ = {order, all_lines - count};
  }
  if (lines.empty()) return;
  grow(end_ + lines.size());
  Slot slot{.first = next_ - count,
            .count = count,
            .order = order,
            .index = all_lines - count,
            .time_us = time_us,
            .stream = stream};
  if (lines.size() > capacity_ - end_) {
    fill_up(slot, lines);
    wrap();
  }
  store(slot, lines);
}

// Stores the first lines that still have room at the end of the storage, and leaves the rest in `slot`,
// `lines`.
void History::fill_up(Slot& slot, std::string_view& lines) {
  const auto fitting = lines.substr(0, whole_lines(lines.substr(0, capacity_ - end_)));
  if (fitting.empty()) return;
  Slot filled = slot;
  filled.count = count_lines(fitting);
  store(filled, fitting);
  slot.first += filled.count;
  slot.index += filled.count;
  slot.count -= filled.count;
  lines.remove_prefix(fitting.size());
}

void History::store(Slot slot, std::string_view lines) {
  slot.offset = end_;
  slot.size = lines.size();
  while (!slots_.empty() && slots_.front().offset >= end_ && slots_.front().offset < end_ + slot.size)
    drop_oldest();
  if (slots_.size() == std::max(bound_ / kBytesPerEntry, kFewestEntries)) drop_oldest();
  std::memcpy(storage_.get() + end_, lines.data(), lines.size());
  end_ += slot.size;
  slots_.push_back(slot);
}

// Up to the bound the entries stand in one row; only then the oldest are overwritten.
void History::grow(std::size_t size) {
  if (size <= capacity_ || capacity_ == bound_) return;
  const auto capacity = std::min(bound_, std::max({kFirstCapacity, capacity_ * 2, size}));
  auto storage = std::make_unique_for_overwrite<char[]>(capacity);
  if (end_ > 0) std::memcpy(storage.get(), storage_.get(), end_);
  storage_ = std::move(storage);
  capacity_ = capacity;
}

// Goes on at the start; what was there behind the end is the oldest, and is given up so that it stays first.
void History::wrap() {
  while (!slots_.empty() && slots_.front().offset >= end_) drop_oldest();
  end_ = 0;
}

void History::drop_oldest() {
  const auto& oldest = slots_.front();
  dropped_ = std::max(dropped_, {oldest.order, oldest.index + oldest.count});
  slots_.pop_front();
}

History::Batch History::read(LineNumber& cursor) const {
  cursor = std::clamp<LineNumber>(cursor, 1, next_);
  auto slot = std::upper_bound(slots_.begin(), slots_.end(), cursor,
                               [](LineNumber line, const Slot& s) { return line < s.first; });
  if (slot != slots_.begin())
    if (const auto& before = *std::prev(slot); cursor < before.first + before.count) --slot;
  if (slot == slots_.end()) return {.missed = next_ - std::exchange(cursor, next_)};
  const auto first = std::max(cursor, slot->first);
  const auto missed = first - std::exchange(cursor, slot->first + slot->count);
  return {.missed = missed, .entry = entry_from(*slot, first)};
}

History::Entry History::entry_from(const Slot& slot, LineNumber first) const {
  const auto skipped = first - slot.first;
  return {.first = first,
          .count = slot.count - skipped,
          .order = slot.order,
          .index = slot.index + skipped,
          .time_us = slot.time_us,
          .stream = slot.stream,
          .lines = skip_lines({storage_.get() + slot.offset, slot.size}, skipped)};
}

LineNumber History::tail(std::size_t lines) const {
  if (lines == 0 || slots_.empty()) return next_;
  for (auto slot = slots_.rbegin(); slot != slots_.rend(); ++slot) {
    if (lines <= slot->count) return slot->first + slot->count - lines;
    lines -= slot->count;
  }
  return slots_.front().first;
}

History::Resumption History::after(Order order, std::size_t lines) const {
  const std::pair seen{order, lines};
  const auto slot = std::partition_point(slots_.begin(), slots_.end(), [&](const Slot& s) {
    return std::pair{s.order, s.index + s.count} <= seen;
  });
  if (slot == slots_.end()) return {next_, dropped_ > seen};
  const auto skipped = slot->order == order && lines > slot->index ? lines - slot->index : 0;
  return {slot->first + skipped, dropped_ > seen};
}

LineNumber History::since(std::int64_t time_us) const {
  const auto slot =
      std::find_if(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.time_us >= time_us; });
  return slot == slots_.end() ? next_ : slot->first;
}

}  // namespace pm::log
