#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "alike.h"
#include "pm/term/relay.h"
#include "pm/term/terminal.h"

// Whatever a program writes to its terminal. The first two bytes are the size; a byte 0xfe within is a change
// of size with the two that follow.

namespace {

using namespace pm::term;

constexpr std::size_t kScrollback = 4096;
constexpr std::size_t kPlenty = 1 << 20;

void holds(bool truth) {
  if (!truth) std::abort();
}

Size size_of(std::uint8_t columns, std::uint8_t rows) { return {1 + columns % 40, 1 + rows % 20}; }

// Replayed, and after some more, a copy is no different.
void is_replayed(Terminal& terminal) {
  const int scrollback = terminal.scrollback();
  Terminal copy{terminal.size(), kPlenty};
  copy.write(terminal.replay(scrollback));
  copy.write(terminal.unfinished());
  holds(testing::difference(terminal, copy, scrollback).empty());
  const std::string_view more =
      "\x18.abc\r\n\tx\x1b[?1049l\x1b"
      "8y\x1b[5Cz\x1b[Kwrapped around and around and around\x1b[A\x1bM";
  terminal.write(more);
  copy.write(more);
  holds(testing::difference(terminal, copy).empty());
}

// In whatever parts it comes, a relay passes the same on.
void is_relayed(std::string_view bytes) {
  std::string whole, torn;
  Relay one, other;
  one.push(bytes, whole);
  for (std::size_t at = 0; at < bytes.size(); at += 3) other.push(bytes.substr(at, 3), torn);
  holds(whole == torn);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  Terminal terminal{size_of(data[0], data[1]), kScrollback};
  std::string_view bytes{reinterpret_cast<const char*>(data) + 2, size - 2};
  is_relayed(bytes);
  while (!bytes.empty()) {
    const auto end = std::min(bytes.find('\xfe'), bytes.size());
    terminal.write(bytes.substr(0, end));
    bytes.remove_prefix(end);
    if (bytes.size() > 2)
      terminal.resize(size_of(static_cast<std::uint8_t>(bytes[1]), static_cast<std::uint8_t>(bytes[2])));
    bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()));
    holds(testing::is_whole(terminal));
  }
  terminal.take_replies();
  is_replayed(terminal);
  holds(testing::is_whole(terminal));
  terminal.begin_anew();
  holds(testing::is_whole(terminal));
  return 0;
}
