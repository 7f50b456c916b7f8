#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace pm::log {

/// Undoes what a terminal does to output (ONLCR of termios(3)): takes one CR away directly before each LF.
/// Every other CR stays, so "\r\n" of the child itself (on the terminal "\r\r\n") comes out as it was
/// written.
class CrlfFilter {
 public:
  /// Bytes of room that push() needs before the chunk.
  static constexpr std::size_t kRoom = 1;

  /// Filters in place: `chunk` is kRoom bytes to be overwritten, then what was read. A CR at the end is held
  /// back until it is known what follows. The result is a view into `chunk`.
  std::string_view push(std::span<char> chunk);

  /// The CR that is still held back, or nothing; for the end of a source.
  std::string_view flush();

 private:
  bool held_ = false;
};

}  // namespace pm::log
