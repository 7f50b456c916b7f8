#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include "oracle.h"
#include "pm/term/terminal.h"

// Each byte, or two or three of them, is a sequence that libvterm and xterm understand alike; after all of
// them both screens are the same. Left out is where they differ: what is erased, moved, fed or restored while
// a wrap is due (line feed and DECRC take it back in xterm and leave it in libvterm), wide characters
// (libvterm leaves halves of them), ICH and DCH outside of margins (libvterm does nothing there), CUU and CUD
// within margins (it does not stop there), marks in the last column (it loses them), IL and DL (libvterm
// leaves the cursor in its column), bytes that are no UTF-8, cursors restored without having been saved or
// saved on the alternate screen (libvterm has one for both).

namespace {

using namespace pm::term;

constexpr Size kSize{20, 6};

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_{data}, size_{size} {}
  bool done() const { return size_ == 0; }
  int take() {
    if (done()) return 0;
    --size_;
    return *data_++;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

std::string text(Bytes& bytes) {
  const int kind = bytes.take();
  return std::string(static_cast<std::size_t>(1 + kind % 7), static_cast<char>('a' + kind % 26));
}

// Where the cursor goes to, before what would not be alike while a wrap is due.
std::string place(Bytes& bytes) {
  const int at = bytes.take();
  return fmt::format("\x1b[{};{}H", 1 + at % kSize.rows, 1 + at / 8 % kSize.columns);
}

std::string colours(Bytes& bytes) {
  const int first = bytes.take(), second = bytes.take();
  switch (first % 6) {
    case 0: return "\x1b[m";
    case 1: return fmt::format("\x1b[{}m", (second & 1 ? 30 : 40) + second / 2 % 8);
    case 2: return fmt::format("\x1b[{}m", (second & 1 ? 90 : 100) + second / 2 % 8);
    case 3: return fmt::format("\x1b[{};5;{}m", second & 1 ? 38 : 48, second);
    case 4: return fmt::format("\x1b[{};2;{};{};9m", second & 1 ? 38 : 48, second, first);
    default: {
      constexpr std::array kCodes{1, 3, 4, 7, 9, 22, 23, 24, 27, 29, 39, 49};
      return fmt::format("\x1b[{}m", kCodes[static_cast<std::size_t>(second) % kCodes.size()]);
    }
  }
}

// What tells which sequences are alike now.
struct Now {
  bool alternate = false, margins = false;
};

std::string sequence(Bytes& bytes, Now& now) {
  const int kind = bytes.take();
  const int count = 1 + kind / 16 % 5;
  switch (kind % 16) {
    case 0:
    case 1:
    case 2: return text(bytes);
    case 3: return "\r\n";
    case 4: return place(bytes);
    case 5: return colours(bytes);
    case 6: return place(bytes) + fmt::format("\x1b[{}{}", kind / 16 % 3, kind & 0x80 ? 'J' : 'K');
    case 7: return place(bytes) + fmt::format("\x1b[{}{}", count, now.margins ? 'X' : "@PX"[kind / 64 % 3]);
    case 8: return place(bytes) + fmt::format("\x1b[{}{}", count, (now.margins ? "CDCD" : "ABCD")[kind / 64]);
    case 9: return place(bytes) + fmt::format("\x1b[{}{}", count, kind & 0x80 ? 'S' : 'T');
    case 10: {
      now.margins = (kind & 0x80) == 0;
      if (!now.margins) return "\x1b[r";
      const int top = bytes.take() % (kSize.rows - 1);
      return fmt::format("\x1b[{};{}r", top + 1, top + 2 + kind / 16 % (kSize.rows - top - 1));
    }
    case 11: return kind & 0x80 ? "\r\x1bM" : place(bytes) + "\n";
    case 12:
      if (now.alternate) return text(bytes);
      return kind & 0x80 ? "\r\x1b\x38" : place(bytes) + "\x1b\x37";
    case 13:
      now.alternate = !now.alternate;
      return place(bytes) + (now.alternate ? "\x1b[?1049h" : "\x1b[?1049l");
    case 14: return kind & 0x80 ? "\r\t" : "\x1b(0lqk\x1b(B";
    default: return "\re\xcc\x81";
  }
}

void differ(const std::string& written, std::string_view where) {
  std::fputs(fmt::format("{}\n", where).c_str(), stderr);
  std::fputs(written.c_str(), stderr);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes{data, size};
  std::string written = "\x1b\x37";
  Now now;
  while (!bytes.done()) written += sequence(bytes, now);
  Terminal terminal{kSize};
  terminal.write(written);
  testing::Oracle oracle{kSize};
  oracle.write(written);
  for (int row = 0; row < kSize.rows; ++row)
    for (int column = 0; column < kSize.columns; ++column) {
      const auto ours = testing::seen_in(testing::cell_at(terminal, row, column)),
                 theirs = oracle.seen_at(row, column);
      if (ours == theirs) continue;
      std::ostringstream cells;
      cells << "row " << row << ", column " << column << ": " << ours << " and " << theirs;
      differ(written, cells.str());
    }
  if (terminal.cursor().at != oracle.cursor()) differ(written, "the cursor");
  return 0;
}
