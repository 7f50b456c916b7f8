#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "pm/log/stream.h"

namespace pm::log {

/// The number of a line of an instance: from 1, one more for each line, never used again.
using LineNumber = std::uint64_t;

/// The number of a batch of lines, counted over all instances of a supervisor: what came later has a larger
/// one.
using Order = std::uint64_t;

/// The last lines of an instance, as many as fit in a bound; readers follow at their own pace.
class History {
 public:
  static constexpr std::size_t kDefaultBytes = 256 << 10;

  /// Lines that were appended together.
  struct Entry {
    LineNumber first = 0;
    std::size_t count = 0;
    Order order = 0;           ///< as given to append()
    std::size_t index = 0;     ///< of the first line within what was appended with that order
    std::int64_t time_us = 0;  ///< as given to append()
    Stream stream = Stream::stdout_;
    std::string_view lines;  ///< whole lines, each ending in '\n'; valid until the next append()
    friend bool operator==(const Entry&, const Entry&) = default;
  };

  /// What a reader gets at its cursor: first that it missed so many lines, then an entry.
  struct Batch {
    std::uint64_t missed = 0;
    std::optional<Entry> entry = {};
  };

  /// Holds at most `bytes` of text, in at most one entry per 64 of them; memory grows as it is needed.
  explicit History(std::size_t bytes = kDefaultBytes) : bound_{bytes} {}

  /// `lines` are `count` whole lines, each ending in '\n'; `time_us` counts from the epoch, `order` grows
  /// from call to call. What has no room beside newer lines is missed by readers: the oldest entries, the
  /// first lines of a batch larger than the bound, a line larger than the bound.
  void append(Order order, std::int64_t time_us, Stream stream, std::string_view lines, std::size_t count);

  /// The entry at `cursor`, without the lines before it, or the first one after it; moves the cursor behind
  /// it. No entry: the reader has seen everything, and goes on from the same cursor after the next append().
  Batch read(LineNumber& cursor) const;

  /// Cursors: before the last `lines` lines that are here, before the first entry at or after that time, and
  /// after everything.
  LineNumber tail(std::size_t lines) const;
  LineNumber since(std::int64_t time_us) const;
  LineNumber end() const { return next_; }

  /// Where a reader goes on that has seen everything up to the first `lines` lines of the batch `order`.
  struct Resumption {
    LineNumber cursor = 1;
    bool lost = false;  ///< lines between are not here any more, nobody knows how many
  };
  Resumption after(Order order, std::size_t lines) const;

  /// Bytes of text that memory is held for, at most the bound.
  std::size_t capacity() const { return capacity_; }

 private:
  struct Slot {
    LineNumber first = 0;
    std::size_t count = 0;
    Order order = 0;
    std::size_t index = 0;
    std::int64_t time_us = 0;
    Stream stream = Stream::stdout_;
    std::size_t offset = 0, size = 0;  // in storage_
  };

  void fill_up(Slot& slot, std::string_view& lines);
  void store(Slot slot, std::string_view lines);
  void grow(std::size_t size);
  void wrap();
  void drop_oldest();
  Entry entry_from(const Slot& slot, LineNumber first) const;

  std::size_t bound_;
  std::unique_ptr<char[]> storage_;
  std::size_t capacity_ = 0;
  std::size_t end_ = 0;  // where the next entry goes; from here on the oldest entries come
  std::deque<Slot> slots_;
  std::pair<Order, std::size_t> dropped_{};  // behind the latest line that has gone
  LineNumber next_ = 1;
};

}  // namespace pm::log
