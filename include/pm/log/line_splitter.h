#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pm::log {

/// A line longer than this is broken, so that a child that never writes a newline cannot eat all memory.
/// Far above what people print (a JSON dump of some MiB), far below what hurts a machine.
inline constexpr std::size_t kLongestLine = 64 << 20;

/// Whole lines, in order: first `head`, then `body`.
struct Lines {
  std::string_view head;  ///< at most one line, begun in earlier chunks; valid until the splitter's next call
  std::string_view body;  ///< any number of lines, a view into the chunk
  bool broken = false;    ///< `head` was longer than the bound and goes on in the next line
  bool empty() const { return head.empty() && body.empty(); }
};

/// Finds the lines in chunks of bytes; every line it gives ends in '\n'. The bytes are never changed.
class LineSplitter {
 public:
  /// A line has at most `longest` bytes and the newline, given that no chunk is longer than that.
  explicit LineSplitter(std::size_t longest = kLongestLine) : longest_{longest} {}

  /// The lines that `chunk` completes; the unfinished rest is kept.
  Lines push(std::string_view chunk);

  /// The unfinished last line with the newline it lacks, empty if there is none; for the end of a source.
  /// The splitter is as new afterwards. Valid until the next call.
  std::string_view finish();

  /// Bytes of the unfinished line.
  std::size_t pending() const { return rest_.size(); }

  /// Bytes of memory held for unfinished lines.
  std::size_t capacity() const { return rest_.capacity() + head_.capacity(); }

  /// Ends the validity of the last head and gives big memory back; push() does the same, later.
  void release();

 private:
  std::string_view take_head();

  std::size_t longest_;
  std::string rest_;  // the unfinished line
  std::string head_;  // what the last Lines::head points to
};

}  // namespace pm::log
